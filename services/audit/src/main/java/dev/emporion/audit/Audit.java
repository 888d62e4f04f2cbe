package dev.emporion.audit;

import dev.emporion.common.v1.Books;
import dev.emporion.inventory.v1.Reservation;
import dev.emporion.orders.v1.OrderBooks;
import dev.emporion.payments.v1.Payment;
import dev.emporion.payments.v1.PaymentBooks;
import dev.emporion.shipping.v1.Shipment;
import dev.emporion.simulator.v1.Authorization;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Checks every invariant on a live system. Each service looks at its own books; then everything is
 * read page by page, from both sides of each pair that has to agree:
 *
 * <pre>
 *   orders        -> their reservations, payments and shipments
 *   reservations  -> their orders
 *   payments      -> their orders, and the provider's record
 *   shipments     -> their orders
 *   the provider  -> payments
 * </pre>
 *
 * Only pages and suspects are held in memory. Whoever names is read before whom it names, where the
 * one is written after the other.
 */
final class Audit {
  /** In the place of an order that orders does not know: it names nothing. */
  private static final OrderBooks NONE = OrderBooks.getDefaultInstance();

  private static final int LOOKS_AT_BOOKS = 3;

  private final Parties parties;
  private final Reads reads;
  private final AuditConfig config;
  private final Report report;
  private final OrderLook orderLook;
  private final PaymentLook paymentLook;
  private final Suspects<OrderCase> orders;
  private final Suspects<String> payments;

  Audit(Parties parties, Reads reads, AuditConfig config, Report report) {
    this.parties = parties;
    this.reads = reads;
    this.config = config;
    this.report = report;
    this.orderLook = new OrderLook(parties);
    this.paymentLook = new PaymentLook(parties);
    this.orders =
        new Suspects<>(config, reads, OrderCase::and, orderLook::again, report::violation);
    this.payments =
        new Suspects<>(config, reads, (one, same) -> one, paymentLook::again, report::violation);
  }

  /**
   * @throws CannotCheck somebody did not answer
   */
  void run() {
    parties.books().forEach(this::checkBooks);
    report.stage("orders", () -> parties.eachPageOfOrders(this::look));
    report.stage("reservations", () -> parties.eachPageOfReservations(this::lookAtReservations));
    report.stage("payments", () -> parties.eachPageOfPayments(this::lookAtPayments));
    report.stage("shipments", () -> parties.eachPageOfShipments(this::lookAtShipments));
    report.stage("provider", () -> parties.eachPageOfAuthorizations(this::lookAtAuthorizations));
    report.stage("again", this::settle);
    report.undecided(orders.undecided(), payments.undecided());
  }

  /**
   * What is found in one snapshot is so; only a saga that is just being taken over is gone soon.
   */
  private void checkBooks(String party, Supplier<Books> books) {
    report.stage(
        "books of " + party,
        () -> {
          var looks = new ArrayList<Books>();
          looks.add(books.get());
          while (looks.getLast().getViolationCount() > 0 && looks.size() < LOOKS_AT_BOOKS) {
            reads.rest(config.pauseMillis());
            looks.add(books.get());
          }
          report.books(party, looks);
        });
  }

  private void look(List<OrderBooks> page) {
    report.read("orders", page.size());
    orderLook.first(page).forEach(one -> orders.add(one.orderId(), one));
  }

  private void lookAtReservations(List<Reservation> page) {
    report.read("reservations", page.size());
    Map<String, OrderBooks> known = ordersOf(page, Reservation::getOrderId);
    for (Reservation one : page) {
      if (StrangerChecks.isStranger(one, known.getOrDefault(one.getOrderId(), NONE))) {
        orders.add(
            one.getOrderId(), OrderCase.ofReservation(one.getOrderId(), one.getReservationId()));
      }
    }
  }

  private void lookAtPayments(List<PaymentBooks> page) {
    report.read("payments", page.size());
    Map<String, OrderBooks> known = ordersOf(page, one -> one.getPayment().getOrderId());
    for (PaymentBooks books : page) {
      Payment one = books.getPayment();
      if (StrangerChecks.isStranger(one, known.getOrDefault(one.getOrderId(), NONE))) {
        orders.add(one.getOrderId(), OrderCase.ofPayment(one.getOrderId(), one.getPaymentId()));
      }
    }
    paymentLook.first(page).forEach(key -> payments.add(key, key));
  }

  private void lookAtShipments(List<Shipment> page) {
    report.read("shipments", page.size());
    Map<String, OrderBooks> known = ordersOf(page, Shipment::getOrderId);
    for (Shipment one : page) {
      if (StrangerChecks.isStranger(one, known.getOrDefault(one.getOrderId(), NONE))) {
        orders.add(one.getOrderId(), OrderCase.ofShipment(one.getOrderId(), one.getShipmentId()));
      }
    }
  }

  private void lookAtAuthorizations(List<Authorization> page) {
    report.read("authorizations", page.size());
    paymentLook.unknown(page).forEach(key -> payments.add(key, key));
  }

  private <T> Map<String, OrderBooks> ordersOf(Collection<T> page, Function<T, String> orderId) {
    return parties.orders(page.stream().map(orderId).toList());
  }

  private void settle() {
    orders.settle();
    payments.settle();
  }
}
