package dev.emporion.e2e;

import com.google.type.Money;
import dev.emporion.carts.v1.Cart;
import dev.emporion.carts.v1.CartLine;
import dev.emporion.carts.v1.CartsServiceGrpc;
import dev.emporion.carts.v1.CreateCartRequest;
import dev.emporion.catalog.v1.CatalogServiceGrpc;
import dev.emporion.catalog.v1.CreateProductRequest;
import dev.emporion.catalog.v1.Price;
import dev.emporion.catalog.v1.Product;
import dev.emporion.catalog.v1.UpdateProductRequest;
import dev.emporion.catalog.v1.Variant;
import dev.emporion.common.v1.PostalAddress;
import dev.emporion.inventory.v1.AdjustStockRequest;
import dev.emporion.inventory.v1.Availability;
import dev.emporion.inventory.v1.BatchGetAvailabilityRequest;
import dev.emporion.inventory.v1.CreateLocationRequest;
import dev.emporion.inventory.v1.InventoryServiceGrpc;
import dev.emporion.inventory.v1.Location;
import dev.emporion.inventory.v1.MovementReason;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.orders.v1.OrdersServiceGrpc;
import dev.emporion.orders.v1.OrdersServiceGrpc.OrdersServiceBlockingStub;
import dev.emporion.orders.v1.PlaceOrderRequest;
import dev.emporion.pricing.v1.Destination;
import dev.emporion.pricing.v1.PricingServiceGrpc;
import dev.emporion.pricing.v1.Quote;
import dev.emporion.pricing.v1.QuoteRequest;
import dev.emporion.pricing.v1.QuoteRequestLine;
import dev.emporion.shipping.v1.CreateZoneRequest;
import dev.emporion.shipping.v1.DeliveryOption;
import dev.emporion.shipping.v1.Rate;
import dev.emporion.shipping.v1.ShippingServiceGrpc;
import dev.emporion.shipping.v1.Zone;
import dev.emporion.simulator.v1.Authorization;
import dev.emporion.simulator.v1.ListAuthorizationsRequest;
import dev.emporion.simulator.v1.SimulatorServiceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What a merchant and a shopper do in these tests, by the public contracts. */
final class Shopper {
  private static final int MAX_ATTEMPTS = 20;

  private final RunningSystem system;

  Shopper(RunningSystem system) {
    this.system = system;
    var zone =
        Zone.newBuilder()
            .setZoneId("world")
            .setDisplayName("World")
            .addRegions("*")
            .addOptions(
                DeliveryOption.newBuilder()
                    .setDeliveryOption("standard")
                    .setDisplayName("Standard")
                    .addRates(Rate.newBuilder().setPrice(eur(4))));
    ShippingServiceGrpc.newBlockingStub(system.channel("shipping"))
        .createZone(CreateZoneRequest.newBuilder().setRequestId(id("zone")).setZone(zone).build());
    var location = Location.newBuilder().setLocationId("e2e").setDisplayName("E2E");
    InventoryServiceGrpc.newBlockingStub(system.channel("inventory"))
        .createLocation(
            CreateLocationRequest.newBuilder()
                .setRequestId(id("location"))
                .setLocation(location)
                .build());
  }

