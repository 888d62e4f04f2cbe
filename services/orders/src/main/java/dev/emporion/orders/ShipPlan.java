package dev.emporion.orders;

import com.google.rpc.PreconditionFailure;
import dev.emporion.common.v1.ErrorReason;
import dev.emporion.inventory.v1.Allocation;
import dev.emporion.inventory.v1.Reservation;
import dev.emporion.orders.v1.ShipOrderLine;
import dev.emporion.orders.v1.ShippedUnits;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which units leave which locations, and what they cost. */
final class ShipPlan {
  private static final int MAX_LINES = 200;

  private final Order order;

  /** Units that may still leave, in the order in which locations are used. */
  private final List<Left> left = new ArrayList<>();

  /** Units of one SKU at one location. */
  private static final class Left {
    final String sku;
    final String location;
    int quantity;

    Left(Allocation allocation) {
      sku = allocation.getSku();
      location = allocation.getLocationId();
      quantity = allocation.getQuantity() - allocation.getCommittedQuantity();
    }
  }

  ShipPlan(Order order, Reservation reservation) {
    this.order = order;
    reservation.getAllocationsList().stream()
        .map(Left::new)
        .filter(place -> place.quantity > 0)
        .forEach(left::add);
  }

  /** Whether it matters which location is used first. */
  boolean hasChoice() {
    return left.stream().map(place -> place.sku).distinct().count() < left.size();
  }

  /** Uses the locations in this order; others after them. */
  void prefer(List<String> locations) {
    left.sort(Comparator.comparingInt(place -> position(locations, place.location)));
  }

  private static int position(List<String> locations, String location) {
    int index = locations.indexOf(location);
    return index < 0 ? locations.size() : index;
  }

  /**
   * What was asked for, or all that is open.
   *
   * @throws Failure QUANTITY_EXCEEDED
   */
  static List<ShipOrderLine> wanted(Order order, List<ShipOrderLine> asked) {
    if (asked.isEmpty()) {
      return order.lines().stream()
          .filter(line -> line.units().open() > 0)
          .map(ShipPlan::whole)
          .toList();
    }
    quantities(asked)
        .forEach(
            (number, quantity) -> {
              int open = open(order, number);
              if (quantity > open) {
                throw Refusals.quantityExceeded(number, open);
              }
            });
    return asked;
  }

  private static ShipOrderLine whole(OrderLine line) {
    return ShipOrderLine.newBuilder()
        .setLineNumber(line.lineNumber())
        .setQuantity(line.units().open())
        .build();
  }

  private static int open(Order order, int lineNumber) {
    return order.lines().stream()
        .filter(line -> line.lineNumber() == lineNumber)
        .mapToInt(line -> line.units().open())
        .sum();
  }

  private static Map<Integer, Integer> quantities(List<ShipOrderLine> lines) {
    var quantities = new TreeMap<Integer, Integer>();
    lines.forEach(line -> quantities.merge(line.getLineNumber(), line.getQuantity(), Integer::sum));
    return quantities;
  }

  /** The exact price of the units of these lines that leave next. */
  static Money amount(Order order, List<ShipOrderLine> wanted) {
    var quantities = quantities(wanted);
    return order.lines().stream()
        .filter(line -> quantities.containsKey(line.lineNumber()))
        .map(line -> price(line, quantities.get(line.lineNumber())))
        .reduce(order.zero(), Money::plus);
  }

  private static Money price(OrderLine line, int count) {
    int shipped = line.units().shipped();
    return UnitPrices.value(line, shipped, shipped + count);
  }

  /**
   * Each line's units with the locations that they leave. Those that name one are served first.
   *
   * @throws Failure NOT_IN_STOCK
   */
  List<ShippedUnits> units(List<ShipOrderLine> wanted) {
    var units = new TreeMap<Place, Integer>();
    var missing = PreconditionFailure.newBuilder();
    wanted.stream()
        .sorted(Comparator.comparing(line -> line.getLocationId().isEmpty()))
        .forEach(
            line -> {
              int lacking = take(line, units);
              if (lacking > 0) {
                missing.addViolations(violation(line, line.getQuantity() - lacking));
              }
            });
    if (missing.getViolationsCount() > 0) {
      throw Failure.of(
              Code.FAILED_PRECONDITION,
              dev.emporion.orders.v1.ErrorReason.ERROR_REASON_NOT_IN_STOCK,
              "not all of these units are where they should leave")
          .with(missing.build());
    }
    if (units.size() > MAX_LINES) {
      throw Failure.of(
          Code.INVALID_ARGUMENT,
          ErrorReason.ERROR_REASON_INVALID_VALUE,
          "a parcel has at most " + MAX_LINES + " lines and locations: ship less at once");
    }
    return units.entrySet().stream().map(one -> shipped(one.getKey(), one.getValue())).toList();
  }

  private record Place(int lineNumber, String location) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      return Comparator.comparingInt(Place::lineNumber)
          .thenComparing(Place::location)
          .compare(this, other);
    }
  }

  /** Returns how many were not there. */
  private int take(ShipOrderLine line, Map<Place, Integer> units) {
    String sku = order.line(line.getLineNumber()).sku();
    int wanted = line.getQuantity();
    for (Left place : left) {
      boolean fits =
          place.sku.equals(sku)
              && (line.getLocationId().isEmpty() || place.location.equals(line.getLocationId()));
      int taken = fits ? Math.min(wanted, place.quantity) : 0;
      if (taken > 0) {
        place.quantity -= taken;
        wanted -= taken;
        units.merge(new Place(line.getLineNumber(), place.location), taken, Integer::sum);
      }
    }
    return wanted;
  }

  private PreconditionFailure.Violation violation(ShipOrderLine line, int there) {
    String where = line.getLocationId().isEmpty() ? "in stock" : "at " + line.getLocationId();
    return PreconditionFailure.Violation.newBuilder()
        .setType("NOT_IN_STOCK")
        .setSubject(order.line(line.getLineNumber()).sku())
        .setDescription(there + " of " + line.getQuantity() + " units are " + where)
        .build();
  }

  private static ShippedUnits shipped(Place place, int quantity) {
    return ShippedUnits.newBuilder()
        .setLineNumber(place.lineNumber())
        .setLocationId(place.location())
        .setQuantity(quantity)
        .build();
  }
}
