package dev.emporion.tests.crash;

import static dev.emporion.testing.Eventually.within;

import dev.emporion.carts.CartsConfig;
import dev.emporion.carts.v1.CartsServiceGrpc;
import dev.emporion.carts.v1.CartsServiceGrpc.CartsServiceBlockingStub;
import dev.emporion.catalog.CatalogConfig;
import dev.emporion.catalog.v1.CatalogServiceGrpc;
import dev.emporion.inventory.InventoryConfig;
import dev.emporion.inventory.v1.InventoryServiceGrpc;
import dev.emporion.inventory.v1.InventoryServiceGrpc.InventoryServiceBlockingStub;
import dev.emporion.orders.OrdersConfig;
import dev.emporion.orders.v1.AuditOrdersRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderBooks;
import dev.emporion.orders.v1.OrdersServiceGrpc;
import dev.emporion.orders.v1.OrdersServiceGrpc.OrdersServiceBlockingStub;
import dev.emporion.payments.PaymentsConfig;
import dev.emporion.payments.v1.PaymentsServiceGrpc;
import dev.emporion.payments.v1.PaymentsServiceGrpc.PaymentsServiceBlockingStub;
import dev.emporion.payments.v1.VoidRequest;
import dev.emporion.platform.App;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.Migrations;
import dev.emporion.platform.Settings;
import dev.emporion.platform.Telemetry;
import dev.emporion.pricing.PricingConfig;
import dev.emporion.pricing.v1.PricingServiceGrpc;
import dev.emporion.pricing.v1.PricingServiceGrpc.PricingServiceBlockingStub;
import dev.emporion.shipping.ShippingConfig;
import dev.emporion.shipping.v1.ShippingServiceGrpc;
import dev.emporion.simulator.SimulatorConfig;
import dev.emporion.simulator.v1.RefundAuthorizationRequest;
import dev.emporion.simulator.v1.SimulatorServiceGrpc;
import dev.emporion.simulator.v1.SimulatorServiceGrpc.SimulatorServiceBlockingStub;
import dev.emporion.simulator.v1.VoidAuthorizationRequest;
import dev.emporion.testing.TestDatabase;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A whole system of its own: every service on databases of its own, and the payment provider. Of
 * each service that a saga asks there are two instances. The first does all work and is what {@link
 * Faults} happen to; the second takes over.
 */
final class Cell implements AutoCloseable {
  private static final Map<String, Migrations> SCHEMAS =
      Map.of(
          "catalog", dev.emporion.catalog.Main.MIGRATIONS,
          "inventory", dev.emporion.inventory.Main.MIGRATIONS,
          "carts", dev.emporion.carts.Main.MIGRATIONS,
          "orders", dev.emporion.orders.Main.MIGRATIONS,
          "payments", dev.emporion.payments.Main.MIGRATIONS,
          "shipping", dev.emporion.shipping.Main.MIGRATIONS);

  private interface Wiring {
    App wire(Function<String, String> settings, Telemetry telemetry) throws Exception;
  }

  final Faults faults = new Faults();
  final OrdersServiceBlockingStub orders;
  final CartsServiceBlockingStub carts;
  final PricingServiceBlockingStub pricing;
  final InventoryServiceBlockingStub inventory;
  final PaymentsServiceBlockingStub payments;
  final SimulatorServiceBlockingStub provider;

  /** Orders with whose money something was done behind their back. */
  final Set<String> estranged = ConcurrentHashMap.newKeySet();

  final Map<String, Database> databases = new HashMap<>();

  /** Where the provider's record goes on that was not looked at yet. */
  String providerPage = "";

  private final String name = "cell-" + UUID.randomUUID();
  private final App owned = new App("cell", Telemetry.off());
  private final Map<String, String> urls = new HashMap<>();
  private final Map<String, List<Instance>> instances = new ConcurrentHashMap<>();
  private final Bug bug;
  private final Timepiece time;

  Cell(Path providerData, Bug bug) throws Exception {
    this(providerData, bug, Timepiece.TRUE);
  }