  /** The same request id in every test class, so that the second one gets the first answer. */
  private static String id(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  static String newId() {
    return UUID.randomUUID().toString();
  }

  static Money eur(long units) {
    return Money.newBuilder().setCurrencyCode("EUR").setUnits(units).build();
  }

  /** A product with one SKU at this price, and this many units of it. */
  Product sell(String sku, long euros, int units) {
    var variant = Variant.newBuilder().setSku(sku).addPrices(price(euros)).setWeightGrams(100);
    var product = Product.newBuilder().setTitle("Thing " + sku).addVariants(variant);
    var made =
        CatalogServiceGrpc.newBlockingStub(system.channel("catalog"))
            .createProduct(
                CreateProductRequest.newBuilder().setRequestId(newId()).setProduct(product).build())
            .getProduct();
    InventoryServiceGrpc.newBlockingStub(system.channel("inventory"))
        .adjustStock(
            AdjustStockRequest.newBuilder()
                .setRequestId(newId())
                .setSku(sku)
                .setLocationId("e2e")
                .setQuantity(units)
                .setReason(MovementReason.MOVEMENT_REASON_RECEIVED)
                .build());
    return made;
  }

  private static Price.Builder price(long euros) {
    return Price.newBuilder().setUnitPrice(eur(euros)).setMinQuantity(1);
  }

  void changePrice(Product product, long euros) {
    var variant = product.getVariants(0).toBuilder().clearPrices().addPrices(price(euros));
    CatalogServiceGrpc.newBlockingStub(system.channel("catalog"))
        .updateProduct(
            UpdateProductRequest.newBuilder()
                .setRequestId(newId())
                .setProduct(product.toBuilder().clearVariants().addVariants(variant))
                .setUpdateMask(
                    com.google.protobuf.FieldMask.newBuilder().addPaths("variants").build())
                .build());
  }

  Cart cart(String sku, int quantity) {
    return CartsServiceGrpc.newBlockingStub(system.channel("carts"))
        .createCart(
            CreateCartRequest.newBuilder()
                .setRequestId(newId())
                .setCurrencyCode("EUR")
                .addLines(CartLine.newBuilder().setSku(sku).setQuantity(quantity))
                .build())
        .getCart();
  }

  Quote quote(String sku, int quantity) {
    return PricingServiceGrpc.newBlockingStub(system.channel("pricing"))
        .quote(
            QuoteRequest.newBuilder()
                .setCurrencyCode("EUR")
                .addLines(QuoteRequestLine.newBuilder().setSku(sku).setQuantity(quantity))
                .setDestination(Destination.newBuilder().setRegionCode("DE"))
                .setDeliveryOption("standard")
                .build())
        .getQuote();
  }

  /** A request to order one line at the price of this quote, with a request id of its own. */
  static PlaceOrderRequest request(Cart cart, Quote quote) {
    return PlaceOrderRequest.newBuilder()
        .setRequestId(newId())
        .setCartId(cart.getCartId())
        .setCartEtag(cart.getEtag())
        .setEmail("ada@example.com")
        .setShippingAddress(
            PostalAddress.newBuilder()
                .setRecipient("Ada")
                .addAddressLines("1 Main Street")
                .setLocality("Berlin")
                .setPostalCode("10115")
                .setRegionCode("DE"))
        .setDeliveryOption("standard")
        .setPaymentToken("tok_ok")
        .setExpectedTotal(quote.getTotal())
        .build();
  }

  /**
   * Places an order as the contract says a client should: the same request again while there is no
   * answer or the order is not decided.
   */
  Order place(int instance, PlaceOrderRequest request) {
    for (int attempt = 1; ; attempt++) {
      try {
        Order order = orders(instance).placeOrder(request).getOrder();
        if (order.getState() != OrderState.ORDER_STATE_PENDING || attempt == MAX_ATTEMPTS) {
          return order;
        }
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.UNAVAILABLE || attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  OrdersServiceBlockingStub orders(int instance) {
    return OrdersServiceGrpc.newBlockingStub(system.instances("orders").get(instance).channel());
  }

  Availability availability(String sku) {
    return InventoryServiceGrpc.newBlockingStub(system.channel("inventory"))
        .batchGetAvailability(BatchGetAvailabilityRequest.newBuilder().addSkus(sku).build())
        .getAvailabilities(0);
  }

  /** What the payment provider has on record for this order. */
  List<Authorization> providersRecord(Order order) {
    return providersRecord(order.getOrderId());
  }

  /** What the payment provider has on record; for all orders if the id is empty. */
  List<Authorization> providersRecord(String orderId) {
    var stub = SimulatorServiceGrpc.newBlockingStub(system.channel("simulator"));
    var all = new ArrayList<Authorization>();
    String token = "";
    do {
      var page =
          stub.listAuthorizations(
              ListAuthorizationsRequest.newBuilder()
                  .setMerchantReference(orderId)
                  .setPageSize(1000)
                  .setPageToken(token)
                  .build());
      all.addAll(page.getAuthorizationsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return all;
  }
}
