package dev.emporion.chaos;

import dev.emporion.carts.v1.Cart;
import dev.emporion.carts.v1.CreateCartRequest;
import dev.emporion.mesh.shop.Buyer;
import dev.emporion.mesh.shop.Shop;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.orders.v1.PlaceOrderRequest;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * A guest who does as the contracts say: repeats a request under its id until it is answered, and
 * notes each answer before doing anything else.
 */
record Customer(Shop shop, Wish wish, Journal journal, Violations violations, Patience patience) {
  private static final String CURRENCY = "EUR";
  private static final String PLACE = "place";

  /** Returns whether all that was asked was answered. */
  boolean buy() {
    try {
      Optional<Order> order =
          fillCart()
              .flatMap(
                  cart ->
                      patience
                          .ask(() -> new Buyer(shop).quote(cart))
                          .flatMap(quote -> place(Buyer.order(cart, quote, wish.token()))));
      if (order.isEmpty()) {
        return false;
      }
      Order latest = order.get();
      for (Act act : wish.acts()) {
        Optional<Order> after = carryOut(act, latest);
        if (after.isEmpty()) {
          return false;
        }
        latest = after.get();
      }
      return true;
    } catch (StatusRuntimeException refusal) {
      violations.add("wish %d was refused: %s", wish.number(), Answers.text(refusal));
      return true;
    }
  }

  private Optional<Cart> fillCart() {
    var request =
        CreateCartRequest.newBuilder()
            .setRequestId(Shelf.newId())
            .setCurrencyCode(CURRENCY)
            .addAllLines(wish.lines())
            .build();
    return patience.ask(() -> shop.carts().createCart(request).getCart());
  }

  private Optional<Order> place(PlaceOrderRequest request) {
    journal.add(asked(request));
    Optional<Order> placed = patience.ask(() -> shop.orders().placeOrder(request).getOrder());
    if (placed.isEmpty()) {
      journal.add(
          new Entry(
              Instant.now(),
              Entry.Kind.GIVEN_UP,
              wish.number(),
              PLACE,
              request.getRequestId(),
              request.getCartId(),
              "",
              OrderState.ORDER_STATE_UNSPECIFIED,
              ""));
      return placed;
    }
    acknowledge(PLACE, request.getRequestId(), placed.get());
    check(request, placed.get());
    return wish.repeats() ? repeat(request, placed.get()) : placed;
  }

  private Entry asked(PlaceOrderRequest request) {
    return new Entry(
        Instant.now(),
        Entry.Kind.ASKED,
        wish.number(),
        PLACE,
        request.getRequestId(),
        request.getCartId(),
        "",
        OrderState.ORDER_STATE_UNSPECIFIED,
        Totals.text(request.getExpectedTotal()));
  }

  private void acknowledge(String act, String requestId, Order order) {
    journal.add(Entry.of(Entry.Kind.ACKNOWLEDGED, wish.number(), act, requestId, order));
  }

  private void check(PlaceOrderRequest request, Order order) {
    violations.check(
        order.getCartId().equals(request.getCartId()),
        "order %s is of cart %s, not of cart %s",
        order.getOrderId(),
        order.getCartId(),
        request.getCartId());
    violations.check(
        Totals.text(order.getTotal()).equals(Totals.text(request.getExpectedTotal())),
        "order %s costs %s, the buyer agreed to %s",
        order.getOrderId(),
        Totals.text(order.getTotal()),
        Totals.text(request.getExpectedTotal()));
  }

  private Optional<Order> repeat(PlaceOrderRequest request, Order before) {
    Optional<Order> again = patience.ask(() -> shop.orders().placeOrder(request).getOrder());
    again.ifPresent(
        order -> {
          violations.check(
              order.getOrderId().equals(before.getOrderId()),
              "request %s made order %s, and when repeated order %s",
              request.getRequestId(),
              before.getOrderId(),
              order.getOrderId());
          acknowledge(PLACE, request.getRequestId(), order);
        });
    return again;
  }

  /** What does not suit the order is left out, and is no failure. */
  private Optional<Order> carryOut(Act act, Order order) {
    if (!act.suits(order)) {
      return Optional.of(order);
    }
    String requestId = Shelf.newId();
    journal.add(Entry.of(Entry.Kind.ASKED, wish.number(), act.name(), requestId, order));
    try {
      Optional<Order> after = patience.ask(() -> act.ask(shop, order, requestId));
      after.ifPresentOrElse(
          changed -> acknowledge(act.name(), requestId, changed),
          () ->
              journal.add(
                  Entry.of(Entry.Kind.GIVEN_UP, wish.number(), act.name(), requestId, order)));
      return after;
    } catch (StatusRuntimeException refusal) {
      if (!Act.REFUSALS.contains(Answers.reason(refusal))) {
        throw refusal;
      }
      journal.add(Entry.of(Entry.Kind.REFUSED, wish.number(), act.name(), requestId, order));
      return Optional.of(order);
    }
  }
}
