package dev.emporion.mesh;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A process to run: a module's Main with a command and an environment.
 *
 * @param port where it listens
 */
record Program(
    String name,
    String module,
    List<String> arguments,
    Ports.Port port,
    SortedMap<String, String> environment) {

  static Program serve(String name, String module, Ports.Port port, Map<String, String> settings) {
    SortedMap<String, String> environment = new TreeMap<>(settings);
    environment.put("LISTEN_ADDRESS", port.address());
    // Nobody balances here, so there is nobody to wait for.
    environment.put("DRAIN_SECONDS", "0");
    return new Program(name, module, List.of("serve"), port, environment);
  }
}
