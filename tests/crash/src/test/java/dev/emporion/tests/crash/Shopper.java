package dev.emporion.tests.crash;

import com.google.type.Money;
import dev.emporion.carts.v1.Cart;
import dev.emporion.carts.v1.CartLine;
import dev.emporion.carts.v1.CreateCartRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.PlaceOrderRequest;
import dev.emporion.pricing.v1.Destination;
import dev.emporion.pricing.v1.QuoteRequest;
import dev.emporion.pricing.v1.QuoteRequestLine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Fills carts and orders what is in them. */
record Shopper(Cell cell) {

  /** A request for two units of each, to be sent as often as need be. */
  Supplier<Order> order(String token, String... skus) {
    Cart cart = cart(skus);
    var request =
        PlaceOrderRequest.newBuilder()
            .setRequestId(Wares.newId())
            .setCartId(cart.getCartId())
            .setCartEtag(cart.getEtag())
            .setEmail("ada@example.com")
            .setShippingAddress(Wares.HOME)
            .setDeliveryOption(Wares.DELIVERY)
            .setPaymentToken(token)
            .setExpectedTotal(total(cart))
            .build();
    return () -> cell.orders.placeOrder(request).getOrder();
  }

  private Cart cart(String... skus) {
    var request = CreateCartRequest.newBuilder().setRequestId(Wares.newId()).setCurrencyCode("EUR");
    for (String sku : skus) {
      request.addLines(CartLine.newBuilder().setSku(sku).setQuantity(2));
    }
    return cell.carts.createCart(request.build()).getCart();
  }

  private Money total(Cart cart) {
    var lines = new ArrayList<QuoteRequestLine>();
    for (CartLine line : cart.getLinesList()) {
      lines.add(line(line.getSku(), line.getQuantity()));
    }
    return total(lines);
  }

  /** What an order would cost if it had so many units of each line. */
  Money total(Order order, int... quantities) {
    var lines = new ArrayList<QuoteRequestLine>();
    for (int i = 0; i < quantities.length; i++) {
      if (quantities[i] > 0) {
        lines.add(line(order.getLines(i).getSku(), quantities[i]));
      }
    }
    return total(lines);
  }

  private static QuoteRequestLine line(String sku, int quantity) {
    return QuoteRequestLine.newBuilder().setSku(sku).setQuantity(quantity).build();
  }

  private Money total(List<QuoteRequestLine> lines) {
    var request =
        QuoteRequest.newBuilder()
            .setCurrencyCode("EUR")
            .addAllLines(lines)
            .setDestination(
                Destination.newBuilder()
                    .setRegionCode(Wares.HOME.getRegionCode())
                    .setPostalCode(Wares.HOME.getPostalCode()))
            .setDeliveryOption(Wares.DELIVERY);
    return cell.pricing.quote(request.build()).getQuote().getTotal();
  }
}
