package dev.emporion.mesh.run;

import dev.emporion.mesh.process.Jvm;
import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.Ports;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A process to run: a module's Main with a command and an environment.
 *
 * @param flags of its JVM; none for those of a process that has the machine to itself
 * @param port where it listens
 */
public record Program(
    String name,
    String module,
    List<String> arguments,
    List<String> flags,
    Ports.Port port,
    SortedMap<String, String> environment) {

  /** The module's Main on the JVM that runs us. */
  public Jvm jvm(Layout layout) {
    return flags.isEmpty() ? Jvm.of(layout, module) : Jvm.of(layout, module, flags);
  }

  public static Program serve(
      String name, String module, Ports.Port port, Map<String, String> settings) {
    SortedMap<String, String> environment = new TreeMap<>(settings);
    environment.put("LISTEN_ADDRESS", port.address());
    // Nobody balances here, so there is nobody to wait for.
    environment.put("DRAIN_SECONDS", "0");
    return new Program(name, module, List.of("serve"), List.of(), port, environment);
  }
}
