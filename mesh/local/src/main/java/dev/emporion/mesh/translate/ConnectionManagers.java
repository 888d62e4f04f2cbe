package dev.emporion.mesh.translate;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.CodecType;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.SetCurrentClientCertDetails;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import java.util.List;

/** What all HTTP listeners have in common; Istio's defaults where Envoy's differ. */
final class ConnectionManagers {
  static final String NAME = "envoy.filters.network.http_connection_manager";

  private ConnectionManagers() {}

  /**
   * @param filters that decide who may call; the rest follow them
   */
  static HttpConnectionManager.Builder of(String statPrefix, List<HttpFilter> filters) {
    return HttpConnectionManager.newBuilder()
        .setCodecType(CodecType.AUTO)
        .setStatPrefix(statPrefix)
        .setNormalizePath(Protos.TRUE)
        .setUseRemoteAddress(Protos.FALSE)
        .setStreamIdleTimeout(Protos.NONE)
        .addUpgradeConfigs(UpgradeConfig.newBuilder().setUpgradeType("websocket"))
        .addAllHttpFilters(HttpFilters.after(filters));
  }

  static Rds routes(String name) {
    return Rds.newBuilder().setConfigSource(Protos.ads()).setRouteConfigName(name).build();
  }

  /** What a server is told of its caller, in {@code x-forwarded-client-cert}. */
  static SetCurrentClientCertDetails.Builder caller() {
    return SetCurrentClientCertDetails.newBuilder()
        .setSubject(Protos.TRUE)
        .setUri(true)
        .setDns(true);
  }

  static Filter filter(HttpConnectionManager manager) {
    return Filter.newBuilder().setName(NAME).setTypedConfig(Protos.any(manager)).build();
  }
}
