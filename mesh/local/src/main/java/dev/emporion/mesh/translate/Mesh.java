package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.IstioConfig;
import dev.emporion.mesh.istio.ServiceEntry;
import dev.emporion.mesh.model.Registry;
import dev.emporion.mesh.model.Registry.Port;
import dev.emporion.mesh.model.Registry.Protocol;
import dev.emporion.mesh.model.Registry.Service;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All that is known of the mesh, whichever Envoy asks. */
record Mesh(IstioConfig config, Registry registry, Map<String, Host> hosts) {

  static Mesh of(IstioConfig config, Registry registry) {
    Map<String, Host> hosts = new TreeMap<>();
    config
        .serviceEntries()
        .forEach(entry -> entry.hosts().forEach(name -> hosts.put(name, host(name, entry))));
    registry.services().forEach(service -> put(hosts, registry, service));
    return new Mesh(config, registry, hosts);
  }

  private static void put(Map<String, Host> hosts, Registry registry, Service service) {
    String name = registry.fullName(service.name());
    hosts.put(
        name,
        new Host(name, service.name(), service.ports(), service.instances(), Optional.empty()));
  }

  private static Host host(String name, ServiceEntry entry) {
    return new Host(
        name, name, entry.ports().stream().map(Mesh::port).toList(), List.of(), Optional.of(entry));
  }

  private static Port port(ServiceEntry.Port port) {
    int target = port.targetPort().orElse(port.number());
    return new Port(port.name(), port.number(), target, protocol(port.protocol()));
  }

  /** What is encrypted already is bytes to us. */
  private static Protocol protocol(ServiceEntry.Protocol protocol) {
    return switch (protocol) {
      case HTTP -> Protocol.HTTP;
      case HTTP2 -> Protocol.HTTP2;
      case GRPC -> Protocol.GRPC;
      case TCP, TLS, HTTPS -> Protocol.TCP;
    };
  }

  String namespace() {
    return registry.namespace();
  }

  String fullName(String host) {
    return Names.fullHost(host, namespace());
  }

  /** By a name as written in our namespace. */
  Optional<Host> host(String name) {
    return Optional.ofNullable(hosts.get(fullName(name)));
  }
}
