package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Where;
import java.time.Duration;
import java.util.Optional;

/** Bulkheads: how much a caller may have open at once. */
public record ConnectionPool(Where where, Optional<Tcp> tcp, Optional<Http> http) {

  public record Tcp(
      Where where,
      Optional<Integer> maxConnections,
      Optional<Duration> connectTimeout,
      Optional<TcpKeepalive> tcpKeepalive,
      Optional<Duration> maxConnectionDuration,
      Optional<Duration> idleTimeout) {}

  public record TcpKeepalive(
      Where where,
      Optional<Integer> probes,
      Optional<Duration> time,
      Optional<Duration> interval) {}

  public record Http(
      Where where,
      Optional<Integer> http1MaxPendingRequests,
      Optional<Integer> http2MaxRequests,
      Optional<Integer> maxRequestsPerConnection,
      Optional<Integer> maxRetries,
      Optional<Duration> idleTimeout,
      Optional<UpgradePolicy> h2UpgradePolicy,
      Optional<Boolean> useClientProtocol,
      Optional<Integer> maxConcurrentStreams) {}

  public enum UpgradePolicy {
    DEFAULT,
    DO_NOT_UPGRADE,
    UPGRADE
  }
}
