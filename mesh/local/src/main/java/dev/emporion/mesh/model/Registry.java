package dev.emporion.mesh.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What runs: on a cluster this is what istiod learns from Services and EndpointSlices.
 *
 * @param services by name, all in one namespace
 */
public record Registry(String namespace, List<Service> services) {

  /**
   * @param ports of the Kubernetes Service
   * @param instances that exist, ready or not
   */
  public record Service(String name, List<Port> ports, List<Instance> instances) {}

  /**
   * @param name {@code grpc}
   * @param port of the Service
   * @param targetPort of the pod
   * @param protocol from appProtocol or the name's prefix: GRPC, HTTP2, HTTP or TCP
   */
  public record Port(String name, int port, int targetPort, Protocol protocol) {}

  /** What an Envoy makes of the bytes. */
  public enum Protocol {
    GRPC,
    HTTP2,
    HTTP,
    TCP
  }

  /**
   * @param labels of the pod
   * @param addresses port of the pod to where calls to it go: its sidecar, or itself if it has none
   * @param sidecar whether it is reached by mutual TLS
   * @param ready whether it is balanced to
   */
  public record Instance(
      String id,
      String serviceAccount,
      Map<String, String> labels,
      String zone,
      Map<Integer, Address> addresses,
      boolean sidecar,
      boolean ready) {}

  public Optional<Service> service(String name) {
    return services.stream().filter(service -> service.name().equals(name)).findFirst();
  }

  /** {@code orders} as Istio names it: {@code orders.emporion.svc.cluster.local}. */
  public String fullName(String service) {
    return service + "." + namespace + ".svc.cluster.local";
  }
}
