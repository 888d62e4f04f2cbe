package dev.emporion.inventory;

import dev.emporion.platform.App;
import dev.emporion.platform.Cli;
import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.Housekeeping;
import dev.emporion.platform.Migrations;
import dev.emporion.platform.Telemetry;
import java.time.Clock;
import java.time.Duration;

/** Wires the inventory service. */
public final class Main {
  /** The schema that this code needs. */
  public static final Migrations MIGRATIONS = Migrations.of("V1__inventory.sql");

  /** What the database keeps of a time. */
  private static final Duration TICK = Duration.ofNanos(1000);

  private Main() {}

  public static void main(String[] args) {
    System.exit(
        Cli.of("inventory", "Locations, stock, reservations, and the ledger of movements.")
            .command("serve", "answer RPCs", InventoryConfig::read, Main::serve)
            .command("migrate", "bring the schema up to date", DatabaseConfig::read, Main::migrate)
            .run(args));
  }

  /** Everything but the server, which may be one of its own or shared with other services. */
  public static App wire(InventoryConfig config, Telemetry telemetry) {
    return wire(config, telemetry, Clock.systemUTC());
  }

  /** The same by another clock. */
  public static App wire(InventoryConfig config, Telemetry telemetry, Clock time) {
    var app = new App("inventory", telemetry);
    var database = app.own(Database.open(config.database(), telemetry.jdbc()));
    database.requireSchema(MIGRATIONS);
    var reservations = new ReservationStore(database);
    var backorderStore = new BackorderStore(database, reservations);
    var service =
        new InventoryService(
            new InventoryStore(database),
            reservations,
            new ReservationChanges(reservations, backorderStore),
            new BooksStore(database),
            new Lanes(new ReserveStore(database, reservations, backorderStore)),
            Clock.tick(time, TICK));
    var backorders = new Backorders(backorderStore, config.backorderSweepSeconds());
    var expiry = new Expiry(reservations, config.holdSweepSeconds());
    var housekeeping = new Housekeeping(database);
    return app.serve(service)
        .background("expiry of holds", expiry::start, expiry)
        .background("backorders", backorders::start, backorders)
        .background("housekeeping", housekeeping::start, housekeeping);
  }

  private static void serve(InventoryConfig config) throws InterruptedException {
    GrpcServer.run(config.server(), wire(config, Telemetry.start("inventory")));
  }

  private static void migrate(DatabaseConfig config) {
    Database.migrate(config, MIGRATIONS);
  }
}
