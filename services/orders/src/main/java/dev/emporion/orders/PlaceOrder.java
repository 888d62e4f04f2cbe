package dev.emporion.orders;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.emporion.orders.v1.Rejection;
import dev.emporion.platform.Lease;
import dev.emporion.platform.Saga;
import dev.emporion.platform.Saga.Ask;
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
  private final Holdings holdings;
  private final OrderWaiters waiters;
  private final InstantSource clock;

  PlaceOrder(
      OrderStore store,
      CheckoutStore checkouts,
      Holdings holdings,
      OrderWaiters waiters,
      InstantSource clock) {
    this.store = store;
    this.checkouts = checkouts;
    this.holdings = holdings;
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
    holdings.reserve(order, ask);
    return order;
  }

  private void release(Order order, Ask ask) {
    holdings.release(ask.stepId(), ask);
  }

  private Order authorize(Order order, Ask ask) {
    holdings.authorize(order, ask);
    return order;
  }

  private void voidPayment(Order order, Ask ask) {
    holdings.voidPayment(order, ask.stepId(), ask);
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
