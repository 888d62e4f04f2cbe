package dev.emporion.inventory;

import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Settings;

/**
 * @param holdSweepSeconds between two looks for holds whose time ran out
 * @param backorderSweepSeconds between two looks for stock that somebody waits for
 */
public record InventoryConfig(
    ServerConfig server, DatabaseConfig database, int holdSweepSeconds, int backorderSweepSeconds) {
  private static final int BACKORDER_SWEEP_SECONDS = 2;
  private static final int SWEEP_SECONDS = 5;
  private static final int MAX_SWEEP_SECONDS = 3600;

  public static InventoryConfig read(Settings settings) {
    return new InventoryConfig(
        ServerConfig.read(settings),
        DatabaseConfig.read(settings),
        settings.integer(
            "HOLD_SWEEP_SECONDS",
            SWEEP_SECONDS,
            1,
            MAX_SWEEP_SECONDS,
            "between looks for holds whose time ran out"),
        settings.integer(
            "BACKORDER_SWEEP_SECONDS",
            BACKORDER_SWEEP_SECONDS,
            1,
            MAX_SWEEP_SECONDS,
            "between looks for stock that somebody waits for"));
  }
}
