package dev.emporion.payments;

import dev.emporion.platform.App;
import dev.emporion.platform.Cli;
import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.Downstream;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.Migrations;
import dev.emporion.platform.Telemetry;
import dev.emporion.simulator.v1.SimulatorServiceGrpc;
import java.time.Duration;
import java.time.InstantSource;

/** Wires the payments service. */
public final class Main {
  /** The schema that this code needs. */
  public static final Migrations MIGRATIONS = Migrations.of("V1__payments.sql");

  private Main() {}

  public static void main(String[] args) {
    System.exit(
        Cli.of("payments", "Authorizations, captures, refunds and the ledger.")
            .command("serve", "answer RPCs", PaymentsConfig::read, Main::serve)
            .command("migrate", "bring the schema up to date", DatabaseConfig::read, Main::migrate)
            .command("unfinished", "list what has no outcome", Admin.Query::read, Admin::unfinished)
            .command("settle", "say how an operation ended", Admin.Verdict::read, Admin::settle)
            .run(args));
  }

  /** Everything but the server, which may be one of its own or shared with other services. */
  public static App wire(PaymentsConfig config, Telemetry telemetry) {
    return wire(config, telemetry, InstantSource.system());
  }

  /** The same by another clock. */
  public static App wire(PaymentsConfig config, Telemetry telemetry, InstantSource clock) {
    var app = new App("payments", telemetry);
    var simulator = SimulatorServiceGrpc.newBlockingStub(app.channel(config.providerAddress()));
    var timeout = Duration.ofMillis(config.providerTimeoutMillis());
    return wire(
        app,
        config,
        new SimulatorProvider(Downstream.of("the payment provider", simulator, timeout)),
        clock);
  }

  static App wire(App app, PaymentsConfig config, PaymentProvider provider, InstantSource clock) {
    var database = app.own(Database.open(config.database(), app.telemetry().jdbc()));
    database.requireSchema(MIGRATIONS);
    var store = new PaymentStore(database);
    var keys = new KeyWindow(Duration.ofHours(config.providerKeyHours()));
    var authorizations = new AuthorizationStore(database, store);
    var authorize = new Authorize(store, authorizations, provider, keys, clock);
    var take = new Take(store, provider, keys, clock);
    var giveUp = new GiveUp(store, provider, authorize, take, clock);
    var resolver = new Resolver(store, take, giveUp, config.resolveSeconds());
    var expirer = new Expirer(new ExpiryStore(database), giveUp, config.resolveSeconds());
    var audit = new AuditStore(database);
    return app.serve(new PaymentsService(store, audit, authorize, take, giveUp, clock))
        .background("resolver", resolver::start, resolver)
        .background("expirer", expirer::start, expirer);
  }

  private static void serve(PaymentsConfig config) throws InterruptedException {
    GrpcServer.run(config.server(), wire(config, Telemetry.start("payments")));
  }

  private static void migrate(DatabaseConfig config) {
    Database.migrate(config, MIGRATIONS);
  }
}
