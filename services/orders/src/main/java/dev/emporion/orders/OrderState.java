package dev.emporion.orders;

/** How far an order is; stored by name. */
enum OrderState {
  PENDING,
  CONFIRMED,
  REJECTED,
  PARTIALLY_SHIPPED,
  SHIPPED,
  DELIVERED,
  CANCELLING,
  CANCELLED;

  /** Whether nothing more can happen to the order by itself: where a watch ends. */
  boolean isFinal() {
    return switch (this) {
      case REJECTED, DELIVERED, CANCELLED -> true;
      case PENDING, CONFIRMED, PARTIALLY_SHIPPED, SHIPPED, CANCELLING -> false;
    };
  }

  /** Whether a saga is moving the order: what callers wait for to end. */
  boolean isMoving() {
    return switch (this) {
      case PENDING, CANCELLING -> true;
      case CONFIRMED, REJECTED, PARTIALLY_SHIPPED, SHIPPED, DELIVERED, CANCELLED -> false;
    };
  }
}
