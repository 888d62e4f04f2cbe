package dev.emporion.orders;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.emporion.carts.v1.CartsServiceGrpc;
import dev.emporion.inventory.v1.InventoryServiceGrpc;
import dev.emporion.payments.v1.PaymentsServiceGrpc;
import dev.emporion.platform.App;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Changes;
import dev.emporion.platform.Cli;
import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.Downstream;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.Housekeeping;
import dev.emporion.platform.Migrations;
import dev.emporion.platform.SagaConfig;
import dev.emporion.platform.SagaRunner;
import dev.emporion.platform.Telemetry;
import dev.emporion.pricing.v1.PricingServiceGrpc;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Orders: takes them and sees them through. */
public final class Main {
  public static final Migrations MIGRATIONS = Migrations.of("V1__orders.sql");

  /** What PostgreSQL keeps of a time, so that an order read back equals the one written. */
  private static final Duration TICK = Duration.ofNanos(1_000);

  private Main() {}

  public static void main(String[] args) {
    System.exit(
        Cli.of("orders", "Takes orders and sees them through.")
            .command("serve", "answer RPCs", OrdersConfig::read, Main::serve)
            .command("migrate", "bring the schema up to date", DatabaseConfig::read, Main::migrate)
            .run(args));
  }

  private static void serve(OrdersConfig config) throws InterruptedException {
    GrpcServer.run(config.server(), wire(config, Telemetry.start("orders")));
  }

  private static void migrate(DatabaseConfig config) {
    Database.migrate(config, MIGRATIONS);
  }

  /** Everything that orders is made of, top to bottom. */
  public static App wire(OrdersConfig config, Telemetry telemetry) {
    var app = new App("orders", telemetry);
    var clock = Clock.tick(Clock.systemUTC(), TICK);
    var database = app.own(Database.open(config.database(), telemetry.jdbc()));
    database.requireSchema(MIGRATIONS);
    var store = new OrderStore(database);
    var checkouts = new CheckoutStore(database);
    var changes = new Changes(config.maxWaiters(), ofMillis(200), store::versions);
    var waiters = new OrderWaiters(changes, ofMillis(config.waitMillis()));

    var carts = CartsServiceGrpc.newFutureStub(app.channel(config.cartsAddress()));
    var pricing = PricingServiceGrpc.newBlockingStub(app.channel(config.pricingAddress()));
    var inventory = InventoryServiceGrpc.newBlockingStub(app.channel(config.inventoryAddress()));
    var payments = PaymentsServiceGrpc.newBlockingStub(app.channel(config.paymentsAddress()));
    var holdings =
        new Holdings(
            Downstream.of("inventory", inventory, ofSeconds(5)),
            Downstream.of("payments", payments, ofSeconds(20)));
    var basket =
        new Basket(
            Downstream.of("carts", carts, ofSeconds(2)),
            Downstream.of("pricing", pricing, ofSeconds(4)));

    var placeOrder = new PlaceOrder(store, checkouts, holdings, waiters, clock).saga();
    var cancelOrder = new CancelOrder(store, checkouts, holdings, waiters, clock).saga();
    var sagas =
        new SagaRunner(
            database,
            sagaConfig(config),
            Caller.service("orders"),
            List.of(placeOrder, cancelOrder));
    var checkout = new Checkout(basket, store, checkouts, sagas, placeOrder, waiters, clock);
    var cancellation = new Cancellation(store, sagas, cancelOrder, waiters, clock);

    var housekeeping = new Housekeeping(database);
    app.background("changes", changes::start, changes);
    app.background("sagas", sagas::start, sagas);
    app.background("housekeeping", housekeeping::start, housekeeping);
    return app.serve(new OrdersService(checkout, cancellation, store, waiters));
  }

  private static SagaConfig sagaConfig(OrdersConfig config) {
    var defaults = SagaConfig.defaults();
    return new SagaConfig(
        config.leaseSeconds(),
        defaults.scanMillis(),
        config.maxSagas(),
        defaults.maxTries(),
        defaults.drainSeconds());
  }
}
