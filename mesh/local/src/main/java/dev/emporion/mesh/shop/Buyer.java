package dev.emporion.mesh.shop;

import dev.emporion.carts.v1.Cart;
import dev.emporion.carts.v1.CartLine;
import dev.emporion.carts.v1.CreateCartRequest;
import dev.emporion.common.v1.PostalAddress;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.orders.v1.PlaceOrderRequest;
import dev.emporion.orders.v1.WatchOrderRequest;
import dev.emporion.orders.v1.WatchOrderResponse;
import dev.emporion.pricing.v1.Destination;
import dev.emporion.pricing.v1.Quote;
import dev.emporion.pricing.v1.QuoteRequest;
import dev.emporion.pricing.v1.QuoteRequestLine;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;

/** A guest who buys something. */
public final class Buyer {
  private static final String DELIVERY = "standard";
  private static final PostalAddress HOME =
      PostalAddress.newBuilder()
          .setRecipient("Ada Beispiel")
          .addAddressLines("Lindenallee 5")
          .setPostalCode("10115")
          .setLocality("Berlin")
          .setRegionCode("DE")
          .build();

  private final Shop shop;

  public Buyer(Shop shop) {
    this.shop = shop;
  }

  /** Two mugs and some coffee, paid with a token that the provider takes. */
  public Order buySomething() {
    Cart cart = fillCart("EUR", List.of(line("MUG-BLUE", 2), line("COFFEE-ETHIOPIA", 1)));
    return awaitDecision(place(cart, quote(cart), "tok_ok"));
  }

  Cart fillCart(String currency, List<CartLine> lines) {
    return shop.carts()
        .createCart(
            CreateCartRequest.newBuilder()
                .setRequestId(newId())
                .setCurrencyCode(currency)
                .addAllLines(lines)
                .build())
        .getCart();
  }

  /** What the cart costs, brought home. */
  public Quote quote(Cart cart) {
    QuoteRequest.Builder request =
        QuoteRequest.newBuilder()
            .setCurrencyCode(cart.getCurrencyCode())
            .setDestination(
                Destination.newBuilder()
                    .setRegionCode(HOME.getRegionCode())
                    .setPostalCode(HOME.getPostalCode()))
            .setDeliveryOption(DELIVERY);
    for (CartLine line : cart.getLinesList()) {
      request.addLines(
          QuoteRequestLine.newBuilder().setSku(line.getSku()).setQuantity(line.getQuantity()));
    }
    return shop.pricing().quote(request.build()).getQuote();
  }

  Order place(Cart cart, Quote quote, String paymentToken) {
    return shop.orders().placeOrder(order(cart, quote, paymentToken)).getOrder();
  }

  /** Asks for what is in the cart at the price quoted, each time as an order of its own. */
  public static PlaceOrderRequest order(Cart cart, Quote quote, String paymentToken) {
    return PlaceOrderRequest.newBuilder()
        .setRequestId(newId())
        .setCartId(cart.getCartId())
        .setCartEtag(cart.getEtag())
        .setEmail("ada@example.com")
        .setShippingAddress(HOME)
        .setDeliveryOption(DELIVERY)
        .setPaymentToken(paymentToken)
        .setExpectedTotal(quote.getTotal())
        .build();
  }

  /** What is slow is answered while it is under way; the rest is watched. */
  Order awaitDecision(Order order) {
    if (!isUnderWay(order)) {
      return order;
    }
    Iterator<WatchOrderResponse> changes =
        shop.orders()
            .watchOrder(WatchOrderRequest.newBuilder().setOrderId(order.getOrderId()).build());
    Order latest = order;
    while (isUnderWay(latest) && changes.hasNext()) {
      latest = changes.next().getOrder();
    }
    return latest;
  }

  private static boolean isUnderWay(Order order) {
    return order.getState() == OrderState.ORDER_STATE_PENDING || order.hasActiveChange();
  }

  static CartLine line(String sku, int quantity) {
    return CartLine.newBuilder().setSku(sku).setQuantity(quantity).build();
  }

  /** {@code CONFIRMED EUR 45.20 0198...}. */
  public static String summary(Order order) {
    return "%s  %s  %s".formatted(state(order), Amounts.text(order.getTotal()), order.getOrderId());
  }

  static String state(Order order) {
    return order.getState().name().substring("ORDER_STATE_".length());
  }

  static String newId() {
    return UUID.randomUUID().toString();
  }
}
