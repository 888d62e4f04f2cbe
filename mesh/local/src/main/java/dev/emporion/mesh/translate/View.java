package dev.emporion.mesh.translate;

import dev.emporion.mesh.model.Proxy;
import dev.emporion.mesh.model.Registry.Port;
import dev.emporion.mesh.model.Registry.Protocol;
import dev.emporion.mesh.yaml.Problems;
import java.util.Optional;

/** The mesh as one Envoy sees it. */
record View(Mesh mesh, Proxy proxy, EnvoyPatches patches, Problems problems) {

  /** The Service that a port of the pod belongs to. */
  Optional<Host> inboundHost(int targetPort) {
    return mesh.hosts().values().stream()
        .filter(this::holdsThisPod)
        .filter(host -> servicePort(host, targetPort).isPresent())
        .findFirst();
  }

  private boolean holdsThisPod(Host host) {
    return host.shortName().equals(proxy.workload())
        || host.instances().stream().anyMatch(instance -> instance.id().equals(proxy.id()));
  }

  Optional<Port> inboundPort(int targetPort) {
    return inboundHost(targetPort).flatMap(host -> servicePort(host, targetPort));
  }

  private static Optional<Port> servicePort(Host host, int targetPort) {
    return host.ports().stream().filter(port -> port.targetPort() == targetPort).findFirst();
  }

  /** A port that no Service names is bytes. */
  Protocol inboundProtocol(int targetPort) {
    return inboundPort(targetPort).map(Port::protocol).orElse(Protocol.TCP);
  }

  boolean http(int targetPort) {
    return inboundProtocol(targetPort) != Protocol.TCP;
  }

  /** What a trace calls it. */
  String inboundOperation(int targetPort) {
    String host = inboundHost(targetPort).map(Host::name).orElse(proxy.workload());
    return host + ":" + inboundPort(targetPort).map(Port::port).orElse(targetPort) + "/*";
  }
}
