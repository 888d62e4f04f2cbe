package dev.emporion.mesh.envoy;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.model.Address;
import dev.emporion.mesh.model.Proxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * What one Envoy knows before it has spoken to the control plane: who it is, where to ask for
 * everything else, where its admin port is, and how much it may take.
 *
 * @param node its id in xDS: {@code orders-0}
 * @param cluster whom its kind stands for: {@code orders.emporion}
 * @param zone where it pretends to be
 * @param admin address of its admin port, on loopback: it has no password
 * @param xds the control plane's Unix domain socket
 */
public record Bootstrap(String node, String cluster, String zone, Address admin, Path xds) {
  /** Linux takes 107 bytes, macOS 103. */
  private static final int SOCKET_PATH_LIMIT_BYTES = 103;

  /** One thread: many Envoys share a laptop, and each thread has its own copy of every table. */
  private static final int CONCURRENCY = 1;

  /**
   * How long a listener that was replaced or drains lets its calls finish: longer than any call but
   * an open stream.
   */
  public static final int DRAIN_SECONDS = 15;

  private static final int CONNECTION_LIMIT = 10_000;
  private static final long HEAP_LIMIT_BYTES = 256L << 20;

  /**
   * Only the statistics that somebody reads, because each costs memory in every Envoy. Those of
   * latency are flushed when somebody looks, which spares an idle Envoy its timer.
   */
  private static final String TEMPLATE =
      """
      node:
        id: "%s"
        cluster: "%s"
        locality: {zone: "%s"}
      admin:
        address: {socket_address: {address: "%s", port_value: %d}}
      stats_flush_on_admin: true
      stats_config:
        use_all_default_tags: false
        stats_matcher:
          inclusion_list:
            patterns:
            - prefix: server.
            - prefix: control_plane.
            - prefix: cluster_manager.
            - prefix: listener_manager.
            - contains: .rbac.
            - contains: .grpc.
            - contains: .ssl.
            - contains: .outlier_detection.
            - contains: rate_limit
            - contains: .jwt_authn.
            - contains: downstream_rq_
            - contains: downstream_cx_
            - contains: upstream_rq_
            - contains: upstream_cx_
            - contains: .membership_
            - contains: .update_
            - contains: .fault.
      overload_manager:
        refresh_interval: 2s
        resource_monitors:
        - name: envoy.resource_monitors.global_downstream_max_connections
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig
            max_active_downstream_connections: %d
        - name: envoy.resource_monitors.fixed_heap
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig
            max_heap_size_bytes: %d
        actions:
        - name: envoy.overload_actions.shrink_heap
          triggers: [{name: envoy.resource_monitors.fixed_heap, threshold: {value: 0.9}}]
        - name: envoy.overload_actions.stop_accepting_requests
          triggers: [{name: envoy.resource_monitors.fixed_heap, threshold: {value: 0.98}}]
      dynamic_resources:
        ads_config:
          api_type: GRPC
          transport_api_version: V3
          set_node_on_first_message_only: true
          grpc_services:
          - envoy_grpc:
              cluster_name: xds
              # A control plane that was restarted is found again at once, not within half a minute.
              retry_policy: {retry_back_off: {base_interval: 0.1s, max_interval: 1s}}
        cds_config: {ads: {}, resource_api_version: V3}
        lds_config: {ads: {}, resource_api_version: V3}
      static_resources:
        clusters:
        - name: xds
          type: STATIC
          connect_timeout: 1s
          load_assignment:
            cluster_name: xds
            endpoints:
            - lb_endpoints:
              - endpoint: {address: {pipe: {path: "%s"}}}
          typed_extension_protocol_options:
            envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
              "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
              explicit_http_config: {http2_protocol_options: {}}
      """;

  public Bootstrap {
    if (xds.toString().getBytes(StandardCharsets.UTF_8).length > SOCKET_PATH_LIMIT_BYTES) {
      throw new RunnerException(
          "the path %s is too long for a socket: set EMPORION_RUN to a short one".formatted(xds));
    }
  }

  /** Of a sidecar or the gateway. */
  public static Bootstrap of(Proxy proxy, String namespace, Address admin, Path xds) {
    return new Bootstrap(proxy.id(), proxy.workload() + "." + namespace, proxy.zone(), admin, xds);
  }

  public String yaml() {
    return TEMPLATE.formatted(
        node, cluster, zone, admin.host(), admin.port(), CONNECTION_LIMIT, HEAP_LIMIT_BYTES, xds);
  }

  public void writeTo(Path file) {
    try {
      Files.createDirectories(file.getParent());
      Path draft = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(draft, yaml());
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new RunnerException("cannot write " + file + ": " + e, e);
    }
  }

  /** The command that runs an Envoy on what {@link #writeTo} wrote; its log goes to stderr. */
  public static List<String> command(Path binary, Path bootstrap) {
    return List.of(
        binary.toString(),
        "--config-path",
        bootstrap.toString(),
        "--concurrency",
        Integer.toString(CONCURRENCY),
        // Without it, two Envoys on one machine meet in shared memory.
        "--disable-hot-restart",
        "--drain-time-s",
        Integer.toString(DRAIN_SECONDS),
        // Connections are told to go at the next answer, not spread over the time: we wait for it.
        "--drain-strategy",
        "immediate",
        // Istio's meaning of a deadline needs a field that Envoy calls deprecated at each update.
        "--component-log-level",
        "misc:error",
        "--log-level",
        "warning");
  }
}
