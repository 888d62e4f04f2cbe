package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.ConnectionPool;
import dev.emporion.mesh.istio.ConnectionPool.Http;
import dev.emporion.mesh.istio.ConnectionPool.Tcp;
import dev.emporion.mesh.istio.ConnectionPool.UpgradePolicy;
import dev.emporion.mesh.model.Registry.Protocol;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.UseDownstreamHttpConfig;
import java.util.Optional;

/** Which HTTP a cluster speaks, and for how long on one connection. */
final class HttpOptions {
  private static final String KEY = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

  private final HttpProtocolOptions.Builder options = HttpProtocolOptions.newBuilder();
  private final boolean http2;
  private boolean said;

  private HttpOptions(boolean http2, boolean asTheCaller, Optional<ConnectionPool> pool) {
    this.http2 = http2;
    this.said = http2 || asTheCaller;
    pool.flatMap(ConnectionPool::tcp).ifPresent(this::tcp);
    pool.flatMap(ConnectionPool::http).ifPresent(this::http);
    speak(asTheCaller, pool);
  }

  static HttpOptions of(Protocol protocol, Optional<ConnectionPool> pool) {
    Optional<Http> http = pool.flatMap(ConnectionPool::http);
    boolean asTheCaller = http.flatMap(Http::useClientProtocol).orElse(false);
    boolean upgrade =
        http.flatMap(Http::h2UpgradePolicy).equals(Optional.of(UpgradePolicy.UPGRADE));
    return new HttpOptions(isHttp2(protocol) || (upgrade && !asTheCaller), asTheCaller, pool);
  }

  /** To the program: an upgrade is the caller's matter. */
  static HttpOptions inbound(Protocol protocol, Optional<ConnectionPool> pool) {
    boolean asTheCaller =
        pool.flatMap(ConnectionPool::http).flatMap(Http::useClientProtocol).orElse(false);
    return new HttpOptions(isHttp2(protocol), asTheCaller, pool);
  }

  private static boolean isHttp2(Protocol protocol) {
    return protocol == Protocol.GRPC || protocol == Protocol.HTTP2;
  }

  boolean http2() {
    return http2;
  }

  /** The server is named by each call's host, and its certificate has to be for that name. */
  void serverNamedByHost(boolean name, boolean validate) {
    said |= name || validate;
    options.setUpstreamHttpProtocolOptions(
        UpstreamHttpProtocolOptions.newBuilder().setAutoSni(name).setAutoSanValidation(validate));
  }

  void apply(Cluster.Builder cluster) {
    if (said) {
      cluster.putTypedExtensionProtocolOptions(KEY, Protos.any(options.build()));
    }
  }

  private void tcp(Tcp tcp) {
    tcp.idleTimeout()
        .map(Protos::duration)
        .ifPresent(time -> options.getCommonHttpProtocolOptionsBuilder().setIdleTimeout(time));
    tcp.maxConnectionDuration()
        .map(Protos::duration)
        .ifPresent(
            time -> options.getCommonHttpProtocolOptionsBuilder().setMaxConnectionDuration(time));
    said |= tcp.idleTimeout().isPresent() || tcp.maxConnectionDuration().isPresent();
  }

  private void http(Http http) {
    http.idleTimeout()
        .map(Protos::duration)
        .ifPresent(time -> options.getCommonHttpProtocolOptionsBuilder().setIdleTimeout(time));
    http.maxRequestsPerConnection()
        .filter(most -> most > 0)
        .map(Protos::uint)
        .ifPresent(
            most ->
                options.getCommonHttpProtocolOptionsBuilder().setMaxRequestsPerConnection(most));
    said |= options.hasCommonHttpProtocolOptions();
  }

  private void speak(boolean asTheCaller, Optional<ConnectionPool> pool) {
    Http2ProtocolOptions.Builder two = Http2ProtocolOptions.newBuilder();
    pool.flatMap(ConnectionPool::http)
        .flatMap(Http::maxConcurrentStreams)
        .filter(most -> most > 0)
        .map(Protos::uint)
        .ifPresent(two::setMaxConcurrentStreams);
    if (asTheCaller) {
      options.setUseDownstreamProtocolConfig(
          UseDownstreamHttpConfig.newBuilder()
              .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance())
              .setHttp2ProtocolOptions(Http2ProtocolOptions.getDefaultInstance()));
    } else if (http2) {
      options.setExplicitHttpConfig(ExplicitHttpConfig.newBuilder().setHttp2ProtocolOptions(two));
    } else {
      options.setExplicitHttpConfig(
          ExplicitHttpConfig.newBuilder()
              .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance()));
    }
  }
}
