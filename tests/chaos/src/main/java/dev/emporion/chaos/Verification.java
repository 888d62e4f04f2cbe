package dev.emporion.chaos;

import dev.emporion.inventory.v1.Availability;
import dev.emporion.inventory.v1.Movement;
import dev.emporion.inventory.v1.StockLevel;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderLine;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.simulator.v1.Authorization;
import dev.emporion.simulator.v1.AuthorizationState;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Compares what clients were told with what the parties have on record, and these with one another.
 * To be done when nothing is under way any more.
 */
final class Verification {
  /** In which an order holds neither stock nor money. */
  private static final Set<OrderState> ENDED =
      EnumSet.of(OrderState.ORDER_STATE_REJECTED, OrderState.ORDER_STATE_CANCELLED);

  private final Books books;
  private final Violations violations;
  private final Map<String, Order> orders;
  private final Map<String, List<Authorization>> authorizations;

  /** Orders whose total somebody may have changed. */
  private final Set<String> edited = new HashSet<>();

  Verification(Books books, Violations violations) {
    this.books = books;
    this.violations = violations;
    this.orders =
        books.orders("").stream().collect(Collectors.toMap(Order::getOrderId, Function.identity()));
    this.authorizations =
        books.authorizations().stream()
            .collect(Collectors.groupingBy(Authorization::getMerchantReference));
  }

  /** How many orders there are in each state. */
  Map<String, Long> states() {
    return orders.values().stream()
        .collect(
            Collectors.groupingBy(
                order -> order.getState().name().replace("ORDER_STATE_", ""),
                TreeMap::new,
                Collectors.counting()));
  }

  void check(List<Entry> journal, Shelf shelf) {
    journal.stream()
        .filter(entry -> entry.act().equals(new Edit().name()))
        .forEach(entry -> edited.add(entry.orderId()));
    Map<String, String> ordersOfRequests = new HashMap<>();
    journal.stream()
        .filter(entry -> entry.kind() == Entry.Kind.ACKNOWLEDGED)
        .forEach(entry -> checkAcknowledged(entry, ordersOfRequests));
    checkCarts();
    books.availabilities(shelf.skus()).forEach(this::checkStock);
    orders.values().forEach(this::checkMoney);
    authorizations.forEach(this::checkKnown);
  }

  private void checkAcknowledged(Entry entry, Map<String, String> ordersOfRequests) {
    String before = ordersOfRequests.putIfAbsent(entry.requestId(), entry.orderId());
    violations.check(
        before == null || before.equals(entry.orderId()),
        "request %s was answered with order %s and with order %s",
        entry.requestId(),
        before,
        entry.orderId());
    Order order = orders.get(entry.orderId());
    if (order == null) {
      violations.add("order %s was acknowledged and is lost: %s", entry.orderId(), entry);
      return;
    }
    violations.check(
        Reachable.from(entry.state()).contains(order.getState()),
        "order %s is %s after it was told to be %s",
        entry.orderId(),
        order.getState(),
        entry.state());
    violations.check(
        order.getCartId().equals(entry.cartId())
            && (edited.contains(entry.orderId())
                || Totals.text(order.getTotal()).equals(entry.total())),
        "order %s is of cart %s at %s, and was told to be of cart %s at %s",
        entry.orderId(),
        order.getCartId(),
        Totals.text(order.getTotal()),
        entry.cartId(),
        entry.total());
  }

  private void checkCarts() {
    orders.values().stream()
        .collect(Collectors.groupingBy(Order::getCartId))
        .forEach(
            (cart, made) ->
                violations.check(
                    made.size() == 1,
                    "cart %s has %d orders: %s",
                    cart,
                    made.size(),
                    made.stream().map(Order::getOrderId).toList()));
  }

  private void checkStock(Availability availability) {
    String sku = availability.getSku();
    long onHand = sum(availability, StockLevel::getOnHand);
    long reserved = sum(availability, StockLevel::getReserved);
    for (StockLevel level : availability.getStockLevelsList()) {
      violations.check(
          level.getOnHand() >= 0
              && level.getReserved() >= 0
              && level.getReserved() <= level.getOnHand(),
          "%s in %s: %d on hand, %d reserved",
          sku,
          level.getLocationId(),
          level.getOnHand(),
          level.getReserved());
    }
    List<Movement> movements = books.movements(sku);
    long moved = movements.stream().mapToLong(Movement::getQuantity).sum();
    violations.check(onHand == moved, "%s: %d on hand, %d by its movements", sku, onHand, moved);
    long open = units(sku, Units::open);
    violations.check(reserved == open, "%s: %d reserved, %d sold and open", sku, reserved, open);
    long left =
        -movements.stream()
            .filter(movement -> !movement.getReservationId().isEmpty())
            .mapToLong(Movement::getQuantity)
            .sum();
    long shipped = units(sku, OrderLine::getShippedQuantity);
    violations.check(left == shipped, "%s: %d left the house, %d shipped", sku, left, shipped);
  }

  private static long sum(Availability availability, Function<StockLevel, Integer> value) {
    return availability.getStockLevelsList().stream().mapToLong(value::apply).sum();
  }

  private long units(String sku, Function<OrderLine, Integer> value) {
    return orders.values().stream()
        .filter(order -> !ENDED.contains(order.getState()))
        .flatMap(order -> order.getLinesList().stream())
        .filter(line -> line.getSku().equals(sku))
        .mapToLong(value::apply)
        .sum();
  }

  private void checkMoney(Order order) {
    List<Authorization> made = authorizations.getOrDefault(order.getOrderId(), List.of());
    List<Authorization> held =
        made.stream()
            .filter(one -> one.getState() == AuthorizationState.AUTHORIZATION_STATE_HELD)
            .toList();
    violations.check(
        held.size() <= 1,
        "order %s is held for %d times: %s",
        order.getOrderId(),
        held.size(),
        held);
    if (ENDED.contains(order.getState())) {
      violations.check(
          held.isEmpty(), "order %s is %s and %s is held", id(order), order.getState(), held);
    }
    if (order.getState() == OrderState.ORDER_STATE_CONFIRMED && isWhole(order)) {
      long amount = held.stream().mapToLong(one -> Totals.cents(one.getAmount())).sum();
      violations.check(
          amount == Totals.cents(order.getTotal()),
          "order %s costs %s, and %s is held",
          id(order),
          Totals.text(order.getTotal()),
          Totals.text(amount));
    }
    long captured = made.stream().mapToLong(one -> Totals.cents(one.getCapturedAmount())).sum();
    long refunded = made.stream().mapToLong(one -> Totals.cents(one.getRefundedAmount())).sum();
    violations.check(
        captured <= Totals.cents(order.getTotal()) && refunded <= captured,
        "order %s costs %s; %s was captured and %s refunded",
        id(order),
        Totals.text(order.getTotal()),
        Totals.text(captured),
        Totals.text(refunded));
  }

  private static String id(Order order) {
    return order.getOrderId();
  }

  private static boolean isWhole(Order order) {
    return order.getLinesList().stream().allMatch(line -> Units.open(line) == line.getQuantity());
  }

  private void checkKnown(String orderId, List<Authorization> made) {
    violations.check(
        orders.containsKey(orderId),
        "the provider has %s for order %s, which is not there",
        made,
        orderId);
  }
}
