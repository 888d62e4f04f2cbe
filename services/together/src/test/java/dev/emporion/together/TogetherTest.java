package dev.emporion.together;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.emporion.orders.v1.OrderState;
import dev.emporion.orders.v1.PlaceOrderRequest;
import dev.emporion.payments.v1.GetPaymentRequest;
import dev.emporion.platform.ConfigException;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.platform.Settings;
import dev.emporion.platform.Telemetry;
import dev.emporion.pricing.v1.Destination;
import dev.emporion.pricing.v1.Quote;
import dev.emporion.pricing.v1.QuoteRequest;
import dev.emporion.pricing.v1.QuoteRequestLine;
import dev.emporion.shipping.v1.CreateZoneRequest;
import dev.emporion.shipping.v1.DeliveryOption;
import dev.emporion.shipping.v1.Rate;
import dev.emporion.shipping.v1.Zone;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TogetherTest {
  private static final String SKU = "MUG-BLUE";
  private static final PostalAddress HOME =
      PostalAddress.newBuilder()
          .setRecipient("Ada")
          .addAddressLines("1 Main Street")
          .setLocality("Berlin")
          .setPostalCode("10115")
          .setRegionCode("DE")
          .build();

  @TempDir static Path simulatorData;
  private static Shop shop;

  @BeforeAll
  static void open() throws Exception {
    shop = new Shop(simulatorData);
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @Test
  void anOrderGoesThrough() {
    stock();
    Cart cart = fillCart();
    Quote quote = quote(cart);

    Order placed = place(cart, quote);

    assertThat(placed.getState()).isEqualTo(OrderState.ORDER_STATE_CONFIRMED);
    assertThat(get(placed)).isEqualTo(placed);
    assertThat(placed.getTotal()).isEqualTo(quote.getTotal());
    assertThat(authorized(placed)).isEqualTo(Money.fromProto(quote.getTotal()));
    assertThat(available()).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "emporion.catalog.v1.CatalogService",
        "emporion.inventory.v1.InventoryService",
        "emporion.carts.v1.CartsService",
        "emporion.pricing.v1.PricingService",
        "emporion.orders.v1.OrdersService",
        "emporion.payments.v1.PaymentsService",
        "emporion.shipping.v1.ShippingService"
      })
  void everyServiceIsHealthyOnTheOnePort(String service) {
    var request = HealthCheckRequest.newBuilder().setService(service).build();
    assertThat(HealthGrpc.newBlockingStub(shop.channel).check(request).getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void everyMissingDatabaseIsNamedAtOnce() {
    assertThatThrownBy(() -> Settings.read(name -> null, TogetherConfig::read))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(String.join("\n", e.problems()))
                    .contains(
                        Shop.STATEFUL.stream()
                            .map(service -> service.toUpperCase() + "_DATABASE_URL is missing")
                            .toList()));
  }

  @Test
  void nothingIsServedOverAnOutdatedSchema() {
    var config = Settings.read(Shop.databases()::get, TogetherConfig::read);
    assertThatThrownBy(() -> Main.wire(config, Telemetry.off()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("migrate");
  }

  private static void stock() {
    shop.catalog.createProduct(
        CreateProductRequest.newBuilder().setRequestId(newId()).setProduct(mug()).build());
    shop.inventory.createLocation(
        CreateLocationRequest.newBuilder()
            .setRequestId(newId())
            .setLocation(Location.newBuilder().setLocationId("berlin").setDisplayName("Berlin"))
            .build());
    shop.inventory.adjustStock(
        AdjustStockRequest.newBuilder()
            .setRequestId(newId())
            .setSku(SKU)
            .setLocationId("berlin")
            .setQuantity(10)
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

  private static Cart fillCart() {
    return shop.carts
        .createCart(
            CreateCartRequest.newBuilder()
                .setRequestId(newId())
                .setCurrencyCode("EUR")
                .addLines(CartLine.newBuilder().setSku(SKU).setQuantity(2))
                .build())
        .getCart();
  }

  private static Quote quote(Cart cart) {
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

  private static Order place(Cart cart, Quote quote) {
    return shop.orders
        .placeOrder(
            PlaceOrderRequest.newBuilder()
                .setRequestId(newId())
                .setCartId(cart.getCartId())
                .setCartEtag(cart.getEtag())
                .setEmail("ada@example.com")
                .setShippingAddress(HOME)
                .setDeliveryOption("standard")
                .setPaymentToken("tok_ok")
                .setExpectedTotal(quote.getTotal())
                .build())
        .getOrder();
  }

  private static Order get(Order order) {
    return shop.orders
        .getOrder(GetOrderRequest.newBuilder().setOrderId(order.getOrderId()).build())
        .getOrder();
  }

  private static Money authorized(Order order) {
    return Money.fromProto(
        shop.payments
            .getPayment(GetPaymentRequest.newBuilder().setPaymentId(order.getPaymentId()).build())
            .getPayment()
            .getAmount());
  }

  private static int available() {
    return shop.inventory
        .batchGetAvailability(BatchGetAvailabilityRequest.newBuilder().addSkus(SKU).build())
        .getAvailabilities(0)
        .getAvailable();
  }

  private static com.google.type.Money euros(long cents) {
    return new Money("EUR", cents).toProto();
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }
}
