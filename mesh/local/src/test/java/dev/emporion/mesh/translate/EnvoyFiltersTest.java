package dev.emporion.mesh.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvoyFiltersTest {
  private static final String MANAGER =
      "listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager%s}}}";

  @Test
  void anHttpFilterIsPutWhereItIsSaid() {
    assertThat(filters(filter("INSERT_FIRST", ""))).startsWith("envoy.filters.http.buffer");
    assertThat(filters(filter("INSERT_BEFORE", ", subFilter: {name: envoy.filters.http.router}")))
        .endsWith("envoy.filters.http.buffer", "envoy.filters.http.router");
    assertThat(filters(filter("INSERT_AFTER", ", subFilter: {name: envoy.filters.http.fault}")))
        .containsSubsequence("envoy.filters.http.fault", "envoy.filters.http.buffer");
    assertThat(filters(filter("INSERT_AFTER", ", subFilter: {name: absent}")))
        .doesNotContain("envoy.filters.http.buffer");
    assertThat(filters(filter("REMOVE", ", subFilter: {name: envoy.filters.http.cors}")))
        .doesNotContain("envoy.filters.http.cors");
  }

  @Test
  void aFilterForOneSideLeavesTheOtherAlone() {
    World world = World.of(filter("INSERT_FIRST", ""));
    HttpConnectionManager outbound =
        World.manager(World.listener(world.ofOrders(), "outbound|carts:50053"));
    assertThat(World.filterNames(outbound)).doesNotContain("envoy.filters.http.buffer");
  }

  @Test
  void theConnectionManagerIsMergedAndADurationReplaced() {
    World world =
        World.of(
            Yaml.envoyFilter(
                """
                - applyTo: NETWORK_FILTER
                  match:
                    context: SIDECAR_INBOUND
                    %s
                  patch:
                    operation: MERGE
                    value:
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                        max_request_headers_kb: 12
                        stream_idle_timeout: 0.5s
                        common_http_protocol_options: {max_headers_count: 100}
                """
                    .formatted(MANAGER.formatted(""))));
    HttpConnectionManager manager =
        World.manager(World.listener(world.ofOrders(), "inbound|50055"));
    assertThat(manager.getMaxRequestHeadersKb().getValue()).isEqualTo(12);
    assertThat(manager.getStreamIdleTimeout()).isEqualTo(Durations.fromMillis(500));
    assertThat(manager.getHttpFiltersCount()).isEqualTo(4);
  }

  @Test
  void aRouteIsMergedByItsName() {
    World world =
        World.of(
            Yaml.virtualService(
                "carts",
                """
                - name: one
                  match: [{uri: {prefix: /one}}]
                  route: [{destination: {host: carts}}]
                - name: two
                  route: [{destination: {host: carts}}]
                """),
            Yaml.envoyFilter(
                """
                - applyTo: HTTP_ROUTE
                  match:
                    context: SIDECAR_OUTBOUND
                    routeConfiguration:
                      name: "50053"
                      vhost:
                        name: carts.emporion.svc.cluster.local:50053
                        route: {name: two}
                  patch:
                    operation: MERGE
                    value: {route: {idleTimeout: 7s}}
                """));
    assertThat(world.routesToCarts())
        .extracting(route -> route.getRoute().getIdleTimeout())
        .containsExactly(Durations.ZERO, Durations.fromSeconds(7));
    assertThat(world.routes("outbound|shelf:8000"))
        .extracting(Route::getName)
        .containsExactly("default");
  }

  @Test
  void clustersAreMergedAddedAndRemoved() {
    World world =
        World.of(
            Yaml.envoyFilter(
                """
                - applyTo: CLUSTER
                  match: {context: SIDECAR_OUTBOUND, cluster: {service: carts.emporion.svc.cluster.local}}
                  patch: {operation: MERGE, value: {per_connection_buffer_limit_bytes: 4096}}
                - applyTo: CLUSTER
                  match: {context: SIDECAR_OUTBOUND, cluster: {portNumber: 8000}}
                  patch: {operation: REMOVE}
                - applyTo: CLUSTER
                  match: {context: SIDECAR_OUTBOUND}
                  patch: {operation: ADD, value: {name: extra, connect_timeout: 1s}}
                """));
    assertThat(world.carts().getPerConnectionBufferLimitBytes().getValue()).isEqualTo(4096);
    assertThat(world.ofOrders().clusters())
        .extracting(Cluster::getName)
        .contains("extra")
        .noneMatch(name -> name.contains("shelf"));
  }

  @Test
  void aFieldOrTypeThatEnvoyDoesNotHaveIsNamedWithItsLine() {
    World field =
        World.of(
            Yaml.envoyFilter(
                """
                - applyTo: CLUSTER
                  match: {context: SIDECAR_OUTBOUND}
                  patch:
                    operation: MERGE
                    value:
                      connect_timeout: 1s
                      circuit_breaker: {}
                """));
    assertThat(field.problems())
        .singleElement()
        .asString()
        .startsWith("test.yaml:14: spec.configPatches[0].patch.value.circuit_breaker: ");
    World type =
        World.of(
            Yaml.envoyFilter(
                """
                - applyTo: HTTP_FILTER
                  match: {context: SIDECAR_INBOUND}
                  patch:
                    operation: INSERT_FIRST
                    value:
                      name: x
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.filters.http.none.v3.None
                """));
    assertThat(type.problems()).singleElement().asString().contains("http.none.v3.None");
  }

  private static List<String> filters(String envoyFilter) {
    return World.filterNames(
        World.manager(World.listener(World.of(envoyFilter).ofOrders(), "inbound|50055")));
  }

  private static String filter(String operation, String subFilter) {
    String value =
        """
            value:
              name: envoy.filters.http.buffer
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer
                max_request_bytes: 1024
        """;
    return Yaml.envoyFilter(
        """
        - applyTo: HTTP_FILTER
          match:
            context: SIDECAR_INBOUND
            %s
          patch:
            operation: %s
        %s"""
            .formatted(
                MANAGER.formatted(subFilter), operation, operation.equals("REMOVE") ? "" : value));
  }
}
