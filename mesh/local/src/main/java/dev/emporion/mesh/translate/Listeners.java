package dev.emporion.mesh.translate;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;

/** Network filters that listeners of several kinds have. */
final class Listeners {
  private Listeners() {}

  static Filter tcpProxy(TcpProxy proxy) {
    return Filter.newBuilder()
        .setName("envoy.filters.network.tcp_proxy")
        .setTypedConfig(Protos.any(proxy))
        .build();
  }
}
