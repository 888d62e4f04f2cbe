package dev.emporion.orders;

import dev.emporion.common.v1.PostalAddress;
import dev.emporion.orders.v1.OrdersServiceGrpc;
import dev.emporion.orders.v1.OrdersServiceGrpc.OrdersServiceBlockingStub;
import dev.emporion.orders.v1.PlaceOrderRequest;
import dev.emporion.platform.App;
import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.Settings;
import dev.emporion.platform.Telemetry;
import dev.emporion.testing.TestDatabase;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Orders as it is served, on a real database, beside a {@link FakeShop}; as many instances as
 * asked.
 */
final class OrdersFixture implements AutoCloseable {
  final FakeShop shop = new FakeShop();
  final TestDatabase database =
      TestDatabase.migrated(
          "orders", url -> Database.migrate(config(Map.of("DATABASE_URL", url)), Main.MIGRATIONS));

  private final String name = "shop-" + UUID.randomUUID();
  private final App closing = new App("test", Telemetry.off());

  OrdersFixture() {
    var neighbours = new App("neighbours", Telemetry.off());
    shop.services().forEach(neighbours::serve);
    closing.own(GrpcServer.inProcess(name, neighbours));
  }

  /** One more instance of orders. */
  Instance instance(String... settings) {
    var environment = new HashMap<String, String>();
    environment.put("DATABASE_URL", database.url());
    environment.put("DATABASE_POOL_SIZE", "4");
    for (String service : List.of("CARTS", "PRICING", "INVENTORY", "PAYMENTS", "SHIPPING")) {
      environment.put(service + "_ADDRESS", "inprocess:" + name);
    }
    for (int i = 0; i < settings.length; i += 2) {
      environment.put(settings[i], settings[i + 1]);
    }
    return closing.own(new Instance(Settings.read(environment::get, OrdersConfig::read)));
  }

  private static DatabaseConfig config(Map<String, String> environment) {
    return Settings.read(environment::get, DatabaseConfig::read);
  }

  /** Somebody else has every saga from now on, and the call that this stands for has no answer. */
  Runnable stolen() {
    return () -> {
      try (var connection = database.connect();
          var statement = connection.createStatement()) {
        statement.executeUpdate("update sagas set epoch = epoch + 1, lease_until = now()");
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
      throw FakeShop.unavailable();
    };
  }

  /** A request for a new cart with this many mugs and one tea, at the price it costs now. */
  PlaceOrderRequest.Builder request(int mugs) {
    var cart = shop.addCart(UUID.randomUUID().toString(), mugs);
    return PlaceOrderRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
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
        .setExpectedTotal(shop.total(mugs).toProto());
  }

  @Override
  public void close() {
    closing.close();
  }

  /** One running orders. */
  static final class Instance implements AutoCloseable {
    private final App app;
    private final App client = new App("client", Telemetry.off());
    private final GrpcServer server;
    final OrdersServiceBlockingStub stub;

    private Instance(OrdersConfig config) {
      String serverName = "orders-" + UUID.randomUUID();
      app = Main.wire(config, Telemetry.off());
      server = GrpcServer.inProcess(serverName, app);
      stub = OrdersServiceGrpc.newBlockingStub(client.channel("inprocess:" + serverName));
    }

    OrdersServiceBlockingStub as(String caller) {
      var headers = new Metadata();
      headers.put(Metadata.Key.of("emporion-caller", Metadata.ASCII_STRING_MARSHALLER), caller);
      return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    @Override
    public void close() {
      client.close();
      server.close();
      app.close();
    }
  }
}
