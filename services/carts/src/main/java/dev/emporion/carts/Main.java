package dev.emporion.carts;

import dev.emporion.platform.App;
import dev.emporion.platform.Cli;
import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.Housekeeping;
import dev.emporion.platform.Migrations;
import dev.emporion.platform.Telemetry;

/** Wires the carts service. */
public final class Main {
  /** The schema that this code needs. */
  public static final Migrations MIGRATIONS = Migrations.of("V1__carts.sql");

  private Main() {}

  public static void main(String[] args) {
    System.exit(
        Cli.of("carts", "Carts of guests and customers.")
            .command("serve", "answer RPCs", CartsConfig::read, Main::serve)
            .command("migrate", "bring the schema up to date", DatabaseConfig::read, Main::migrate)
            .run(args));
  }

  /** Everything but the server, which may be one of its own or shared with other services. */
  public static App wire(CartsConfig config, Telemetry telemetry) {
    var app = new App("carts", telemetry);
    var database = app.own(Database.open(config.database(), telemetry.jdbc()));
    database.requireSchema(MIGRATIONS);
    var store = new CartStore(database, config.ttlHours());
    var busy = new BusyCartStore(database, config.ttlHours());
    var housekeeping = new Housekeeping(database).also("expired carts", store::sweep);
    return app.serve(new CartsService(store, busy))
        .background("housekeeping", housekeeping::start, housekeeping);
  }

  private static void serve(CartsConfig config) throws InterruptedException {
    GrpcServer.run(config.server(), wire(config, Telemetry.start("carts")));
  }

  private static void migrate(DatabaseConfig config) {
    Database.migrate(config, MIGRATIONS);
  }
}
