package dev.emporion.orders;

import com.google.protobuf.Parser;
import dev.emporion.orders.History.Return;
import dev.emporion.orders.v1.RefundIntent;
import dev.emporion.orders.v1.RefundOrderRequest;
import dev.emporion.orders.v1.RefundOrderRequest.WhatCase;
import dev.emporion.orders.v1.ReturnState;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Money;
import dev.emporion.platform.Saga.Ask;
import dev.emporion.platform.Saga.Step;
import io.grpc.Status.Code;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Gives money back, by {@link RefundPlan}. Only the first payment may refuse: once money has gone
 * back the rest has to follow, or waits for an operator. What payments has refused stays refused
 * under that request id, so a later payment is asked again under the next one, and more and more
 * rarely: as often as the seconds since the change began have doubled.
 *
 * <pre>
 *   step        call                              refused by
 *   refund      payments.Refund by payment        REFUND_REFUSED, of the first one
 * </pre>
 */
final class RefundOrder implements Change<RefundOrderRequest, RefundIntent> {
  static final String KIND = "refund-order";

  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final Funds funds;
  private final InstantSource clock;

  RefundOrder(Funds funds, InstantSource clock) {
    this.funds = funds;
    this.clock = clock;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Parser<RefundIntent> intents() {
    return RefundIntent.parser();
  }

  @Override
  public Optional<RefundIntent> plan(Order order, RefundOrderRequest request) {
    Returning.requireShipped(order);
    Money amount =
        request.getWhatCase() == WhatCase.RETURN_ID
            ? worth(order, request.getReturnId())
            : goodwill(order, request);
    List<History.Payment> payments = order.history().payments();
    Money refundable = RefundPlan.refundable(order.zero(), payments);
    if (amount.minor() > refundable.minor()) {
      throw exceeded(amount, refundable);
    }
    var intent =
        RefundIntent.newBuilder()
            .setReturnId(request.getReturnId())
            .setAmount(amount.toProto())
            .setReason(request.getReason());
    RefundPlan.of(amount, payments)
        .parts()
        .forEach(
            part ->
                intent.addParts(
                    RefundIntent.Part.newBuilder()
                        .setPaymentId(part.paymentId().toString())
                        .setAmount(part.amount().toProto())));
    return Optional.of(intent.build());
  }

  private static Money worth(Order order, String returnId) {
    Return received = Returning.find(order, returnId);
    if (received.state() != ReturnState.RETURN_STATE_RECEIVED) {
      throw Returning.wrongState(received, "cannot be refunded");
    }
    return received.worth().total();
  }

  private static Money goodwill(Order order, RefundOrderRequest request) {
    Money amount = Money.fromProto(request.getGoodwillAmount(), "goodwill_amount");
    if (!amount.currency().equals(order.zero().currency())) {
      throw Failure.of(
              Code.INVALID_ARGUMENT,
              dev.emporion.common.v1.ErrorReason.ERROR_REASON_INVALID_VALUE,
              "goodwill_amount: the order was paid in " + order.zero().currency())
          .field("goodwill_amount", "must be in the order's currency");
    }
    return amount;
  }

  private static Failure exceeded(Money amount, Money refundable) {
    return Failure.of(
            Code.FAILED_PRECONDITION,
            dev.emporion.orders.v1.ErrorReason.ERROR_REASON_AMOUNT_EXCEEDED,
            amount + " is more than the " + refundable + " that can be given back")
        .meta("refundable", refundable.toString());
  }

  @Override
  public List<Step<Work<RefundIntent>>> steps() {
    return List.of(Work.step("refund", DEADLINE, this::refund, null));
  }

  private Work<RefundIntent> refund(Work<RefundIntent> work, Ask ask) {
    List<RefundPlan.Part> parts = parts(work.intent());
    for (int i = 0; i < parts.size(); i++) {
      if (i == 0) {
        refundFirst(work, parts.get(i), ask);
      } else {
        insist(work, parts.get(i), ask);
      }
    }
    return work;
  }

  private void refundFirst(Work<RefundIntent> work, RefundPlan.Part part, Ask ask) {
    try {
      refund(work, part, 1, ask);
    } catch (Failure failure) {
      throw Funds.isRefundRefused(failure) || Funds.isTooMuch(failure)
          ? Refusals.refused(Refusals.refundRefused(failure))
          : failure;
    }
  }

  /** Each number was decided before the next one is asked, so no two of them give money back. */
  private void insist(Work<RefundIntent> work, RefundPlan.Part part, Ask ask) {
    long seconds = Duration.between(work.order().active().since(), clock.instant()).toSeconds();
    int last = 1 + Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, seconds));
    for (int number = 1; ; number++) {
      try {
        refund(work, part, number, ask);
        return;
      } catch (Failure failure) {
        if (!Funds.isRefundRefused(failure) || number >= last) {
          throw failure;
        }
      }
    }
  }

  private void refund(Work<RefundIntent> work, RefundPlan.Part part, int number, Ask ask) {
    UUID requestId = Ids.v5(ask.stepId(), part.paymentId() + "/" + number);
    funds.refund(part, work.intent().getReason(), requestId, ask);
  }

  @Override
  public void apply(Work<RefundIntent> work, OrderDraft order, Instant now) {
    for (RefundPlan.Part part : parts(work.intent())) {
      order.history = order.history.refunded(part.paymentId(), part.amount());
    }
    if (!work.intent().getReturnId().isEmpty()) {
      Return received = Returning.find(work.order(), work.intent().getReturnId());
      order.history = order.history.with(received.refund(amount(work.intent().getAmount())));
    }
  }

  private static List<RefundPlan.Part> parts(RefundIntent intent) {
    return intent.getPartsList().stream()
        .map(
            part ->
                new RefundPlan.Part(UUID.fromString(part.getPaymentId()), amount(part.getAmount())))
        .toList();
  }

  private static Money amount(com.google.type.Money stored) {
    return Money.fromProto(stored);
  }
}
