package dev.emporion.mesh.translate;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.Cors;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.grpc_stats.v3.FilterConfig;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.ArrayList;
import java.util.List;

/** The HTTP filters that every listener has. */
final class HttpFilters {
  static final String FAULT = "envoy.filters.http.fault";
  static final String CORS = "envoy.filters.http.cors";
  static final String RBAC = "envoy.filters.http.rbac";
  static final String JWT_AUTHN = "envoy.filters.http.jwt_authn";

  private static final FilterConfig GRPC_STATS =
      FilterConfig.newBuilder()
          .setEmitFilterState(true)
          .setStatsForAllMethods(Protos.FALSE)
          .build();

  private HttpFilters() {}

  /**
   * Fault and CORS do nothing until a route says so; they are there always, so that a fault rule
   * changes routes only: a changed listener would drain its connections.
   *
   * @param first who may call at all
   */
  static List<HttpFilter> after(List<HttpFilter> first) {
    List<HttpFilter> filters = new ArrayList<>(first);
    filters.add(filter("envoy.filters.http.grpc_stats", GRPC_STATS));
    filters.add(filter(FAULT, HTTPFault.getDefaultInstance()));
    filters.add(filter(CORS, Cors.getDefaultInstance()));
    filters.add(filter("envoy.filters.http.router", Router.getDefaultInstance()));
    return filters;
  }

  static HttpFilter filter(String name, Message config) {
    return HttpFilter.newBuilder().setName(name).setTypedConfig(Protos.any(config)).build();
  }
}
