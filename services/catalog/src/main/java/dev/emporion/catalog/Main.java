package dev.emporion.catalog;

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

/** Catalog: what is sold, and at which price. */
public final class Main {
  public static final Migrations MIGRATIONS = Migrations.of("V1__catalog.sql");

  /** What PostgreSQL keeps of a time, so that a product read back equals the one written. */
  private static final Duration TICK = Duration.ofNanos(1_000);

  private Main() {}

  public static void main(String[] args) {
    System.exit(
        Cli.of("catalog", "Products, their variants (SKUs) and prices.")
            .command("serve", "answer RPCs", CatalogConfig::read, Main::serve)
            .command("migrate", "bring the schema up to date", DatabaseConfig::read, Main::migrate)
            .run(args));
  }

  private static void serve(CatalogConfig config) throws InterruptedException {
    GrpcServer.run(config.server(), wire(config, Telemetry.start("catalog")));
  }

  private static void migrate(DatabaseConfig config) {
    Database.migrate(config, MIGRATIONS);
  }

  /** Everything but the server: this process's, a test's, or that of all services together. */
  public static App wire(CatalogConfig config, Telemetry telemetry) {
    var app = new App("catalog", telemetry);
    var database = app.own(Database.open(config.database(), telemetry.jdbc()));
    database.requireSchema(MIGRATIONS);
    var housekeeping = new Housekeeping(database);
    var service =
        new CatalogService(
            new CatalogStore(database),
            new SearchStore(database),
            new ChangeStore(database),
            Clock.tick(Clock.systemUTC(), TICK),
            config.importMaxRows());
    return app.serve(service).background("housekeeping", housekeeping::start, housekeeping);
  }
}
