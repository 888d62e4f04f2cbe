package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.ClientTls;
import dev.emporion.mesh.istio.ConnectionPool;
import dev.emporion.mesh.istio.LoadBalancer;
import dev.emporion.mesh.istio.OutlierDetection;
import dev.emporion.mesh.istio.TrafficPolicy;
import dev.emporion.mesh.istio.TrafficPolicy.PortTrafficPolicy;
import java.util.Optional;

/** What holds for one port of a service or subset, once all levels are laid over one another. */
record Policy(
    Optional<LoadBalancer> loadBalancer,
    Optional<ConnectionPool> connectionPool,
    Optional<OutlierDetection> outlierDetection,
    Optional<ClientTls> tls) {

  static final Policy NOTHING =
      new Policy(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** A port's own settings replace the whole; what they leave out is the default. */
  static Policy of(Optional<TrafficPolicy> policy, int port) {
    return policy
        .map(
            whole ->
                forPort(whole, port)
                    .map(Policy::of)
                    .orElseGet(
                        () ->
                            new Policy(
                                whole.loadBalancer(),
                                whole.connectionPool(),
                                whole.outlierDetection(),
                                whole.tls())))
        .orElse(NOTHING);
  }

  private static Policy of(PortTrafficPolicy policy) {
    return new Policy(
        policy.loadBalancer(), policy.connectionPool(), policy.outlierDetection(), policy.tls());
  }

  /** Each part that a subset gives replaces that part; a port's settings in it replace them all. */
  Policy overlaid(Optional<TrafficPolicy> subset, int port) {
    Policy over = of(subset, port);
    if (subset.flatMap(policy -> forPort(policy, port)).isPresent()) {
      return over;
    }
    return new Policy(
        over.loadBalancer.or(this::loadBalancer),
        over.connectionPool.or(this::connectionPool),
        over.outlierDetection.or(this::outlierDetection),
        over.tls.or(this::tls));
  }

  private static Optional<PortTrafficPolicy> forPort(TrafficPolicy policy, int port) {
    return policy.portLevelSettings().stream()
        .filter(settings -> settings.port() == port)
        .findFirst();
  }
}
