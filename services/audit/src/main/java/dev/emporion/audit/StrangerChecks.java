package dev.emporion.audit;

import dev.emporion.inventory.v1.Reservation;
import dev.emporion.orders.v1.OrderBooks;
import dev.emporion.payments.v1.Payment;
import dev.emporion.payments.v1.PaymentBooks;
import dev.emporion.payments.v1.PaymentState;
import dev.emporion.shipping.v1.Shipment;
import dev.emporion.shipping.v1.ShipmentState;
import java.util.ArrayList;
import java.util.List;

/** What names an order of which no change is under way, and that the order does not name. */
final class StrangerChecks {
  private final OrderFile file;
  private final OrderBooks order; // one that names nothing if there is none
  private final List<Finding> findings = new ArrayList<>();

  private StrangerChecks(OrderFile file) {
    this.file = file;
    this.order = file.order().orElse(OrderBooks.getDefaultInstance());
  }

  static List<Finding> of(OrderFile file) {
    var checks = new StrangerChecks(file);
    checks.reservationHasAnOrder();
    checks.orderKnowsItsPayments();
    checks.orderKnowsItsShipments();
    return checks.findings;
  }

  static boolean isStranger(Reservation one, OrderBooks order) {
    boolean idle = StockChecks.held(one).isEmpty() && StockChecks.committed(one).isEmpty();
    return !idle && !one.getReservationId().equals(order.getReservationId());
  }

  static boolean isStranger(Payment one, OrderBooks order) {
    boolean idle =
        one.getState() != PaymentState.PAYMENT_STATE_PENDING
            && Amounts.isNothing(OrderChecks.held(one))
            && Amounts.isNothing(one.getCapturedAmount());
    return !idle && !OrderFile.paymentIds(order).contains(one.getPaymentId());
  }

  static boolean isStranger(Shipment one, OrderBooks order) {
    boolean idle = one.getState() == ShipmentState.SHIPMENT_STATE_CANCELLED;
    return !idle && !OrderFile.shipmentIds(order).contains(one.getShipmentId());
  }

  private void reservationHasAnOrder() {
    for (Reservation one : file.reservations().values()) {
      if (isStranger(one, order)) {
        add(
            Invariant.RESERVATION_HAS_AN_ORDER,
            "reservation " + one.getReservationId(),
            "holds %s, %s left, %s",
            StockChecks.units(StockChecks.held(one)),
            StockChecks.units(StockChecks.committed(one)),
            unnamed());
      }
    }
  }

  private void orderKnowsItsPayments() {
    for (PaymentBooks books : file.payments().values()) {
      Payment one = books.getPayment();
      if (isStranger(one, order)) {
        add(
            OrderChecks.isClosed(order)
                ? Invariant.CLOSED_ORDER_HOLDS_NOTHING
                : Invariant.ORDER_KNOWS_ITS_PAYMENTS,
            "payment " + one.getPaymentId(),
            "is %s, holds %s and captured %s of %s, %s",
            one.getState().name().substring("PAYMENT_STATE_".length()),
            Amounts.text(OrderChecks.held(one)),
            Amounts.text(one.getCapturedAmount()),
            Amounts.text(one.getAmount()),
            unnamed());
      }
    }
  }

  private void orderKnowsItsShipments() {
    for (Shipment one : file.shipments().values()) {
      if (isStranger(one, order)) {
        add(
            Invariant.ORDER_KNOWS_ITS_SHIPMENTS,
            "shipment " + one.getShipmentId(),
            "is %s, %s",
            one.getState().name().substring("SHIPMENT_STATE_".length()),
            unnamed());
      }
    }
  }

  private String unnamed() {
    return file.order().isPresent()
        ? "and order %s, %s, does not name it".formatted(file.orderId(), OrderChecks.state(order))
        : "and there is no order %s".formatted(file.orderId());
  }

  private void add(Invariant invariant, String subject, String message, Object... values) {
    findings.add(Finding.of(invariant, subject, message, values));
  }
}
