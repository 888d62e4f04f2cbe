package dev.emporion.mesh;

import dev.emporion.mesh.process.Ports;
import dev.emporion.mesh.run.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** What runs when the mesh is off: all that is to be known about it is in this file. */
final class Topology {
  /** Services that keep something, each in a database and behind a role of its own name. */
  private static final List<String> STATEFUL =
      List.of("catalog", "inventory", "carts", "orders", "payments", "shipping");

  private static final String SIMULATOR = "simulator";

  private Topology() {}

  static List<String> databases() {
    return STATEFUL;
  }

  /** The module that migrates a database has the same name. */
  static String module(String database) {
    return "services/" + database;
  }

  /**
   * The processes, in the order in which they start.
   *
   * @param simulatorData where the payment provider keeps its own record
   */
  static List<Program> programs(
      Ports ports, Path simulatorData, Function<String, String> databaseUrl) {
    Map<String, String> together = new TreeMap<>();
    for (String service : STATEFUL) {
      together.put(service.toUpperCase(Locale.ROOT) + "_DATABASE_URL", databaseUrl.apply(service));
    }
    together.put("PAYMENT_PROVIDER_ADDRESS", ports.simulatorPort().address());
    return List.of(
        Program.serve(
            SIMULATOR,
            module(SIMULATOR),
            ports.simulatorPort(),
            Map.of("SIMULATOR_DATA_DIR", simulatorData.toString())),
        Program.serve("together", "services/together", ports.gatewayPort(), together));
  }
}
