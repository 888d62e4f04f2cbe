package dev.emporion.orders;

import com.google.protobuf.Parser;
import dev.emporion.common.v1.PostalAddress;
import dev.emporion.orders.v1.EditIntent;
import dev.emporion.orders.v1.EditOrderRequest;
import dev.emporion.orders.v1.ErrorReason;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.platform.Saga.Ask;
import dev.emporion.platform.Saga.Step;
import dev.emporion.pricing.v1.Quote;
import io.grpc.Status.Code;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes an order smaller, or sends it elsewhere, before any of it has left. The payment changes
 * only if the total does: the new one is held before the old one is given up.
 *
 * <pre>
 *   step        call                            refused by          compensation
 *   authorize   payments.Authorize              PAYMENT_DECLINED    payments.Void
 *   reduce      inventory.ReduceReservation
 *   void        payments.Void of the one before
 * </pre>
 */
final class EditOrder implements Change<EditOrderRequest, EditIntent> {
  static final String KIND = "edit-order";

  private static final Duration AUTHORIZE_DEADLINE = Duration.ofSeconds(20);
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final Quoting quoting;
  private final Stock stock;
  private final Funds funds;
  private final Renewal renewal;

  EditOrder(Quoting quoting, Stock stock, Funds funds, Renewal renewal) {
    this.quoting = quoting;
    this.stock = stock;
    this.funds = funds;
    this.renewal = renewal;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Parser<EditIntent> intents() {
    return EditIntent.parser();
  }

  @Override
  public Optional<EditIntent> plan(Order order, EditOrderRequest request) {
    if (order.state() != OrderState.CONFIRMED) {
      throw Refusals.wrongState(order, "cannot be edited");
    }
    EditPlan plan = EditPlan.of(order.lines(), request.getLinesList());
    if (plan.leavesNothing()) {
      throw Failure.of(
          Code.FAILED_PRECONDITION,
          ErrorReason.ERROR_REASON_CART_EMPTY,
          "nothing would be left; cancel the order instead");
    }
    PostalAddress address =
        request.hasShippingAddress() ? request.getShippingAddress() : order.delivery().address();
    Money expected = Money.fromProto(request.getExpectedTotal(), "expected_total");
    Quote quote = quoting.quote(plan.question(order, address), expected);
    boolean same =
        plan.lines(quote).equals(order.lines()) && address.equals(order.delivery().address());
    return same
        ? Optional.empty()
        : Optional.of(
            EditIntent.newBuilder()
                .addAllLines(request.getLinesList())
                .setShippingAddress(address)
                .setQuote(quote)
                .build());
  }

  @Override
  public List<Step<Work<EditIntent>>> steps() {
    return List.of(
        Work.step("authorize", AUTHORIZE_DEADLINE, this::authorize, this::giveUpNew),
        Work.step("reduce", DEADLINE, this::reduce, null),
        Work.step("void", DEADLINE, this::giveUpOld, null));
  }

  private Work<EditIntent> authorize(Work<EditIntent> work, Ask ask) {
    Money total = total(work);
    if (!isPaidAnew(work)) {
      return work;
    }
    Order.Paying paying = work.paying();
    if (total.minor() == 0) {
      return work.with(paying.gone(null));
    }
    return switch (funds.authorize(work.order(), total, paying.token(), ask)) {
      case Funds.Answer.Held held ->
          work.with(paying.held(ask.stepId(), renewal.of(held.payment())));
      case Funds.Answer.Declined no ->
          throw Refusals.refused(Refusals.paymentRefused(no.code(), no.message()));
    };
  }

  private void giveUpNew(Work<EditIntent> work, Ask ask) {
    if (isPaidAnew(work) && total(work).minor() > 0) {
      funds.giveUp(ask.stepId(), ask);
    }
  }

  private Work<EditIntent> reduce(Work<EditIntent> work, Ask ask) {
    var givenBack = plan(work).givenBack();
    if (!givenBack.isEmpty()) {
      stock.reduce(work.order(), givenBack, ask);
    }
    return work;
  }

  private Work<EditIntent> giveUpOld(Work<EditIntent> work, Ask ask) {
    UUID before = work.order().paying().paymentId();
    if (isPaidAnew(work) && before != null) {
      funds.giveUp(before, ask);
    }
    return work;
  }

  @Override
  public void apply(Work<EditIntent> work, OrderDraft order, Instant now) {
    order.lines = plan(work).lines(work.intent().getQuote());
    order.totals = Quoting.totals(work.intent().getQuote());
    order.delivery =
        new Order.Delivery(work.intent().getShippingAddress(), order.delivery.option());
    order.paying = work.paying();
  }

  private static EditPlan plan(Work<EditIntent> work) {
    return EditPlan.of(work.order().lines(), work.intent().getLinesList());
  }

  private static Money total(Work<EditIntent> work) {
    return Money.fromProto(work.intent().getQuote().getTotal());
  }

  private static boolean isPaidAnew(Work<EditIntent> work) {
    return !total(work).equals(work.order().totals().total());
  }
}
