package dev.emporion.orders;

import dev.emporion.platform.Lease;
import dev.emporion.platform.Saga;
import dev.emporion.platform.Saga.Ask;
import dev.emporion.platform.Saga.Step;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * The cancelling saga. The order, CANCELLING, is the intent; nothing of it can be refused, so
 * nothing is undone.
 *
 * <pre>
 *   step        call
 *   release     inventory.ReleaseReservation
 *   void        payments.Void
 *   finish      CANCELLED
 * </pre>
 */
final class CancelOrder {
  static final String KIND = "cancel-order";

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final OrderStore store;
  private final CheckoutStore checkouts;
  private final Holdings holdings;
  private final OrderWaiters waiters;
  private final InstantSource clock;

  CancelOrder(
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
            new Step<>("release", DEADLINE, this::release, null),
            new Step<>("void", DEADLINE, this::voidPayment, null)),
        this::finish,
        (order, lease, reason) -> {
          throw new IllegalStateException("a cancellation cannot be refused");
        });
  }

  private Order release(Order order, Ask ask) {
    holdings.release(order.reservationId(), ask);
    return order;
  }

  private Order voidPayment(Order order, Ask ask) {
    holdings.voidPayment(order, order.paymentId(), ask);
    return order;
  }

  private Order finish(Order order, Lease lease) {
    Order cancelled = order.cancel(clock.instant());
    checkouts.finish(cancelled, lease);
    waiters.tell(cancelled);
    return cancelled;
  }
}
