package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.model.Address;
import dev.emporion.mesh.model.Proxy;
import dev.emporion.mesh.model.Proxy.Inbound;
import dev.emporion.mesh.model.Proxy.ServicePort;
import dev.emporion.mesh.model.Registry;
import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.Ports;
import dev.emporion.mesh.process.Processes;
import dev.emporion.mesh.process.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * All instances there are. Each is noted in {@code .run/mesh/instances} before it starts and until
 * it is gone, so that a daemon that comes later finds it.
 */
final class Fleet implements Deployment.Surroundings {
  private static final String ZONE_LABEL = "topology.kubernetes.io/zone";
  private static final String ZONE = "local";

  /** Hears of every change that callers have to know of. */
  interface Callers {
    void changed();

    /** Tells them what is so now, and waits until they have heard it. */
    void tell();
  }

  private static final class Nobody implements Callers {
    @Override
    public void changed() {}

    @Override
    public void tell() {}
  }

  private final Layout layout;
  private final Ports ports;
  private final Processes processes;
  private final AddressPlan addresses;
  private final Launcher launcher;
  private volatile Callers callers = new Nobody();
  private final Map<String, Deployment> deployments = new ConcurrentSkipListMap<>();
  private volatile List<PodTemplate.Service> services = List.of();

  Fleet(Layout layout, Ports ports) {
    this.layout = layout;
    this.ports = ports;
    this.processes = new Processes(layout);
    this.addresses = new AddressPlan(layout);
    this.launcher = new Launcher(layout, addresses);
  }

  /** Who is to hear from here on. */
  void tell(Callers newCallers) {
    callers = newCallers;
  }

  private void changed() {
    callers.changed();
  }

  void use(List<PodTemplate.Service> newServices) {
    services = List.copyOf(newServices);
    changed();
  }

  Deployment deployment(String workload) {
    return deployments.computeIfAbsent(workload, _ -> new Deployment(this));
  }

  /** Those that have instances and are not among these. */
  List<String> workloadsBeside(Set<String> known) {
    return deployments.keySet().stream().filter(name -> !known.contains(name)).toList();
  }

  List<Instance> instances() {
    return deployments.values().stream().flatMap(d -> d.instances().stream()).toList();
  }

  /** The instance of this name, or the first one of this workload. */
  Instance named(String name) {
    return instances().stream()
        .filter(instance -> instance.id().equals(name) || instance.workload().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new RunnerException(
                    "no instance or service '%s'; there are: %s"
                        .formatted(
                            name,
                            String.join(" ", instances().stream().map(Instance::id).toList()))));
  }

  @Override
  public Instance create(PodTemplate workload, int ordinal) {
    Instance instance = instance(workload, ordinal, launcher.fingerprint(workload));
    note(instance);
    // Its Envoy asks for its configuration as soon as it is there.
    callers.changed();
    return instance;
  }

  private Instance instance(PodTemplate workload, int ordinal, String fingerprint) {
    return new Instance(
        workload, ordinal, proxy(workload, ordinal), launcher, fingerprint, this::changed);
  }

  @Override
  public boolean isCurrent(Instance instance, PodTemplate workload) {
    return instance.fingerprint().equals(launcher.fingerprint(workload));
  }

  @Override
  public void withdraw(List<Instance> instances) {
    callers.tell();
  }

  @Override
  public void removed(Instance instance) {
    forget(instance.id());
    callers.changed();
  }

  private void forget(String id) {
    try {
      Files.deleteIfExists(note(id));
    } catch (IOException e) {
      throw new RunnerException("cannot forget " + id + ": " + e, e);
    }
  }

  /**
   * Takes over what runs on record: a process that is still alive, of a workload that is still
   * there. Leftovers of others are ended.
   */
  void adopt(Map<String, PodTemplate> workloads) {
    for (Path file : notes()) {
      Properties note = new Properties();
      Notes.read(file, note);
      String workload = note.getProperty("workload", "");
      int ordinal = Integer.parseInt(note.getProperty("ordinal", "0"));
      String id = file.getFileName().toString();
      if (ordinal > 0 && workloads.containsKey(workload) && runs(id)) {
        String fingerprint = note.getProperty("fingerprint", "");
        deployment(workload).adopt(instance(workloads.get(workload), ordinal, fingerprint));
      } else {
        end(id);
      }
    }
  }

