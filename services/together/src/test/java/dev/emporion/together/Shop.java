package dev.emporion.together;

import dev.emporion.carts.v1.CartsServiceGrpc;
import dev.emporion.catalog.v1.CatalogServiceGrpc;
import dev.emporion.inventory.v1.InventoryServiceGrpc;
import dev.emporion.orders.v1.OrdersServiceGrpc;
import dev.emporion.payments.v1.PaymentsServiceGrpc;
import dev.emporion.platform.App;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Settings;
import dev.emporion.platform.Telemetry;
import dev.emporion.pricing.v1.PricingServiceGrpc;
import dev.emporion.shipping.v1.ShippingServiceGrpc;
import dev.emporion.simulator.SimulatorConfig;
import dev.emporion.simulator.v1.SimulatorServiceGrpc;
import dev.emporion.testing.TestDatabase;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * All services as this process serves them, real databases, and the payment provider's stand-in.
 */
final class Shop implements AutoCloseable {
  static final List<String> STATEFUL =
      List.of("catalog", "inventory", "carts", "orders", "payments", "shipping");

  /** Where all services answer, and where the payment provider does. */
  final String address;

  final String provider;
  final Channel channel;
  final CatalogServiceGrpc.CatalogServiceBlockingStub catalog;
  final InventoryServiceGrpc.InventoryServiceBlockingStub inventory;
  final CartsServiceGrpc.CartsServiceBlockingStub carts;
  final PricingServiceGrpc.PricingServiceBlockingStub pricing;
  final OrdersServiceGrpc.OrdersServiceBlockingStub orders;
  final PaymentsServiceGrpc.PaymentsServiceBlockingStub payments;
  final ShippingServiceGrpc.ShippingServiceBlockingStub shipping;

  final SimulatorServiceGrpc.SimulatorServiceBlockingStub simulator;

  private final App client = new App("client", Telemetry.off());
  private final Map<String, String> settings = databases();

  Shop(Path simulatorData) throws Exception {
    provider = "127.0.0.1:" + provider(simulatorData).port();
    settings.put("PAYMENT_PROVIDER_ADDRESS", provider);
    simulator = SimulatorServiceGrpc.newBlockingStub(client.channel(provider));
    Main.migrate(Settings.read(settings::get, Schemas::read));
    List<App> apps = Main.wire(Settings.read(settings::get, TogetherConfig::read), Telemetry.off());
    apps.forEach(client::own);
    var server = client.own(GrpcServer.start(ServerConfig.local(), apps.toArray(App[]::new)));

    address = "127.0.0.1:" + server.port();
    channel = client.channel(address);
    catalog = CatalogServiceGrpc.newBlockingStub(channel);
    inventory = InventoryServiceGrpc.newBlockingStub(channel);
    carts = CartsServiceGrpc.newBlockingStub(channel);
    pricing = PricingServiceGrpc.newBlockingStub(channel);
    orders = OrdersServiceGrpc.newBlockingStub(channel);
    payments = PaymentsServiceGrpc.newBlockingStub(channel);
    shipping = ShippingServiceGrpc.newBlockingStub(channel);
  }

  /** The channel of somebody else than a guest, or to somebody else than the shop. */
  Channel channel(String to, String caller) {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("emporion-caller", Metadata.ASCII_STRING_MARSHALLER), caller);
    return ClientInterceptors.intercept(
        client.channel(to), MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /** A service's database, as that service. */
  TestDatabase database(String service) {
    return new TestDatabase(settings.get(service.toUpperCase(Locale.ROOT) + "_DATABASE_URL"));
  }

  /** A setting for each service that keeps something: an empty database. */
  static Map<String, String> databases() {
    var settings = new HashMap<String, String>();
    for (String service : STATEFUL) {
      String prefix = service.toUpperCase(Locale.ROOT);
      settings.put(prefix + "_DATABASE_URL", TestDatabase.empty().url());
      settings.put(prefix + "_DATABASE_POOL_SIZE", "3");
    }
    return settings;
  }

  private GrpcServer provider(Path data) throws Exception {
    Map<String, String> settings = Map.of("SIMULATOR_DATA_DIR", data.toString());
    App provider =
        client.own(
            dev.emporion.simulator.Main.wire(
                Settings.read(settings::get, SimulatorConfig::read), Telemetry.off()));
    return client.own(GrpcServer.start(ServerConfig.local(), provider));
  }

  @Override
  public void close() {
    client.close();
  }
}
