package dev.emporion.orders;

import com.google.protobuf.Parser;
import dev.emporion.orders.v1.PayIntent;
import dev.emporion.platform.Saga.Ask;
import dev.emporion.platform.Saga.Step;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Holds what is open anew before the provider lets it go. Where that is declined, nothing holds it
 * any more and the order says so; what is open stays reserved.
 *
 * <pre>
 *   step        call                                     compensation
 *   authorize   payments.Authorize                       payments.Void
 *   void        payments.Void, of the payment before
 * </pre>
 */
final class RenewPayment implements Change<Instant, PayIntent> {
  private final Funds funds;
  private final Renewal renewal;

  RenewPayment(Funds funds, Renewal renewal) {
    this.funds = funds;
    this.renewal = renewal;
  }

  @Override
  public String kind() {
    return "renew-payment";
  }

  @Override
  public Parser<PayIntent> intents() {
    return PayIntent.parser();
  }

  /**
   * @param due when the renewal was due by what the timer found
   */
  @Override
  public Optional<PayIntent> plan(Order order, Instant due) {
    boolean held = order.paying().paymentId() != null && order.openValue().minor() > 0;
    return held
        ? Optional.of(UpdatePayment.intent(order, order.paying().token()))
        : Optional.empty();
  }

  @Override
  public List<Step<Work<PayIntent>>> steps() {
    return List.of(
        Work.step(
            "authorize",
            UpdatePayment.AUTHORIZE_DEADLINE,
            this::authorize,
            (work, ask) -> funds.giveUp(ask.stepId(), ask)),
        Work.step("void", UpdatePayment.VOID_DEADLINE, this::giveUp, null));
  }

  private Work<PayIntent> authorize(Work<PayIntent> work, Ask ask) {
    Order.Paying paying = work.paying();
    var answer = funds.authorize(work.order(), UpdatePayment.amount(work), paying.token(), ask);
    return work.with(
        switch (answer) {
          case Funds.Answer.Held held -> paying.held(ask.requestId(), renewal.of(held.payment()));
          case Funds.Answer.Declined declined -> paying.gone(declined.problem());
        });
  }

  private Work<PayIntent> giveUp(Work<PayIntent> work, Ask ask) {
    funds.giveUp(work.order().paying().paymentId(), ask);
    return work;
  }

  @Override
  public void apply(Work<PayIntent> work, OrderDraft order, Instant now) {
    order.paying = work.paying();
  }
}
