package dev.emporion.together;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.carts.v1.Cart;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.platform.ConfigException;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.platform.Settings;
import dev.emporion.platform.Telemetry;
import dev.emporion.pricing.v1.Quote;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TogetherTest {
  @TempDir static Path simulatorData;
  private static Shop shop;
  private static Sale sale;

  @BeforeAll
  static void open() throws Exception {
    shop = new Shop(simulatorData);
    sale = new Sale(shop);
    sale.stock();
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @Test
  void anOrderGoesThrough() {
    int before = sale.available();
    Cart cart = sale.fillCart();
    Quote quote = sale.quote(cart);

    Order placed = sale.place(cart, quote);

    assertThat(placed.getState()).isEqualTo(OrderState.ORDER_STATE_CONFIRMED);
    assertThat(sale.get(placed)).isEqualTo(placed);
    assertThat(placed.getTotal()).isEqualTo(quote.getTotal());
    assertThat(sale.authorized(placed)).isEqualTo(Money.fromProto(quote.getTotal()));
    assertThat(sale.available()).isEqualTo(before - 2);
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
}