  /** Whether something on record is alive. */
  boolean isAnythingLeft() {
    return notes().stream().anyMatch(file -> runs(file.getFileName().toString()));
  }

  private boolean runs(String id) {
    return processes.find(id).isPresent() || processes.find(envoy(id)).isPresent();
  }

  private void end(String id) {
    for (String name : List.of(id, envoy(id))) {
      processes.find(name).ifPresent(Running::stop);
      processes.forget(name);
    }
    forget(id);
  }

  static String envoy(String id) {
    return id + ".envoy";
  }

  private void note(Instance instance) {
    Properties note = new Properties();
    note.setProperty("workload", instance.workload().name());
    note.setProperty("ordinal", Integer.toString(instance.ordinal()));
    note.setProperty("fingerprint", instance.fingerprint());
    Notes.write(note(instance.id()), note);
  }

  private Path note(String id) {
    return layout.mesh().resolve("instances").resolve(id);
  }

  private List<Path> notes() {
    Path folder = note("any").getParent();
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !file.toString().endsWith(".new")).sorted().toList();
    } catch (IOException e) {
      throw new RunnerException("cannot read " + folder + ": " + e, e);
    }
  }

  private Proxy proxy(PodTemplate workload, int ordinal) {
    Map<Integer, Inbound> inbound = new TreeMap<>();
    Map<Integer, Address> gateway = new TreeMap<>();
    Map<ServicePort, Address> outbound = new HashMap<>();
    for (int port : workload.ports()) {
      if (workload.isGateway()) {
        gateway.put(port, gatewayAddress(port));
      } else {
        inbound.put(
            port,
            new Inbound(
                addresses.pod(workload.name(), ordinal, port),
                appAddress(workload, ordinal, port)));
      }
    }
    if (workload.sidecar() && !workload.isGateway()) {
      for (PodTemplate.Service service : services) {
        for (Registry.Port port : service.ports()) {
          outbound.put(
              new ServicePort(service.name(), port.port()),
              addresses.outbound(workload.name(), ordinal, service.name(), port.port()));
        }
      }
    }
    return new Proxy(
        workload.name() + "-" + ordinal,
        workload.isGateway() ? Proxy.Kind.GATEWAY : Proxy.Kind.SIDECAR,
        workload.name(),
        workload.serviceAccount(),
        workload.labels(),
        workload.labels().getOrDefault(ZONE_LABEL, ZONE),
        inbound,
        outbound,
        gateway);
  }

  /** The payment provider is outside: who looks into its books comes by a port of this machine. */
  private Address appAddress(PodTemplate workload, int ordinal, int port) {
    return workload.name().equals("simulator")
        ? new Address("127.0.0.1", ports.simulatorPort().number())
        : addresses.app(workload.name(), ordinal, port);
  }

  /** The gateway is what people type, so it is where they expect it. */
  private Address gatewayAddress(int port) {
    return switch (port) {
      case 8080 -> new Address("127.0.0.1", ports.gatewayPort().number());
      case 8443 -> new Address("127.0.0.1", ports.tlsPort().number());
      default -> addresses.pod("gateway", 1, port);
    };
  }

  List<Proxy> proxies() {
    return instances().stream()
        .filter(instance -> instance.workload().sidecar())
        .map(Instance::proxy)
        .toList();
  }

  Registry registry() {
    List<Instance> all = instances();
    return new Registry(
        Launcher.NAMESPACE,
        services.stream()
            .map(
                service ->
                    new Registry.Service(
                        service.name(),
                        service.ports(),
                        all.stream()
                            .filter(instance -> service.selects(instance.workload().labels()))
                            .map(Instance::registered)
                            .toList()))
            .toList());
  }
}
