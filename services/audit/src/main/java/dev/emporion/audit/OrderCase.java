package dev.emporion.audit;

import java.util.HashSet;
import java.util.Set;

/**
 * An order that is to be looked at again.
 *
 * @param whole whether what it names is in question
 * @param reservations that name it and that it did not name, as are payments and shipments
 */
record OrderCase(
    String orderId,
    boolean whole,
    Set<String> reservations,
    Set<String> payments,
    Set<String> shipments) {

  static OrderCase whole(String orderId) {
    return new OrderCase(orderId, true, Set.of(), Set.of(), Set.of());
  }

  static OrderCase ofReservation(String orderId, String reservationId) {
    return new OrderCase(orderId, false, Set.of(reservationId), Set.of(), Set.of());
  }

  static OrderCase ofPayment(String orderId, String paymentId) {
    return new OrderCase(orderId, false, Set.of(), Set.of(paymentId), Set.of());
  }

  static OrderCase ofShipment(String orderId, String shipmentId) {
    return new OrderCase(orderId, false, Set.of(), Set.of(), Set.of(shipmentId));
  }

  OrderCase and(OrderCase other) {
    return new OrderCase(
        orderId,
        whole || other.whole,
        union(reservations, other.reservations),
        union(payments, other.payments),
        union(shipments, other.shipments));
  }

  static Set<String> union(Set<String> one, Set<String> other) {
    var union = new HashSet<>(one);
    union.addAll(other);
    return union;
  }
}
