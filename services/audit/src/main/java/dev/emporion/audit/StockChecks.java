package dev.emporion.audit;

import dev.emporion.inventory.v1.Allocation;
import dev.emporion.inventory.v1.Backorder;
import dev.emporion.inventory.v1.Reservation;
import dev.emporion.inventory.v1.ReservationState;
import dev.emporion.orders.v1.OpenUnits;
import dev.emporion.orders.v1.OrderBooks;
import dev.emporion.orders.v1.OrderShipment;
import dev.emporion.shipping.v1.Shipment;
import dev.emporion.shipping.v1.ShipmentState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What must hold for one order of which no change is under way: reservation and shipments. */
final class StockChecks {
  private final OrderBooks order;
  private final OrderFile file;
  private final Reservation reservation; // one that holds nothing if there is none
  private final List<Finding> findings = new ArrayList<>();

  private StockChecks(OrderFile file) {
    this.order = file.order().orElseThrow();
    this.file = file;
    this.reservation =
        file.reservations()
            .getOrDefault(order.getReservationId(), Reservation.getDefaultInstance());
  }

  static List<Finding> of(OrderFile file) {
    var checks = new StockChecks(file);
    checks.orderHasItsReservation();
    checks.reservationHoldsWhatIsOpen();
    checks.shipmentsAreTheOrders();
    checks.stockLeftWithShipments();
    return checks.findings;
  }

  /** Reserved and backordered units by SKU. */
  static Map<String, Integer> held(Reservation reservation) {
    var held = new TreeMap<String, Integer>();
    if (reservation.getState() == ReservationState.RESERVATION_STATE_ACTIVE) {
      for (Allocation one : reservation.getAllocationsList()) {
        count(held, one.getSku(), one.getQuantity() - one.getCommittedQuantity());
      }
      for (Backorder one : reservation.getBackordersList()) {
        count(held, one.getSku(), one.getQuantity());
      }
    }
    return held;
  }

  /** Units that left, by SKU and location. */
  static Map<String, Integer> committed(Reservation reservation) {
    var committed = new TreeMap<String, Integer>();
    for (Allocation one : reservation.getAllocationsList()) {
      count(committed, one.getSku() + "@" + one.getLocationId(), one.getCommittedQuantity());
    }
    return committed;
  }

  static boolean hasLeft(Shipment shipment) {
    return shipment.getState() == ShipmentState.SHIPMENT_STATE_SHIPPED
        || shipment.getState() == ShipmentState.SHIPMENT_STATE_DELIVERED;
  }

  private void orderHasItsReservation() {
    if (order.getOpenCount() > 0 && reservation.getReservationId().isEmpty()) {
      add(
          Invariant.ORDER_HAS_ITS_RESERVATION,
          "%s is open, inventory has no reservation %s",
          units(open()),
          order.getReservationId());
    }
  }

  private void reservationHoldsWhatIsOpen() {
    if (reservation.getReservationId().isEmpty() || held(reservation).equals(open())) {
      return;
    }
    add(
        OrderChecks.isClosed(order)
            ? Invariant.CLOSED_ORDER_HOLDS_NOTHING
            : Invariant.RESERVATION_HOLDS_WHAT_IS_OPEN,
        "open is %s, reservation %s holds %s",
        units(open()),
        reservation.getReservationId(),
        units(held(reservation)));
  }

  private Map<String, Integer> open() {
    var open = new TreeMap<String, Integer>();
    for (OpenUnits one : order.getOpenList()) {
      count(open, one.getSku(), one.getQuantity());
    }
    return open;
  }

  private void shipmentsAreTheOrders() {
    for (OrderShipment said : order.getShipmentsList()) {
      Shipment there = shipment(said);
      ShipmentState due =
          said.hasDeliverTime()
              ? ShipmentState.SHIPMENT_STATE_DELIVERED
              : ShipmentState.SHIPMENT_STATE_SHIPPED;
      boolean same =
          there.getState() == due
              && there.getOrderId().equals(order.getOrderId())
              && lines(said).equals(lines(there));
      if (!same) {
        add(
            Invariant.SHIPMENT_IS_THE_ORDERS,
            "shipment %s is %s with %s, shipping has %s",
            said.getShipmentId(),
            state(due),
            units(lines(said)),
            there.getShipmentId().isEmpty()
                ? "none"
                : state(there.getState()) + " with " + units(lines(there)));
      }
    }
  }

  /** Says nothing where a shipment is missing: that is said already. */
  private void stockLeftWithShipments() {
    if (order.getShipmentsList().stream().anyMatch(said -> !hasLeft(shipment(said)))) {
      return;
    }
    var shipped = new TreeMap<String, Integer>();
    order.getShipmentsList().stream()
        .flatMap(said -> shipment(said).getLinesList().stream())
        .forEach(
            line -> count(shipped, line.getSku() + "@" + line.getLocationId(), line.getQuantity()));
    if (!shipped.equals(committed(reservation))) {
      add(
          Invariant.STOCK_LEFT_WITH_SHIPMENTS,
          "shipments hold %s, of reservation %s left %s",
          units(shipped),
          order.getReservationId(),
          units(committed(reservation)));
    }
  }

  private Shipment shipment(OrderShipment said) {
    return file.shipments().getOrDefault(said.getShipmentId(), Shipment.getDefaultInstance());
  }

  private static Map<String, Integer> lines(OrderShipment shipment) {
    return counted(
        shipment.getLinesList().stream()
            .map(
                line ->
                    Map.entry(
                        line(line.getLineNumber(), line.getLocationId()), line.getQuantity())));
  }

  private static Map<String, Integer> lines(Shipment shipment) {
    return counted(
        shipment.getLinesList().stream()
            .map(
                line ->
                    Map.entry(
                        line(line.getLineNumber(), line.getLocationId()), line.getQuantity())));
  }

  private static String line(int number, String location) {
    return "line " + number + "@" + location;
  }

  private static Map<String, Integer> counted(Stream<Map.Entry<String, Integer>> entries) {
    var counted = new TreeMap<String, Integer>();
    entries.forEach(entry -> count(counted, entry.getKey(), entry.getValue()));
    return counted;
  }

  private static void count(Map<String, Integer> counts, String what, int units) {
    if (units != 0) {
      counts.merge(what, units, Integer::sum);
    }
  }

  private static String state(ShipmentState state) {
    return state.name().substring("SHIPMENT_STATE_".length());
  }

  /** {@code 2 MUG-BLUE, 1 TEAPOT-RED}, or {@code nothing}. */
  static String units(Map<String, Integer> counts) {
    return counts.isEmpty()
        ? "nothing"
        : counts.entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
  }

  private void add(Invariant invariant, String message, Object... values) {
    findings.add(Finding.of(invariant, OrderChecks.subject(order), message, values));
  }
}
