package dev.emporion.chaos;

import dev.emporion.orders.v1.OrderState;
import java.util.EnumSet;
import java.util.Set;

/** In which state an order may be found that was in another one before. */
final class Reachable {

  private Reachable() {}

  static Set<OrderState> from(OrderState seen) {
    return switch (seen) {
      case ORDER_STATE_PENDING -> EnumSet.allOf(OrderState.class);
      case ORDER_STATE_CONFIRMED -> {
        Set<OrderState> all = EnumSet.allOf(OrderState.class);
        all.removeAll(EnumSet.of(OrderState.ORDER_STATE_PENDING, OrderState.ORDER_STATE_REJECTED));
        yield all;
      }
      case ORDER_STATE_PARTIALLY_SHIPPED ->
          EnumSet.of(
              OrderState.ORDER_STATE_PARTIALLY_SHIPPED,
              OrderState.ORDER_STATE_CANCELLING,
              OrderState.ORDER_STATE_SHIPPED,
              OrderState.ORDER_STATE_DELIVERED);
      case ORDER_STATE_SHIPPED ->
          EnumSet.of(OrderState.ORDER_STATE_SHIPPED, OrderState.ORDER_STATE_DELIVERED);
      case ORDER_STATE_CANCELLING ->
          EnumSet.of(
              OrderState.ORDER_STATE_CANCELLING,
              OrderState.ORDER_STATE_CANCELLED,
              OrderState.ORDER_STATE_SHIPPED,
              OrderState.ORDER_STATE_DELIVERED);
      default -> EnumSet.of(seen);
    };
  }
}
