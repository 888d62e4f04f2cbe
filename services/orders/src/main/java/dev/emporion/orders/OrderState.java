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

  /** Whether nothing more happens to an order in this state by itself. */
  boolean isFinal() {
    return switch (this) {
      case REJECTED, DELIVERED, CANCELLED -> true;
      case PENDING, CONFIRMED, PARTIALLY_SHIPPED, SHIPPED, CANCELLING -> false;
    };
  }
}
