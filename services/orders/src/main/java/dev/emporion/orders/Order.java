package dev.emporion.orders;

import dev.emporion.common.v1.PostalAddress;
import dev.emporion.orders.v1.Rejection;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Money;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What someone bought, with the transitions of its life. Each transition is guarded by the state it
 * starts from and makes the next version, which is also the sequence of the event that tells it.
 *
 * @param version 1 when placed, one more with each change
 * @param customerId null for a guest
 * @param rejection null unless REJECTED
 */
record Order(
    UUID orderId,
    int version,
    OrderState state,
    Rejection rejection,
    String customerId,
    String email,
    UUID cartId,
    List<OrderLine> lines,
    PostalAddress shippingAddress,
    PostalAddress billingAddress,
    String deliveryOption,
    String paymentToken,
    Totals totals,
    Instant createdAt,
    Instant updatedAt) {

  /** Always: total = subtotal - discount + delivery, plus tax unless the prices include it. */
  record Totals(
      Money subtotal,
      Money discount,
      Money delivery,
      Money tax,
      Money total,
      boolean pricesIncludeTax) {}

  /** The same order with these lines. */
  Order withLines(List<OrderLine> theLines) {
    return new Order(
        orderId,
        version,
        state,
        rejection,
        customerId,
        email,
        cartId,
        theLines,
        shippingAddress,
        billingAddress,
        deliveryOption,
        paymentToken,
        totals,
        createdAt,
        updatedAt);
  }

  /** Stock is reserved and payment authorized. */
  Order confirm(Instant now) {
    require(state == OrderState.PENDING, OrderState.CONFIRMED);
    return in(OrderState.CONFIRMED, null, lines, now);
  }

  /** It cannot be had, and nothing is held for it any more. */
  Order reject(Rejection why, Instant now) {
    require(state == OrderState.PENDING, OrderState.REJECTED);
    return in(OrderState.REJECTED, why, lines, now);
  }

  /** From here on it is only given back. */
  Order startCancelling(Instant now) {
    require(isCancellable(), OrderState.CANCELLING);
    return in(OrderState.CANCELLING, null, lines, now);
  }

  /** Everything that was open is given back. */
  Order cancel(Instant now) {
    require(state == OrderState.CANCELLING, OrderState.CANCELLED);
    List<OrderLine> cancelled = lines.stream().map(OrderLine::cancelOpen).toList();
    return in(OrderState.CANCELLED, null, cancelled, now);
  }

  /** Nothing is to be paid, so there is no payment. */
  boolean isFree() {
    return totals.total().minor() == 0;
  }

  boolean isCancellable() {
    return state == OrderState.CONFIRMED;
  }

  /** The name of its reservation in inventory: the request id of the step that makes it. */
  UUID reservationId() {
    return Ids.v5(orderId, "place-order/reserve/1");
  }

  /** The name of its payment in payments: the request id of the step that makes it. */
  UUID paymentId() {
    return Ids.v5(orderId, "place-order/authorize/1");
  }

  private Order in(OrderState next, Rejection why, List<OrderLine> nextLines, Instant now) {
    return new Order(
        orderId,
        version + 1,
        next,
        why,
        customerId,
        email,
        cartId,
        nextLines,
        shippingAddress,
        billingAddress,
        deliveryOption,
        paymentToken,
        totals,
        createdAt,
        now);
  }

  private void require(boolean allowed, OrderState next) {
    if (!allowed) {
      throw new IllegalStateException(orderId + " is " + state + " and cannot become " + next);
    }
  }
}
