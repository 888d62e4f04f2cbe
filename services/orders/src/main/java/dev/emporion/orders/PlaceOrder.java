package dev.emporion.orders;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.emporion.orders.v1.Rejection;
import dev.emporion.orders.v1.RejectionReason;
import dev.emporion.platform.Lease;
import dev.emporion.platform.Saga;
import dev.emporion.platform.Saga.Ask;
import dev.emporion.platform.Saga.Refused;
import dev.emporion.platform.Saga.Step;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * The checkout saga. The order, PENDING, is the intent for all of it; a refusal goes backwards.
 *
 * <pre>
 *   step        call                  refused by          compensation
 *   reserve     inventory.Reserve     OUT_OF_STOCK        inventory.ReleaseReservation
 *   authorize   payments.Authorize    PAYMENT_DECLINED    payments.Void
 *   finish      CONFIRMED, or REJECTED when a step was refused
 * </pre>
 */
final class PlaceOrder {
  static final String KIND = "place-order";

  private static final Duration RESERVE_DEADLINE = Duration.ofSeconds(5);
  private static final Duration AUTHORIZE_DEADLINE = Duration.ofSeconds(20);

  private final OrderStore store;
  private final CheckoutStore checkouts;
  private final Stock stock;
  private final Funds funds;
  private final Renewal renewal;
  private final OrderWaiters waiters;
  private final InstantSource clock;

  PlaceOrder(
      OrderStore store,
      CheckoutStore checkouts,
      ChangeKinds.Neighbours others,
      OrderWaiters waiters,
      InstantSource clock) {
    this.store = store;
    this.checkouts = checkouts;
    this.stock = others.stock();
    this.funds = others.funds();
    this.renewal = others.renewal();
    this.waiters = waiters;
    this.clock = clock;
  }

  Saga<Order> saga() {
    return new Saga<>(
        KIND,
        store::load,
        List.of(
            new Step<>("reserve", RESERVE_DEADLINE, this::reserve, this::release),
            new Step<>("authorize", AUTHORIZE_DEADLINE, this::authorize, this::voidPayment)),
        this::confirm,
        this::reject);
  }

  private Order reserve(Order order, Ask ask) {
    stock.reserve(order, ask);
    return order;
  }

  private void release(Order order, Ask ask) {
    stock.release(order, ask);
  }

  private Order authorize(Order order, Ask ask) {
    if (order.isFree()) {
      return order;
    }
    Order.Paying paying = order.paying();
    return switch (funds.authorize(order, order.totals().total(), paying.token(), ask)) {
      case Funds.Answer.Held held ->
          order.with(
              next -> next.paying = paying.renewAt(renewal.of(held.payment(), paying.renewAt())));
      case Funds.Answer.Declined declined -> throw new Refused(rejection(declined).toByteArray());
    };
  }

  private static Rejection rejection(Funds.Answer.Declined declined) {
    return Rejection.newBuilder()
        .setReason(RejectionReason.REJECTION_REASON_PAYMENT_DECLINED)
        .setMessage(declined.message())
        .build();
  }

  private void voidPayment(Order order, Ask ask) {
    if (!order.isFree()) {
      funds.giveUp(ask.stepId(), ask);
    }
  }

  private Order confirm(Order order, Lease lease) {
    return finish(order.confirm(clock.instant()), lease);
  }

  private Order reject(Order order, Lease lease, byte[] reason) {
    try {
      return finish(order.reject(Rejection.parseFrom(reason), clock.instant()), lease);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("unreadable refusal of " + order.orderId(), e);
    }
  }

  private Order finish(Order end, Lease lease) {
    checkouts.finish(end, lease);
    waiters.tell(end);
    return end;
  }
}
