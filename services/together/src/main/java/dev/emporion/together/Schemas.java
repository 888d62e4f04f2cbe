package dev.emporion.together;

import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.Migrations;
import dev.emporion.platform.Settings;
import java.util.List;

/** The databases of all services, and what brings each up to date. */
record Schemas(List<Schema> all) {

  /** One service's. */
  record Schema(DatabaseConfig database, Migrations migrations) {}

  static Schemas read(Settings settings) {
    return new Schemas(
        List.of(
            schema("catalog", settings, dev.emporion.catalog.Main.MIGRATIONS),
            schema("inventory", settings, dev.emporion.inventory.Main.MIGRATIONS),
            schema("carts", settings, dev.emporion.carts.Main.MIGRATIONS),
            schema("orders", settings, dev.emporion.orders.Main.MIGRATIONS),
            schema("payments", settings, dev.emporion.payments.Main.MIGRATIONS),
            schema("shipping", settings, dev.emporion.shipping.Main.MIGRATIONS)));
  }

  private static Schema schema(String service, Settings settings, Migrations migrations) {
    return new Schema(DatabaseConfig.read(TogetherConfig.of(service, settings)), migrations);
  }
}
