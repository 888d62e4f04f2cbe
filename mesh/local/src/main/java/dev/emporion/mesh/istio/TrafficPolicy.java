package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Where;
import java.util.List;
import java.util.Optional;

/** Balancing, pools, ejection and TLS towards a service, a subset, or one port of it. */
public record TrafficPolicy(
    Where where,
    Optional<LoadBalancer> loadBalancer,
    Optional<ConnectionPool> connectionPool,
    Optional<OutlierDetection> outlierDetection,
    Optional<ClientTls> tls,
    List<PortTrafficPolicy> portLevelSettings) {

  /** Replaces the whole policy for one port of the Service: what it leaves out is the default. */
  public record PortTrafficPolicy(
      Where where,
      int port,
      Optional<LoadBalancer> loadBalancer,
      Optional<ConnectionPool> connectionPool,
      Optional<OutlierDetection> outlierDetection,
      Optional<ClientTls> tls) {}
}