  /**
   * @param time what every service and every database goes by
   */
  Cell(Path providerData, Bug bug, Timepiece time) throws Exception {
    this.bug = bug;
    this.time = time;
    SCHEMAS.forEach(this::provide);
    bug.prepare(this);
    one("simulator", (s, t) -> wireSimulator(providerData, t));
    one("catalog", (s, t) -> dev.emporion.catalog.Main.wire(read(s, CatalogConfig::read), t));
    one("carts", (s, t) -> dev.emporion.carts.Main.wire(read(s, CartsConfig::read), t));
    two(
        "shipping",
        (s, t) -> dev.emporion.shipping.Main.wire(read(s, ShippingConfig::read), t, time.clock()));
    one("pricing", (s, t) -> dev.emporion.pricing.Main.wire(read(s, PricingConfig::read), t));
    two(
        "inventory",
        (s, t) ->
            dev.emporion.inventory.Main.wire(read(s, InventoryConfig::read), t, time.clock()));
    two(
        "payments",
        (s, t) -> dev.emporion.payments.Main.wire(read(s, PaymentsConfig::read), t, time.clock()));
    two(
        "orders",
        (s, t) -> dev.emporion.orders.Main.wire(read(s, OrdersConfig::read), t, time.clock()));
    instances.get("orders").getFirst().onSilence(this::endLeases);

    Channel client = clientChannel();
    orders = OrdersServiceGrpc.newBlockingStub(client);
    carts = CartsServiceGrpc.newBlockingStub(channel("carts"));
    pricing = PricingServiceGrpc.newBlockingStub(channel("pricing"));
    inventory = InventoryServiceGrpc.newBlockingStub(channel("inventory-1"));
    payments = PaymentsServiceGrpc.newBlockingStub(channel("payments-1"));
    provider = SimulatorServiceGrpc.newBlockingStub(channel("simulator"));
    new Wares(
            CatalogServiceGrpc.newBlockingStub(channel("catalog")),
            inventory,
            ShippingServiceGrpc.newBlockingStub(channel("shipping-1")))
        .provide();
  }

  private void provide(String service, Migrations migrations) {
    String url = TestDatabase.migrated(time.name() + service, at -> migrate(at, migrations)).url();
    urls.put(service, url);
    databases.put(service, owned.own(Database.open(config(url))));
  }

  private void migrate(String url, Migrations migrations) {
    time.prepare(config(url));
    Database.migrate(config(url), migrations);
  }

  private static DatabaseConfig config(String url) {
    return new DatabaseConfig(url, 1, 20_000);
  }

  private static <C> C read(Function<String, String> settings, Function<Settings, C> reader) {
    return Settings.read(settings, reader);
  }

  private static App wireSimulator(Path data, Telemetry telemetry) throws Exception {
    Map<String, String> settings = Map.of("SIMULATOR_DATA_DIR", data.toString());
    return dev.emporion.simulator.Main.wire(
        Settings.read(settings::get, SimulatorConfig::read), telemetry);
  }

  /** A service that nothing happens to. */
  private void one(String service, Wiring wiring) throws Exception {
    serve(service, wiring.wire(settings(service, 1), Telemetry.off()));
  }

  private void two(String service, Wiring wiring) throws Exception {
    var both = new ArrayList<Instance>();
    for (int number = 1; number <= 2; number++) {
      var instance = new Instance(service, number == 1 ? faults : null);
      instance.standsInFor(both.isEmpty() ? null : both.getFirst());
      var telemetry =
          Telemetry.between(
              WatchedStatements.of(instance, bug), new WatchedCalls(instance, instances, bug));
      serve(service + "-" + number, wiring.wire(settings(service, number), telemetry));
      instance.answersAt(channel(service + "-" + number));
      both.add(instance);
    }
    instances.put(service, both);
  }

  private void serve(String instance, App app) {
    owned.own(app);
    owned.own(GrpcServer.inProcess(name + "-" + instance, app));
  }

  private ManagedChannel channel(String instance) {
    ManagedChannel channel = InProcessChannelBuilder.forName(name + "-" + instance).build();
    owned.own(channel::shutdownNow);
    return channel;
  }

  /** A client that nothing happens to, and that goes to whichever instance works. */
  private Channel clientChannel() {
    var calls = new WatchedCalls(new Instance("client", null), instances, Bug.NONE);
    var app = owned.own(new App("client", Telemetry.between(UnaryOperator.identity(), calls)));
    return app.channel("inprocess:" + name + "-orders-1");
  }

