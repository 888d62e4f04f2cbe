package dev.emporion.catalog;

import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Settings;

/**
 * What catalog is told from outside.
 *
 * @param importMaxRows the most rows that one import stream may have
 */
public record CatalogConfig(ServerConfig server, DatabaseConfig database, int importMaxRows) {
  private static final int IMPORT_MAX_ROWS = 100_000;

  public static CatalogConfig read(Settings settings) {
    return new CatalogConfig(
        ServerConfig.read(settings),
        DatabaseConfig.read(settings),
        settings.integer(
            "IMPORT_MAX_ROWS", IMPORT_MAX_ROWS, 1, IMPORT_MAX_ROWS, "rows of one import stream"));
  }
}
