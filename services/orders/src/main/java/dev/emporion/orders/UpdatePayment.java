package dev.emporion.orders;

import com.google.protobuf.Parser;
import dev.emporion.orders.v1.PayIntent;
import dev.emporion.orders.v1.UpdatePaymentMethodRequest;
import dev.emporion.platform.Money;
import dev.emporion.platform.Saga.Ask;
import dev.emporion.platform.Saga.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Pays for what is open with another means of payment.
 *
 * <pre>
 *   step        call                  refused by          compensation
 *   authorize   payments.Authorize    PAYMENT_DECLINED    payments.Void
 *   void        payments.Void, of the payment before
 * </pre>
 */
final class UpdatePayment implements Change<UpdatePaymentMethodRequest, PayIntent> {
  static final Duration AUTHORIZE_DEADLINE = Duration.ofSeconds(20);
  static final Duration VOID_DEADLINE = Duration.ofSeconds(10);

  private final Funds funds;
  private final Renewal renewal;

  UpdatePayment(Funds funds, Renewal renewal) {
    this.funds = funds;
    this.renewal = renewal;
  }

  @Override
  public String kind() {
    return "update-payment";
  }

  @Override
  public Parser<PayIntent> intents() {
    return PayIntent.parser();
  }

  @Override
  public Optional<PayIntent> plan(Order order, UpdatePaymentMethodRequest request) {
    boolean open =
        order.state() == OrderState.CONFIRMED || order.state() == OrderState.PARTIALLY_SHIPPED;
    if (!open || order.openValue().minor() == 0) {
      throw Refusals.wrongState(order, "has nothing left to pay for");
    }
    return Optional.of(intent(order, request.getPaymentToken()));
  }

  static PayIntent intent(Order order, String token) {
    return PayIntent.newBuilder()
        .setPaymentToken(token)
        .setAmount(order.openValue().toProto())
        .build();
  }

  @Override
  public List<Step<Work<PayIntent>>> steps() {
    return List.of(
        Work.step(
            "authorize",
            AUTHORIZE_DEADLINE,
            this::authorize,
            (work, ask) -> funds.giveUp(ask.stepId(), ask)),
        Work.step("void", VOID_DEADLINE, this::giveUp, null));
  }

  private Work<PayIntent> authorize(Work<PayIntent> work, Ask ask) {
    Order.Paying paying = work.paying().by(work.intent().getPaymentToken());
    return switch (funds.authorize(work.order(), amount(work), paying.token(), ask)) {
      case Funds.Answer.Held held ->
          work.with(paying.held(ask.requestId(), renewal.of(held.payment())));
      case Funds.Answer.Declined declined ->
          throw Refusals.refused(Refusals.paymentRefused(declined.code(), declined.message()));
    };
  }

  private Work<PayIntent> giveUp(Work<PayIntent> work, Ask ask) {
    if (work.order().paying().paymentId() != null) {
      funds.giveUp(work.order().paying().paymentId(), ask);
    }
    return work;
  }

  static Money amount(Work<PayIntent> work) {
    return Money.fromProto(work.intent().getAmount());
  }

  @Override
  public void apply(Work<PayIntent> work, OrderDraft order, Instant now) {
    order.paying = work.paying();
  }
}
