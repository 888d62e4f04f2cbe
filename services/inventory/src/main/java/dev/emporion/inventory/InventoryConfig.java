package dev.emporion.inventory;

import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Settings;

/**
 * @param expirySeconds between two looks for holds whose time ran out
 */
public record InventoryConfig(ServerConfig server, DatabaseConfig database, int expirySeconds) {
  private static final int EXPIRY_SECONDS = 5;
  private static final int MAX_EXPIRY_SECONDS = 3600;

  public static InventoryConfig read(Settings settings) {
    return new InventoryConfig(
        ServerConfig.read(settings),
        DatabaseConfig.read(settings),
        settings.integer(
            "EXPIRY_SECONDS",
            EXPIRY_SECONDS,
            1,
            MAX_EXPIRY_SECONDS,
            "between looks for holds whose time ran out"));
  }
}
