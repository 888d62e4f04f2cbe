package dev.emporion.orders;

import dev.emporion.orders.v1.OpenUnits;
import dev.emporion.orders.v1.OrderBooks;
import dev.emporion.platform.Money;
import java.util.Map;
import java.util.TreeMap;

/** An order as others' books must have it. */
final class BooksProto {
  private BooksProto() {}

  static OrderBooks books(BooksStore.Audited audited) {
    Order order = audited.order();
    Money open = isOpen(order) ? order.openValue() : order.zero();
    var books =
        OrderBooks.newBuilder()
            .setOrderId(order.orderId().toString())
            .setVersion(order.version())
            .setState(OrderProto.toProto(order.state()))
            .setActive(order.isMoving())
            .setParked(audited.parked())
            .setReservationId(order.reservationId().toString())
            .setOpenAmount(open.toProto())
            .setPaymentProblem(order.paying().problem() != null);
    if (order.paying().paymentId() != null && open.minor() > 0) {
      books.setPaymentId(order.paying().paymentId().toString());
    }
    openUnits(order)
        .forEach(
            (sku, units) -> books.addOpen(OpenUnits.newBuilder().setSku(sku).setQuantity(units)));
    order.history().payments().forEach(one -> books.addPayments(HistoryProto.payment(one)));
    order.history().shipments().forEach(one -> books.addShipments(HistoryProto.shipment(one)));
    return books.build();
  }

  /** What was rejected was never cancelled line by line. */
  private static boolean isOpen(Order order) {
    return order.state() != OrderState.REJECTED;
  }

  private static Map<String, Integer> openUnits(Order order) {
    var open = new TreeMap<String, Integer>();
    if (isOpen(order)) {
      for (OrderLine line : order.lines()) {
        if (line.units().open() > 0) {
          open.merge(line.sku(), line.units().open(), Integer::sum);
        }
      }
    }
    return open;
  }
}
