package dev.emporion.shipping;

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

/** Shipping: zones with their rates, and shipments. */
public final class Main {
  public static final Migrations MIGRATIONS = Migrations.of("V1__shipping.sql");

  /** What PostgreSQL keeps of a time, so that a shipment read back equals the one written. */
  private static final Duration TICK = Duration.ofNanos(1_000);

  private Main() {}

  public static void main(String[] args) {
    System.exit(
        Cli.of("shipping", "Knows what delivery costs, and follows each shipment.")
            .command("serve", "answer RPCs", ShippingConfig::read, Main::serve)
            .command("migrate", "bring the schema up to date", DatabaseConfig::read, Main::migrate)
            .run(args));
  }

  private static void serve(ShippingConfig config) throws InterruptedException {
    GrpcServer.run(config.server(), wire(config, Telemetry.start("shipping")));
  }

  private static void migrate(DatabaseConfig config) {
    Database.migrate(config, MIGRATIONS);
  }

  /** Everything that shipping is made of, top to bottom. */
  public static App wire(ShippingConfig config, Telemetry telemetry) {
    return wire(config, telemetry, Clock.systemUTC());
  }

  /** The same by another clock. */
  public static App wire(ShippingConfig config, Telemetry telemetry, Clock time) {
    var app = new App("shipping", telemetry);
    var database = app.own(Database.open(config.database(), telemetry.jdbc()));
    database.requireSchema(MIGRATIONS);
    var housekeeping = new Housekeeping(database);
    app.background("housekeeping", housekeeping::start, housekeeping);
    return app.serve(
        new ShippingService(
            new ZoneStore(database), new ShipmentStore(database), Clock.tick(time, TICK)));
  }
}
