package dev.emporion.mesh.run;

import dev.emporion.mesh.envoy.Bootstrap;
import dev.emporion.mesh.envoy.EnvoyBinary;
import dev.emporion.mesh.model.Address;
import dev.emporion.mesh.model.Proxy;
import dev.emporion.mesh.model.Proxy.ServicePort;
import dev.emporion.mesh.process.Backoff;
import dev.emporion.mesh.process.Jvm;
import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.ModuleJars;
import dev.emporion.mesh.process.Processes;
import dev.emporion.mesh.process.Supervised;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How an instance's processes are started on this machine: an image becomes a module's Main. */
final class Launcher {
  static final String NAMESPACE = "emporion";

  /** Clients of the gateway hear of its end with an answer; sidecars were told before. */
  private static final Duration CLIENTS_GO = Duration.ofSeconds(1);

  /**
   * A service begins small here and grows to three quarters of its manifest's limit; what Netty and
   * the compilers give back goes back to the system.
   */
  static final List<String> SMALL =
      List.of("-Xms64m", "-Xmx384m", "-Xss512k", "-XX:TrimNativeHeapInterval=10000");

  /** Stands for the instance's name, which each has its own of. */
  static final String POD_NAME = "$(metadata.name)";

  private static final String ANY_ADDRESS = "0.0.0.0:";
  private static final String DATA = "/var/lib/";
  private static final Pattern SERVICE_PORT = Pattern.compile("([a-z][a-z0-9-]*):([0-9]{1,5})");

  private final Layout layout;
  private final Processes processes;
  private final AddressPlan addresses;

  Launcher(Layout layout, AddressPlan addresses) {
    this.layout = layout;
    this.processes = Processes.withOwnEnvironment(layout);
    this.addresses = addresses;
  }

  static Jvm jvm(Layout layout, PodTemplate.Program program) {
    return Jvm.of(layout, program.module(), SMALL).later(Compilers.fromEnvironment().flags());
  }

  /** Of all that makes a restart necessary if it changes. */
  String fingerprint(PodTemplate workload) {
    StringBuilder all = new StringBuilder().append(new TreeMap<>(workload.labels()));
    workload
        .program()
        .ifPresent(
            program ->
                all.append(jvm(layout, program).digest())
                    .append(jvm(layout, program).later())
                    .append(program.arguments())
                    .append(new TreeMap<>(program.environment())));
    if (workload.sidecar()) {
      Bootstrap any = new Bootstrap("", "", "", new Address("", 0), Path.of(""));
      all.append(EnvoyBinary.VERSION).append(any.yaml()).append(workload.serviceAccount());
    }
    return ModuleJars.digest(all.toString());
  }

  Optional<Supervised> app(
      PodTemplate workload, int ordinal, Proxy proxy, String fingerprint, Runnable changed) {
    return workload
        .program()
        .map(
            program ->
                supervised(
                    new Supervised.Spec(
                        proxy.id(),
                        fingerprint,
                        () -> jvm(layout, program).run(program.arguments()),
                        environment(program, proxy)),
                    changed));
  }

  Optional<Sidecar> sidecar(
      PodTemplate workload, int ordinal, Proxy proxy, String fingerprint, Runnable changed) {
    if (!workload.sidecar()) {
      return Optional.empty();
    }
    Address admin = addresses.admin(workload.name(), ordinal);
    List<Address> listeners = new ArrayList<>(proxy.gateway().values());
    proxy.inbound().values().forEach(inbound -> listeners.add(inbound.listen()));
    Supervised.Spec spec =
        new Supervised.Spec(
            Fleet.envoy(proxy.id()), fingerprint, () -> envoyCommand(proxy, admin), Map.of());
    return Optional.of(
        new Sidecar(
            told -> supervised(spec, told),
            admin,
            listeners,
            workload.isGateway() ? CLIENTS_GO : Duration.ZERO,
            changed));
  }

  private Supervised supervised(Supervised.Spec spec, Runnable changed) {
    return new Supervised(processes, spec, Backoff.OF_A_PROCESS, changed);
  }

  private List<String> envoyCommand(Proxy proxy, Address admin) {
    Path file = layout.mesh().resolve("bootstrap").resolve(proxy.id() + ".yaml");
    Bootstrap.of(proxy, NAMESPACE, admin, xdsSocket(layout)).writeTo(file);
    return Bootstrap.command(EnvoyBinary.provide(layout.tools()), file);
  }

  static Path xdsSocket(Layout layout) {
    return layout.mesh().resolve("xds.sock").toAbsolutePath();
  }

  /** The environment as the cluster has it, its addresses replaced by those of this machine. */
  private Map<String, String> environment(PodTemplate.Program program, Proxy proxy) {
    Map<String, String> environment = new TreeMap<>();
    program.environment().forEach((name, value) -> environment.put(name, here(value, proxy)));
    return environment;
  }

  static int portOf(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  private String here(String value, Proxy proxy) {
    if (value.equals(POD_NAME)) {
      return proxy.id();
    }
    if (value.startsWith(ANY_ADDRESS)) {
      return proxy.inbound(portOf(value)).map(inbound -> inbound.app().toString()).orElse(value);
    }
    if (value.startsWith(DATA)) {
      return layout.run().resolve(value.substring(DATA.length())).toAbsolutePath().toString();
    }
    Matcher named = SERVICE_PORT.matcher(value);
    if (named.matches()) {
      ServicePort service = new ServicePort(named.group(1), Integer.parseInt(named.group(2)));
      Address listener = proxy.outbound().get(service);
      return listener == null ? value : listener.toString();
    }
    return value;
  }
}
