package dev.emporion.audit;

import dev.emporion.inventory.v1.Reservation;
import dev.emporion.orders.v1.OrderBooks;
import dev.emporion.payments.v1.PaymentBooks;
import dev.emporion.payments.v1.PaymentState;
import dev.emporion.shipping.v1.Shipment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads what everybody has of some orders, and compares it. */
record OrderLook(Parties parties) {

  /** Those of a page that something is wrong with, or that cannot be compared now. */
  List<OrderCase> first(Collection<OrderBooks> page) {
    var cases = page.stream().map(order -> OrderCase.whole(order.getOrderId())).toList();
    var found = new ArrayList<OrderCase>();
    List<OrderFile> files = files(cases, byId(page));
    for (OrderFile file : files) {
      if (isChanging(file) || !OrderChecks.of(file).isEmpty()) {
        found.add(OrderCase.whole(file.orderId()));
      }
    }
    return found;
  }

  /** As sure as can be: the order is the same before and after the others were read. */
  List<Reading> again(List<OrderCase> cases) {
    List<String> ids = cases.stream().map(OrderCase::orderId).toList();
    List<OrderFile> files = files(cases, parties.orders(ids));
    Map<String, OrderBooks> after = parties.orders(ids);
    var readings = new ArrayList<Reading>();
    for (int i = 0; i < cases.size(); i++) {
      OrderFile file = files.get(i);
      var then = Optional.ofNullable(after.get(file.orderId()));
      boolean same =
          !isChanging(file)
              && then.map(OrderBooks::getVersion).equals(file.order().map(OrderBooks::getVersion));
      readings.add(same ? reading(cases.get(i), file) : Reading.undecided());
    }
    return readings;
  }

  private static Reading reading(OrderCase suspect, OrderFile file) {
    var findings = new ArrayList<Finding>();
    if (suspect.whole()) {
      findings.addAll(OrderChecks.of(file));
    }
    findings.addAll(StrangerChecks.of(file));
    return new Reading(file.stamp(), findings);
  }

  /**
   * Also while one of its payments waits for the provider's answer to something else than its
   * authorization.
   */
  private static boolean isChanging(OrderFile file) {
    return file.isChanging()
        || file.payments().values().stream()
            .anyMatch(
                one ->
                    one.getInFlight()
                        && one.getPayment().getState() != PaymentState.PAYMENT_STATE_PENDING);
  }

  private List<OrderFile> files(List<OrderCase> cases, Map<String, OrderBooks> orders) {
    Map<String, Reservation> reservations =
        parties.reservations(
            ids(cases, orders, OrderCase::reservations, OrderFile::reservationIds));
    Map<String, PaymentBooks> payments =
        parties.payments(ids(cases, orders, OrderCase::payments, OrderFile::paymentIds));
    Map<String, Shipment> shipments =
        parties.shipments(ids(cases, orders, OrderCase::shipments, OrderFile::shipmentIds));
    var files = new ArrayList<OrderFile>();
    for (OrderCase one : cases) {
      OrderBooks order = orders.get(one.orderId());
      files.add(
          new OrderFile(
              one.orderId(),
              Optional.ofNullable(order),
              OrderFile.some(
                  reservations, named(one.reservations(), order, OrderFile::reservationIds)),
              OrderFile.some(payments, named(one.payments(), order, OrderFile::paymentIds)),
              OrderFile.some(shipments, named(one.shipments(), order, OrderFile::shipmentIds))));
    }
    return files;
  }

  private static Set<String> ids(
      List<OrderCase> cases,
      Map<String, OrderBooks> orders,
      Function<OrderCase, Set<String>> strangers,
      Function<OrderBooks, Set<String>> named) {
    var ids = new HashSet<String>();
    cases.forEach(one -> ids.addAll(named(strangers.apply(one), orders.get(one.orderId()), named)));
    return ids;
  }

  private static Set<String> named(
      Set<String> strangers, OrderBooks order, Function<OrderBooks, Set<String>> named) {
    return order == null ? strangers : OrderCase.union(strangers, named.apply(order));
  }

  private static Map<String, OrderBooks> byId(Collection<OrderBooks> page) {
    var byId = new HashMap<String, OrderBooks>();
    page.forEach(order -> byId.put(order.getOrderId(), order));
    return byId;
  }
}
