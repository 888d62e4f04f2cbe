package dev.emporion.carts;

import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Settings;

/**
 * @param ttlHours how long a cart that nobody changes is kept
 */
public record CartsConfig(ServerConfig server, DatabaseConfig database, int ttlHours) {
  private static final int TTL_HOURS = 720;
  private static final int MAX_TTL_HOURS = 8760;

  public static CartsConfig read(Settings settings) {
    return new CartsConfig(
        ServerConfig.read(settings),
        DatabaseConfig.read(settings),
        settings.integer(
            "CART_TTL_HOURS", TTL_HOURS, 1, MAX_TTL_HOURS, "how long an untouched cart is kept"));
  }
}
