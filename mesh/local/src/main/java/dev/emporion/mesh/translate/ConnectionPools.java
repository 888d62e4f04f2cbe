package dev.emporion.mesh.translate;

import com.google.protobuf.UInt32Value;
import dev.emporion.mesh.istio.ConnectionPool;
import dev.emporion.mesh.istio.ConnectionPool.Http;
import dev.emporion.mesh.istio.ConnectionPool.Tcp;
import dev.emporion.mesh.istio.ConnectionPool.TcpKeepalive;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.UpstreamConnectionOptions;
import java.util.Optional;
import java.util.function.Function;

/** How much may be open at once. Without limits of ours there are none, where Envoy has 1024. */
final class ConnectionPools {
  private static final UInt32Value NO_LIMIT = UInt32Value.of(-1);

  private ConnectionPools() {}

  static void apply(Cluster.Builder cluster, Optional<ConnectionPool> pool) {
    Optional<Http> http = pool.flatMap(ConnectionPool::http);
    Optional<Tcp> tcp = pool.flatMap(ConnectionPool::tcp);
    cluster.setCircuitBreakers(
        CircuitBreakers.newBuilder()
            .addThresholds(
                Thresholds.newBuilder()
                    .setMaxConnections(limit(tcp, Tcp::maxConnections))
                    .setMaxPendingRequests(limit(http, Http::http1MaxPendingRequests))
                    .setMaxRequests(limit(http, Http::http2MaxRequests))
                    .setMaxRetries(limit(http, Http::maxRetries))
                    .setTrackRemaining(true)));
    tcp.flatMap(Tcp::connectTimeout).map(Protos::duration).ifPresent(cluster::setConnectTimeout);
    tcp.flatMap(Tcp::tcpKeepalive).ifPresent(keepalive -> keepalive(cluster, keepalive));
  }

  /** Zero is no limit too: Istio cannot tell it from nothing said. */
  private static <T> UInt32Value limit(
      Optional<T> settings, Function<T, Optional<Integer>> setting) {
    return settings.flatMap(setting).filter(most -> most > 0).map(Protos::uint).orElse(NO_LIMIT);
  }

  private static void keepalive(Cluster.Builder cluster, TcpKeepalive said) {
    var keepalive = io.envoyproxy.envoy.config.core.v3.TcpKeepalive.newBuilder();
    said.probes()
        .filter(probes -> probes > 0)
        .map(Protos::uint)
        .ifPresent(keepalive::setKeepaliveProbes);
    said.time()
        .map(time -> Protos.uint((int) time.toSeconds()))
        .ifPresent(keepalive::setKeepaliveTime);
    said.interval()
        .map(interval -> Protos.uint((int) interval.toSeconds()))
        .ifPresent(keepalive::setKeepaliveInterval);
    cluster.setUpstreamConnectionOptions(
        UpstreamConnectionOptions.newBuilder().setTcpKeepalive(keepalive));
  }
}
