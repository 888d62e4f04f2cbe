package dev.emporion.orders;

import dev.emporion.orders.v1.Rejection;
import java.time.Instant;
import java.util.List;

/** The parts of an order that change, while its next version is made. */
final class OrderDraft {
  private final Order before;
  int version;
  OrderState state;
  Rejection rejection;
  List<OrderLine> lines;
  Order.Delivery delivery;
  Order.Paying paying;
  Order.Totals totals;
  History history;
  Order.Active active;
  Instant updatedAt;

  OrderDraft(Order order) {
    before = order;
    version = order.version();
    state = order.state();
    rejection = order.rejection();
    lines = order.lines();
    delivery = order.delivery();
    paying = order.paying();
    totals = order.totals();
    history = order.history();
    active = order.active();
    updatedAt = order.updatedAt();
  }

  Order build() {
    return new Order(
        before.orderId(),
        version,
        state,
        rejection,
        before.buyer(),
        before.cartId(),
        List.copyOf(lines),
        delivery,
        paying,
        totals,
        history,
        active,
        before.createdAt(),
        updatedAt);
  }
}
