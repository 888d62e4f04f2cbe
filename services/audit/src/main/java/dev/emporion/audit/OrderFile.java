package dev.emporion.audit;

import dev.emporion.inventory.v1.Reservation;
import dev.emporion.orders.v1.OrderBooks;
import dev.emporion.orders.v1.OrderPayment;
import dev.emporion.orders.v1.OrderShipment;
import dev.emporion.payments.v1.PaymentBooks;
import dev.emporion.shipping.v1.Shipment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One order, as everybody has it.
 *
 * @param order empty if orders does not know it
 * @param reservations by id, as are payments and shipments: those that the order names, and those
 *     that name the order as far as they were come across
 */
record OrderFile(
    String orderId,
    Optional<OrderBooks> order,
    Map<String, Reservation> reservations,
    Map<String, PaymentBooks> payments,
    Map<String, Shipment> shipments) {

  /** Whether a change is under way: then nothing can be said. */
  boolean isChanging() {
    return order.map(OrderBooks::getActive).orElse(false);
  }

  /** Equal as long as the order did not change. */
  String stamp() {
    return order.map(books -> "v" + books.getVersion()).orElse("none");
  }

  static Set<String> reservationIds(OrderBooks order) {
    return Set.of(order.getReservationId());
  }

  static Set<String> paymentIds(OrderBooks order) {
    var ids = new HashSet<String>();
    ids.add(order.getPaymentId());
    order.getPaymentsList().stream().map(OrderPayment::getPaymentId).forEach(ids::add);
    return ids;
  }

  static Set<String> shipmentIds(OrderBooks order) {
    var ids = new HashSet<String>();
    order.getShipmentsList().stream().map(OrderShipment::getShipmentId).forEach(ids::add);
    return ids;
  }

  /** Those of the ids that were found. */
  static <T> Map<String, T> some(Map<String, T> found, Set<String> ids) {
    var some = new HashMap<String, T>();
    ids.stream().filter(found::containsKey).forEach(id -> some.put(id, found.get(id)));
    return some;
  }
}
