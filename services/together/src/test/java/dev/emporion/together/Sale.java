package dev.emporion.together;

import dev.emporion.carts.v1.Cart;
import dev.emporion.carts.v1.CartLine;
import dev.emporion.carts.v1.CreateCartRequest;
import dev.emporion.catalog.v1.CreateProductRequest;
import dev.emporion.catalog.v1.Price;
import dev.emporion.catalog.v1.Product;
import dev.emporion.catalog.v1.Variant;
import dev.emporion.common.v1.PostalAddress;
import dev.emporion.inventory.v1.AdjustStockRequest;
import dev.emporion.inventory.v1.BatchGetAvailabilityRequest;
import dev.emporion.inventory.v1.CreateLocationRequest;
import dev.emporion.inventory.v1.Location;
import dev.emporion.inventory.v1.MovementReason;
import dev.emporion.orders.v1.GetOrderRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.PlaceOrderRequest;
import dev.emporion.payments.v1.GetPaymentRequest;
import dev.emporion.platform.Money;
import dev.emporion.pricing.v1.Destination;
import dev.emporion.pricing.v1.Quote;
import dev.emporion.pricing.v1.QuoteRequest;
import dev.emporion.pricing.v1.QuoteRequestLine;
import dev.emporion.shipping.v1.CreateZoneRequest;
import dev.emporion.shipping.v1.DeliveryOption;
import dev.emporion.shipping.v1.Rate;
import dev.emporion.shipping.v1.Zone;
import java.util.UUID;

/** Mugs to sell, and how they are bought. */
final class Sale {
  static final String SKU = "MUG-BLUE";
  static final String LOCATION = "berlin";
  static final PostalAddress HOME =
      PostalAddress.newBuilder()
          .setRecipient("Ada")
          .addAddressLines("1 Main Street")
          .setLocality("Berlin")
          .setPostalCode("10115")
          .setRegionCode("DE")
          .build();

  private final Shop shop;

  Sale(Shop shop) {
    this.shop = shop;
  }

  /** Two mugs, ordered and confirmed. */
  Order place() {
    Cart cart = fillCart();
    return place(cart, quote(cart));
  }

  /** A hundred mugs, a place where they are, and a way to send them. */
  void stock() {
    stock(100);
  }

  /** The same with so many mugs. */
  void stock(int mugs) {
    shop.catalog.createProduct(
        CreateProductRequest.newBuilder().setRequestId(newId()).setProduct(mug()).build());
    shop.inventory.createLocation(
        CreateLocationRequest.newBuilder()
            .setRequestId(newId())
            .setLocation(Location.newBuilder().setLocationId(LOCATION).setDisplayName("Berlin"))
            .build());
    shop.inventory.adjustStock(
        AdjustStockRequest.newBuilder()
            .setRequestId(newId())
            .setSku(SKU)
            .setLocationId(LOCATION)
            .setQuantity(mugs)
            .setReason(MovementReason.MOVEMENT_REASON_RECEIVED)
            .build());
    shop.shipping.createZone(
        CreateZoneRequest.newBuilder().setRequestId(newId()).setZone(germany()).build());
  }

  private static Product mug() {
    return Product.newBuilder()
        .setTitle("Mug")
        .addVariants(
            Variant.newBuilder()
                .setSku(SKU)
                .setTitle("Blue")
                .setWeightGrams(380)
                .setTaxCategory("standard")
                .addPrices(Price.newBuilder().setUnitPrice(euros(1290)).setMinQuantity(1)))
        .build();
  }

  private static Zone germany() {
    return Zone.newBuilder()
        .setZoneId("germany")
        .setDisplayName("Germany")
        .addRegions("DE")
        .addOptions(
            DeliveryOption.newBuilder()
                .setDeliveryOption("standard")
                .setDisplayName("Standard")
                .addRates(Rate.newBuilder().setPrice(euros(490))))
        .build();
  }

  /** Two mugs. */
  Cart fillCart() {
    return fillCart(2);
  }

  Cart fillCart(int mugs) {
    return shop.carts
        .createCart(
            CreateCartRequest.newBuilder()
                .setRequestId(newId())
                .setCurrencyCode("EUR")
                .addLines(CartLine.newBuilder().setSku(SKU).setQuantity(mugs))
                .build())
        .getCart();
  }

  Quote quote(Cart cart) {
    var request =
        QuoteRequest.newBuilder()
            .setCurrencyCode(cart.getCurrencyCode())
            .setDestination(
                Destination.newBuilder()
                    .setRegionCode(HOME.getRegionCode())
                    .setPostalCode(HOME.getPostalCode()))
            .setDeliveryOption("standard");
    for (CartLine line : cart.getLinesList()) {
      request.addLines(
          QuoteRequestLine.newBuilder().setSku(line.getSku()).setQuantity(line.getQuantity()));
    }
    return shop.pricing.quote(request.build()).getQuote();
  }

  Order place(Cart cart, Quote quote) {
    return place(cart, quote, "tok_ok");
  }

  Order place(Cart cart, Quote quote, String token) {
    return shop.orders
        .placeOrder(
            PlaceOrderRequest.newBuilder()
                .setRequestId(newId())
                .setCartId(cart.getCartId())
                .setCartEtag(cart.getEtag())
                .setEmail("ada@example.com")
                .setShippingAddress(HOME)
                .setDeliveryOption("standard")
                .setPaymentToken(token)
                .setExpectedTotal(quote.getTotal())
                .build())
        .getOrder();
  }

  Order get(Order order) {
    return shop.orders
        .getOrder(GetOrderRequest.newBuilder().setOrderId(order.getOrderId()).build())
        .getOrder();
  }

  Money authorized(Order order) {
    return Money.fromProto(
        shop.payments
            .getPayment(GetPaymentRequest.newBuilder().setPaymentId(order.getPaymentId()).build())
            .getPayment()
            .getAmount());
  }

  int available() {
    return shop.inventory
        .batchGetAvailability(BatchGetAvailabilityRequest.newBuilder().addSkus(SKU).build())
        .getAvailabilities(0)
        .getAvailable();
  }

  static com.google.type.Money euros(long cents) {
    return new Money("EUR", cents).toProto();
  }

  static String newId() {
    return UUID.randomUUID().toString();
  }
}