  private Function<String, String> settings(String service, int number) {
    var settings = new HashMap<String, String>();
    for (String other : List.of("catalog", "carts", "pricing")) {
      settings.put(other.toUpperCase(Locale.ROOT) + "_ADDRESS", "inprocess:" + name + "-" + other);
    }
    for (String other : List.of("inventory", "payments", "shipping")) {
      settings.put(
          other.toUpperCase(Locale.ROOT) + "_ADDRESS", "inprocess:" + name + "-" + other + "-1");
    }
    settings.put("PAYMENT_PROVIDER_ADDRESS", "inprocess:" + name + "-simulator");
    settings.put("DATABASE_URL", urls.getOrDefault(service, ""));
    settings.put("DATABASE_POOL_SIZE", "4");
    // Renewed every three seconds, which is when one that woke finds out that it lost its lease.
    settings.put("SAGA_LEASE_SECONDS", "9");
    settings.put("SAGA_SCAN_MILLIS", "40");
    settings.put("BACKORDER_SWEEP_SECONDS", "3600");
    settings.put("ORDER_WAIT_MILLIS", "150");
    settings.put("MAX_SAGAS", "100000"); // those of a process that died never end
    settings.put("RESOLVE_SECONDS", "3600");
    settings.put("HOLD_SWEEP_SECONDS", "3600");
    return settings::get;
  }

  /** What others' books must agree with. */
  OrderBooks books(String orderId) {
    var request = AuditOrdersRequest.newBuilder().addOrderIds(orderId).build();
    return Caller.as(Caller.operator("test"), () -> orders.auditOrders(request).getOrders(0));
  }

  /** Payments lets go what it holds for this order, and orders does not know. */
  void giveUpPayment(Order order) {
    estranged.add(order.getOrderId());
    payments.void_(
        VoidRequest.newBuilder()
            .setRequestId(Wares.newId())
            .setPaymentId(order.getPaymentId())
            .build());
  }

  /** The provider lets go what it holds for this order, and payments does not know. */
  void voidAtProvider(Order order) {
    estranged.add(order.getOrderId());
    provider.voidAuthorization(
        VoidAuthorizationRequest.newBuilder()
            .setIdempotencyKey(Wares.newId())
            .setAuthorizationId(atProvider(order))
            .build());
  }

  /** The provider gives all back that it took for this order, and payments does not know. */
  void refundAtProvider(Order order) {
    estranged.add(order.getOrderId());
    provider.refundAuthorization(
        RefundAuthorizationRequest.newBuilder()
            .setIdempotencyKey(Wares.newId())
            .setAuthorizationId(atProvider(order))
            .setAmount(order.getTotal())
            .build());
  }

  private String atProvider(Order order) {
    return databases
        .get("payments")
        .run(
            handle ->
                handle
                    .createQuery("select provider_reference from payments where order_id = :id")
                    .bind("id", UUID.fromString(order.getOrderId()))
                    .mapTo(String.class)
                    .one());
  }

  /** The order once its payment was renewed, which is due now. */
  Order renewed(Order before) {
    UUID id = UUID.fromString(before.getOrderId());
    var leases = new Leases(this, id);
    within(
        Run.LIMIT,
        () -> {
          letRenew(id, before.getPaymentId());
          leases.requireNone();
          Order now = Run.get(this, before.getOrderId());
          if (now.getPaymentId().equals(before.getPaymentId())) {
            throw new AssertionError("not renewed yet");
          }
        });
    return Run.get(this, before.getOrderId());
  }

  private void letRenew(UUID orderId, String paymentId) {
    databases
        .get("orders")
        .run(
            handle ->
                handle
                    .createUpdate(
                        """
                        update orders set renew_at = now() - interval '1 s'
                        where order_id = :id and payment_id = cast(:payment_id as uuid)
                          and active_kind is null and renew_at > now()
                        """)
                    .bind("id", orderId)
                    .bind("payment_id", paymentId)
                    .execute());
  }

  /** As if whoever works on it had been silent for a whole lease. */
  void endLeases() {
    databases
        .get("orders")
        .run(
            handle ->
                handle.execute(
                    "update sagas set lease_until = now() - interval '1 ms' where parked_at is"
                        + " null"));
  }

  /** Everybody works again; what stood still goes on, and has ended when this returns. */
  void wake() {
    instances.values().forEach(both -> both.getFirst().wake());
  }

  @Override
  public void close() {
    instances.values().forEach(both -> both.forEach(Instance::bury));
    owned.close();
  }
}
