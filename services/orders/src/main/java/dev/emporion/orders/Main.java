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
import dev.emporion.platform.ParkedSagas;
import dev.emporion.platform.SagaConfig;
import dev.emporion.platform.SagaRunner;
import dev.emporion.platform.Telemetry;
import dev.emporion.pricing.v1.PricingServiceGrpc;
import dev.emporion.shipping.v1.ShippingServiceGrpc;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;

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
            .command("parked", "list changes that did not end", DatabaseConfig::read, Admin::parked)
            .command("resume", "let a parked change go on", Admin.Decision::read, Admin::resume)
            .command("abandon", "take a parked change back", Admin.Decision::read, Admin::abandon)
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
    return wire(config, telemetry, Clock.systemUTC());
  }

  /** The same by another clock. */
  public static App wire(OrdersConfig config, Telemetry telemetry, Clock time) {
    var app = new App("orders", telemetry);
    var clock = Clock.tick(time, TICK);
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
    var shipping = ShippingServiceGrpc.newBlockingStub(app.channel(config.shippingAddress()));
    var renewal = new Renewal();
    var quoting = new Quoting(Downstream.of("pricing", pricing, ofSeconds(4)));
    var others =
        new ChangeKinds.Neighbours(
            quoting,
            new Stock(Downstream.of("inventory", inventory, ofSeconds(5))),
            new Funds(Downstream.of("payments", payments, ofSeconds(20))),
            new Parcels(Downstream.of("shipping", shipping, ofSeconds(5))),
            renewal);
    var basket = new Basket(Downstream.of("carts", carts, ofSeconds(2)), quoting, renewal);

    var placeOrder = new PlaceOrder(store, checkouts, others, waiters, clock).saga();
    var changeStore = new ChangeStore(database);
    var kinds = ChangeKinds.of(others, changeStore, waiters, clock);
    var all = new ArrayList<>(kinds.sagas());
    all.add(placeOrder);
    var sagas = new SagaRunner(database, sagaConfig(config), Caller.service("orders"), all);
    var checkout = new Checkout(basket, store, checkouts, sagas, placeOrder, waiters, clock);
    var orderChanges = new OrderChanges(changeStore, sagas, waiters, clock);
    var renewals =
        new Renewals(
            changeStore, orderChanges, kinds.renewPayment(), clock, ofMillis(config.scanMillis()));

    var parked = new ParkedChanges(new ParkedSagas(database), store);
    var housekeeping = new Housekeeping(database);
    app.background("changes", changes::start, changes);
    app.background("sagas", sagas::start, sagas);
    app.background("renewals", renewals::start, renewals);
    app.background("housekeeping", housekeeping::start, housekeeping);
    var requestReturn = new RequestReturn(changeStore, waiters, clock);
    var audit = new OrderAudit(new BooksStore(database));
    return app.serve(
        new OrdersService(
            checkout, orderChanges, kinds, requestReturn, parked, store, waiters, audit));
  }

  private static SagaConfig sagaConfig(OrdersConfig config) {
    var defaults = SagaConfig.defaults();
    return new SagaConfig(
        config.leaseSeconds(),
        config.scanMillis(),
        config.maxSagas(),
        config.maxTries(),
        defaults.drainSeconds());
  }
}
