package dev.emporion.mesh.model;

import java.util.Map;
import java.util.Optional;

/**
 * One Envoy: a sidecar or the gateway, and the addresses it was given on this machine.
 *
 * @param id the instance's name, also the xDS node's id: {@code orders-0}
 * @param kind what it stands for
 * @param workload the Deployment's name: {@code orders}
 * @param serviceAccount whose certificate it shows; the last part of its SPIFFE id
 * @param labels of the pod; what the selectors of Istio's kinds look at
 * @param zone where it pretends to be
 * @param inbound port of the pod (the container's) to where the sidecar takes and hands on its
 *     calls
 * @param outbound {@code service:port} to where the sidecar listens for calls to it; for a gateway
 *     empty
 * @param gateway port of a Gateway's server to where it listens here; for a sidecar empty
 */
public record Proxy(
    String id,
    Kind kind,
    String workload,
    String serviceAccount,
    Map<String, String> labels,
    String zone,
    Map<Integer, Inbound> inbound,
    Map<ServicePort, Address> outbound,
    Map<Integer, Address> gateway) {

  /** What an Envoy stands for. */
  public enum Kind {
    SIDECAR,
    GATEWAY
  }

  /**
   * @param listen where other sidecars reach it, by mutual TLS
   * @param app where the program behind it listens, without
   */
  public record Inbound(Address listen, Address app) {}

  /** A service and one of its ports. */
  public record ServicePort(String service, int port) {
    @Override
    public String toString() {
      return service + ":" + port;
    }
  }

  public Optional<Inbound> inbound(int port) {
    return Optional.ofNullable(inbound.get(port));
  }
}
