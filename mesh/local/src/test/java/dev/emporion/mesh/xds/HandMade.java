package dev.emporion.mesh.xds;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.emporion.mesh.model.Resources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.util.List;

/** Resources as a translator would make them, written out: two sidecars and one call. */
final class HandMade {
  private static final JsonFormat.Parser PARSER =
      JsonFormat.parser()
          .usingTypeRegistry(
              JsonFormat.TypeRegistry.newBuilder()
                  .add(HttpConnectionManager.getDescriptor())
                  .add(Router.getDescriptor())
                  .add(UpstreamTlsContext.getDescriptor())
                  .add(DownstreamTlsContext.getDescriptor())
                  .add(HttpProtocolOptions.getDescriptor())
                  .build());

  private static final String ROUTER =
      """
      {"name": "envoy.filters.http.router", "typed_config":
        {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}
      """;

  /** Our certificate and whom we believe, by SDS. */
  private static final String COMMON_TLS =
      """
      "common_tls_context": {
        "tls_certificate_sds_secret_configs":
          [{"name": "default", "sds_config": {"ads": {}, "resource_api_version": "V3"}}],
        "validation_context_sds_secret_config":
          {"name": "ROOTCA", "sds_config": {"ads": {}, "resource_api_version": "V3"}}}
      """;

  private HandMade() {}

  /** Of the one who is called: mutual TLS in, plain HTTP to the program. */
  static Resources called(int inbound, int program) {
    return new Resources(
        List.of(parse(inboundListener(inbound), Listener.newBuilder())),
        List.of(),
        List.of(
            parse(
                """
                {"name": "inbound|80||", "type": "STATIC", "connect_timeout": "1s",
                 "load_assignment": %s}
                """
                    .formatted(endpoints("inbound|80||", program)),
                Cluster.newBuilder())),
        List.of());
  }

  /**
   * Of the caller.
   *
   * @param cluster where its route leads; the only one it has
   * @param inbound port of the sidecar that is called
   */
  static Resources caller(int outbound, String cluster, int inbound) {
    return new Resources(
        List.of(parse(outboundListener(outbound), Listener.newBuilder())),
        List.of(
            parse(
                """
                {"name": "outbound|stock:80", "virtual_hosts": [{"name": "any", "domains": ["*"],
                  "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "%s"},
                    "response_headers_to_add": [{"header": {"key": "by", "value": "%s"}}]}]}]}
                """
                    .formatted(cluster, cluster),
                RouteConfiguration.newBuilder())),
        List.of(parse(outboundCluster(cluster), Cluster.newBuilder())),
        List.of(parse(endpoints(cluster, inbound), ClusterLoadAssignment.newBuilder())));
  }

  /** With a listener that Envoy refuses: its connection manager has no name for statistics. */
  static Resources broken(Resources good, int port) {
    String listener =
        outboundListener(port)
            .replace("\"outbound_stock\"", "\"\"")
            .replace("\"name\": \"outbound|", "\"name\": \"bad|");
    return new Resources(
        List.of(good.listeners().getFirst(), parse(listener, Listener.newBuilder())),
        good.routes(),
        good.clusters(),
        good.endpoints());
  }

  private static String inboundListener(int port) {
    return """
    {"name": "inbound|80", "address": %s,
     "filter_chains": [{
       "transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": {
         "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
         "require_client_certificate": true, %s}},
       "filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": {
         "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
         "stat_prefix": "inbound_80", "codec_type": "HTTP2",
         "route_config": {"virtual_hosts": [{"name": "any", "domains": ["*"],
           "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "inbound|80||"}}]}]},
         "http_filters": [%s]}}]}]}
    """
        .formatted(address(port), COMMON_TLS, ROUTER);
  }

  private static String outboundListener(int port) {
    return """
    {"name": "outbound|stock:80", "address": %s,
     "filter_chains": [{"filters": [{"name": "envoy.filters.network.http_connection_manager",
       "typed_config": {
         "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
         "stat_prefix": "outbound_stock",
         "rds": {"route_config_name": "outbound|stock:80",
           "config_source": {"ads": {}, "resource_api_version": "V3"}},
         "http_filters": [%s]}}]}]}
    """
        .formatted(address(port), ROUTER);
  }

  /** A connection serves few requests, so that handshakes go on and on under load. */
  private static String outboundCluster(String name) {
    return """
    {"name": "%s", "type": "EDS", "connect_timeout": "1s",
     "eds_cluster_config": {"eds_config": {"ads": {}, "resource_api_version": "V3"}},
     "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
       "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
       "common_http_protocol_options": {"max_requests_per_connection": 3},
       "explicit_http_config": {"http2_protocol_options": {}}}},
     "transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": {
       "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
       "sni": "stock", %s}}}
    """
        .formatted(name, COMMON_TLS);
  }

  private static String endpoints(String cluster, int port) {
    return """
    {"cluster_name": "%s",
     "endpoints": [{"lb_endpoints": [{"endpoint": {"address": %s}}]}]}
    """
        .formatted(cluster, address(port));
  }

  private static String address(int port) {
    return """
    {"socket_address": {"address": "127.0.0.1", "port_value": %d}}"""
        .formatted(port);
  }

  @SuppressWarnings("unchecked")
  private static <M extends Message> M parse(String json, Message.Builder builder) {
    try {
      PARSER.merge(json, builder);
      return (M) builder.build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
