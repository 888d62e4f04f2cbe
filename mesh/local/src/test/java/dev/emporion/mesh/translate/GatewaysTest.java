package dev.emporion.mesh.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.mesh.model.Resources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.VirtualHost.TlsRequirementType;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import org.junit.jupiter.api.Test;

class GatewaysTest {
  static final String GATEWAY =
      Yaml.networking(
          "Gateway",
          "gateway",
          """
          selector: {istio: gateway}
          servers:
            - port: {number: 8080, name: http, protocol: HTTP}
              hosts: ["*"]
            - port: {number: 8443, name: https, protocol: HTTPS}
              hosts: ["*"]
              tls: {mode: SIMPLE, credentialName: gateway-certificate}
          """);

  private static final String TO_CARTS =
      Yaml.networking(
          "VirtualService",
          "carts-public",
          """
          hosts: ["*"]
          gateways: [gateway]
          http:
            - name: carts
              match: [{uri: {prefix: /emporion.carts.v1.CartsService/}}]
              route: [{destination: {host: carts}}]
          """);

  private static final String TO_SHELF =
      Yaml.networking(
          "VirtualService",
          "a-shelf-for-the-rest",
          """
          hosts: ["*"]
          gateways: [emporion/gateway, mesh]
          http:
            - route: [{destination: {host: shelf}}]
          """);

  @Test
  void eachPortOfTheGatewayIsAListener() throws Exception {
    Resources resources = resources(World.of(GATEWAY, TO_CARTS));
    assertThat(resources.listeners())
        .extracting(Listener::getName)
        .containsExactly("gateway|8080", "gateway|8443");
    DownstreamTlsContext tls =
        World.listener(resources, "gateway|8443")
            .getFilterChains(0)
            .getTransportSocket()
            .getTypedConfig()
            .unpack(DownstreamTlsContext.class);
    assertThat(tls.getCommonTlsContext().getTlsCertificateSdsSecretConfigs(0).getName())
        .isEqualTo("gateway-certificate");
    HttpConnectionManager manager = World.manager(World.listener(resources, "gateway|8080"));
    assertThat(manager.getUseRemoteAddress().getValue()).isTrue();
    assertThat(manager.getCodecType()).isEqualTo(HttpConnectionManager.CodecType.AUTO);
  }

  @Test
  void routesOfAllVirtualServicesComeTogetherAndTheOneForAllIsLast() {
    Resources resources = resources(World.of(GATEWAY, TO_SHELF, TO_CARTS));
    VirtualHost host = routes(resources, "gateway|8080").getVirtualHosts(0);
    assertThat(host.getDomainsList()).containsExactly("*");
    assertThat(host.getRoutesList())
        .extracting(route -> route.getRoute().getCluster())
        .containsExactly(
            "outbound|50053||carts.emporion.svc.cluster.local",
            "outbound|8000||shelf.emporion.svc.cluster.local");
    Route first = host.getRoutes(0);
    assertThat(first.getRoute().hasHostRewriteLiteral()).isFalse();
    assertThat(resources.clusters()).extracting(Cluster::getName).hasSize(2);
  }

  @Test
  void aVirtualServiceOfTheMeshIsNotTheGateways() {
    World world =
        World.of(GATEWAY, Yaml.virtualService("carts", "- route: [{destination: {host: carts}}]"));
    assertThat(routes(resources(world), "gateway|8080").getVirtualHosts(0).getRoutesList())
        .isEmpty();
  }

  @Test
  void aPlainPortMaySendEveryoneToTls() {
    World world =
        World.of(
            Yaml.networking(
                "Gateway",
                "gateway",
                """
                selector: {istio: gateway}
                servers:
                  - port: {number: 8080, name: http, protocol: HTTP}
                    hosts: [shop.example]
                    tls: {httpsRedirect: true}
                """),
            TO_CARTS);
    assertThat(routes(resources(world), "gateway|8080").getVirtualHosts(0))
        .satisfies(
            host -> {
              assertThat(host.getDomainsList()).containsExactly("shop.example");
              assertThat(host.getRequireTls()).isEqualTo(TlsRequirementType.ALL);
            });
  }

  @Test
  void rulesForAllPodsHoldForTheGatewayToo() {
    World world = World.of(GATEWAY, TO_CARTS, Yaml.security("AuthorizationPolicy", "nobody", "{}"));
    HttpConnectionManager manager = World.manager(World.listener(resources(world), "gateway|8080"));
    assertThat(World.filterNames(manager)).startsWith("envoy.filters.http.rbac");
  }

  private static Resources resources(World world) {
    return world.resources(world.gateway());
  }

  private static RouteConfiguration routes(Resources resources, String name) {
    return resources.routes().stream()
        .filter(routes -> routes.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
