package dev.emporion.simulator;

import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Settings;
import java.nio.file.Path;

/**
 * @param dataDir where the journal is kept
 * @param maxEntries how many authorizations are kept; 0: as many as half of the heap holds
 */
public record SimulatorConfig(ServerConfig server, Path dataDir, int maxEntries) {
  private static final int BYTES_PER_ENTRY = 500;
  private static final int MAX_ENTRIES = 100_000_000;

  public static SimulatorConfig read(Settings settings) {
    return new SimulatorConfig(
        ServerConfig.read(settings),
        settings.file("SIMULATOR_DATA_DIR", ".run/simulator", "where the journal is kept"),
        settings.integer(
            "SIMULATOR_MAX_AUTHORIZATIONS",
            0,
            0,
            MAX_ENTRIES,
            "how many authorizations are kept; 0: as many as half of the heap holds"));
  }

  long maxAuthorizations() {
    return maxEntries > 0 ? maxEntries : Runtime.getRuntime().maxMemory() / 2 / BYTES_PER_ENTRY;
  }
}
