package dev.emporion.mesh.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import dev.emporion.mesh.model.Resources;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers.Thresholds;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClustersTest {
  private static final String SIMULATOR = "outbound|50061||simulator.emporion.svc.cluster.local";

  @Test
  void anEnvoyIsToldOnlyOfWhatItsRoutesLeadTo() {
    World world =
        World.of(
            Yaml.networking(
                "Sidecar", "orders", "egress: [{hosts: ['./carts.emporion.svc.cluster.local']}]"));
    assertThat(world.clusterNames())
        .containsExactly("inbound|50055||", "outbound|50053||carts.emporion.svc.cluster.local");
    assertThat(world.ofOrders().listeners())
        .extracting(listener -> listener.getName())
        .containsExactly("inbound|50055", "outbound|carts:50053");
    assertThat(world.ofOrders().endpoints()).hasSize(1);
  }

  @Test
  void whereNothingIsSaidThereAreNoLimitsAndTheLeastBusyIsCalled() {
    Cluster carts = World.of().carts();
    assertThat(carts.getLbPolicy()).isEqualTo(LbPolicy.LEAST_REQUEST);
    assertThat(carts.getConnectTimeout()).isEqualTo(Durations.fromSeconds(10));
    assertThat(carts.hasOutlierDetection()).isFalse();
    Thresholds limits = carts.getCircuitBreakers().getThresholds(0);
    assertThat(limits.getMaxConnections().getValue()).isEqualTo(-1);
    assertThat(limits.getMaxRetries().getValue()).isEqualTo(-1);
    assertThat(http(carts).getExplicitHttpConfig().hasHttp2ProtocolOptions()).isTrue();
    Cluster shelf = World.of().cluster("outbound|8000||shelf.emporion.svc.cluster.local");
    assertThat(shelf.getTypedExtensionProtocolOptionsMap()).isEmpty();
  }

  @Test
  void poolsAreCircuitBreakers() {
    Cluster carts =
        with(
            """
            connectionPool:
              tcp: {maxConnections: 10, connectTimeout: 1s, tcpKeepalive: {time: 60s, probes: 3}}
              http:
                http1MaxPendingRequests: 20
                http2MaxRequests: 30
                maxRetries: 4
                maxRequestsPerConnection: 1000
                idleTimeout: 5m
            """);
    Thresholds limits = carts.getCircuitBreakers().getThresholds(0);
    assertThat(limits.getMaxConnections().getValue()).isEqualTo(10);
    assertThat(limits.getMaxPendingRequests().getValue()).isEqualTo(20);
    assertThat(limits.getMaxRequests().getValue()).isEqualTo(30);
    assertThat(limits.getMaxRetries().getValue()).isEqualTo(4);
    assertThat(carts.getConnectTimeout()).isEqualTo(Durations.fromSeconds(1));
    assertThat(carts.getUpstreamConnectionOptions().getTcpKeepalive().getKeepaliveTime().getValue())
        .isEqualTo(60);
    assertThat(http(carts).getCommonHttpProtocolOptions().getIdleTimeout())
        .isEqualTo(Durations.fromMinutes(5));
  }

  @Test
  void aPoolHoldsBeforeTheProgramToo() {
    World world =
        World.of(
            Yaml.destinationRule(
                "orders", "trafficPolicy: {connectionPool: {http: {http2MaxRequests: 7}}}"));
    Cluster program = world.cluster("inbound|50055||");
    assertThat(program.getCircuitBreakers().getThresholds(0).getMaxRequests().getValue())
        .isEqualTo(7);
  }

  @Test
  void outlierDetectionIsByErrorsInARowOnly() {
    Cluster carts =
        with(
            """
            outlierDetection:
              consecutiveGatewayErrors: 3
              consecutive5xxErrors: 0
              interval: 1s
              baseEjectionTime: 5s
              maxEjectionPercent: 50
            """);
    OutlierDetection detection = carts.getOutlierDetection();
    assertThat(detection.getEnforcingSuccessRate().getValue()).isZero();
    assertThat(detection.getConsecutiveGatewayFailure().getValue()).isEqualTo(3);
    assertThat(detection.getEnforcingConsecutiveGatewayFailure().getValue()).isEqualTo(100);
    assertThat(detection.getEnforcingConsecutive5Xx().getValue()).isZero();
    assertThat(detection.getMaxEjectionPercent().getValue()).isEqualTo(50);
    assertThat(carts.getCommonLbConfig().hasHealthyPanicThreshold()).isTrue();
    assertThat(carts.getCommonLbConfig().getHealthyPanicThreshold().getValue()).isZero();
  }

  @Test
  void balancersAreAsSaid() {
    assertThat(with("loadBalancer: {simple: ROUND_ROBIN}").getLbPolicy())
        .isEqualTo(LbPolicy.ROUND_ROBIN);
    Cluster ring = with("loadBalancer: {consistentHash: {useSourceIp: true}}");
    assertThat(ring.getLbPolicy()).isEqualTo(LbPolicy.RING_HASH);
    assertThat(ring.getRingHashLbConfig().getMinimumRingSize().getValue()).isEqualTo(1024);
  }

  @Test
  void aSubsetReplacesPartsAndAPortReplacesAll() {
    World world =
        World.of(
            Yaml.destinationRule(
                "carts",
                """
                trafficPolicy:
                  loadBalancer: {simple: ROUND_ROBIN}
                  connectionPool: {tcp: {maxConnections: 10}}
                  portLevelSettings:
                    - port: {number: 9}
                      loadBalancer: {simple: RANDOM}
                subsets:
                  - name: v1
                    labels: {version: v1}
                    trafficPolicy: {connectionPool: {tcp: {maxConnections: 5}}}
                  - name: v2
                    labels: {version: v2}
                    trafficPolicy:
                      portLevelSettings:
                        - port: {number: 50053}
                          loadBalancer: {simple: RANDOM}
                """),
            Yaml.virtualService(
                "carts",
                """
                - route:
                    - {destination: {host: carts, subset: v1}, weight: 1}
                    - {destination: {host: carts, subset: v2}, weight: 99}
                """));
    Cluster v1 = world.cluster("outbound|50053|v1|carts.emporion.svc.cluster.local");
    assertThat(v1.getLbPolicy()).isEqualTo(LbPolicy.ROUND_ROBIN);
    assertThat(v1.getCircuitBreakers().getThresholds(0).getMaxConnections().getValue())
        .isEqualTo(5);
    Cluster v2 = world.cluster("outbound|50053|v2|carts.emporion.svc.cluster.local");
    assertThat(v2.getLbPolicy()).isEqualTo(LbPolicy.RANDOM);
    assertThat(v2.getCircuitBreakers().getThresholds(0).getMaxConnections().getValue())
        .isEqualTo(-1);
    assertThat(addresses(world.endpointsOfCarts("v2"))).containsExactly("127.9.1.2");
  }

  @Test
  void tlsIsMutualToSidecarsAndToTheServicesOwnIdentityOnly() throws Exception {
    Cluster carts = World.of().carts();
    assertThat(carts.getTransportSocketMatchesList())
        .extracting(Cluster.TransportSocketMatch::getName)
        .containsExactly("tlsMode-istio", "tlsMode-disabled");
    UpstreamTlsContext tls =
        carts
            .getTransportSocketMatches(0)
            .getTransportSocket()
            .getTypedConfig()
            .unpack(UpstreamTlsContext.class);
    assertThat(tls.getSni()).isEqualTo("outbound_.50053_._.carts.emporion.svc.cluster.local");
    assertThat(tls.getCommonTlsContext().getAlpnProtocolsList()).containsExactly("istio", "h2");
    assertThat(
            tls.getCommonTlsContext()
                .getCombinedValidationContext()
                .getDefaultValidationContext()
                .getMatchTypedSubjectAltNames(0)
                .getMatcher()
                .getExact())
        .isEqualTo("spiffe://cluster.local/ns/emporion/sa/carts");
    ClusterLoadAssignment endpoints = World.of().endpointsOfCarts("");
    assertThat(endpoints.getEndpoints(0).getLbEndpoints(0).getMetadata().getFilterMetadataMap())
        .containsKey("envoy.transport_socket_match");
  }

  @Test
  void whatHasNoSidecarIsCalledPlainly() {
    Resources resources = World.of().ofOrders();
    ClusterLoadAssignment simulator =
        resources.endpoints().stream()
            .filter(endpoints -> endpoints.getClusterName().equals(SIMULATOR))
            .findFirst()
            .orElseThrow();
    assertThat(simulator.getEndpoints(0).getLbEndpoints(0).hasMetadata()).isFalse();
    Cluster disabled =
        World.of(Yaml.destinationRule("simulator", "trafficPolicy: {tls: {mode: DISABLE}}"))
            .cluster(SIMULATOR);
    assertThat(disabled.hasTransportSocket()).isFalse();
    assertThat(disabled.getTransportSocketMatchesList()).isEmpty();
  }

  @Test
  void onlyReadyInstancesTakeCalls() {
    assertThat(addresses(World.of().endpointsOfCarts("")))
        .containsExactly("127.9.1.1", "127.9.1.2");
  }

  @Test
  void fartherZonesWaitOnlyWhereInstancesAreEjected() {
    assertThat(World.of().endpointsOfCarts("").getEndpointsList())
        .extracting(LocalityLbEndpoints::getPriority)
        .containsExactly(0, 0);
    String detection = "trafficPolicy: {outlierDetection: {consecutive5xxErrors: 3}}";
    World ejecting = World.of(Yaml.destinationRule("carts", detection)).callersIn("b");
    assertThat(ejecting.endpointsOfCarts("").getEndpointsList())
        .extracting(place -> place.getLocality().getZone(), LocalityLbEndpoints::getPriority)
        .containsExactly(tuple("a", 1), tuple("b", 0));
  }

  @Test
  void sharesOfPlacesAreAsSaid() {
    World world =
        World.of(
                Yaml.destinationRule(
                    "carts",
                    """
                trafficPolicy:
                  loadBalancer:
                    localityLbSetting:
                      distribute:
                        - from: eu/a/*
                          to: {"eu/a/*": 90, "eu/b/*": 10}
                """))
            .callersIn("eu/a");
    assertThat(world.carts().getCommonLbConfig().hasLocalityWeightedLbConfig()).isTrue();
  }

  @Test
  void aServiceEntryIsAHostLikeOthers() {
    World world =
        World.of(
            Yaml.networking(
                "ServiceEntry",
                "bank",
                """
                hosts: [api.bank.example]
                location: MESH_EXTERNAL
                resolution: DNS
                ports: [{number: 443, name: https, protocol: HTTP2}]
                """),
            Yaml.destinationRule("api.bank.example", "trafficPolicy: {tls: {mode: SIMPLE}}"),
            Yaml.virtualService(
                "carts",
                "- route: [{destination: {host: api.bank.example, port: {number: 443}}}]"));
    Cluster bank = world.cluster("outbound|443||api.bank.example");
    assertThat(bank.getType()).isEqualTo(Cluster.DiscoveryType.STRICT_DNS);
    assertThat(bank.getTransportSocket().getName()).isEqualTo("envoy.transport_sockets.tls");
    assertThat(http(bank).getUpstreamHttpProtocolOptions().getAutoSanValidation()).isTrue();
  }

  private static List<String> addresses(ClusterLoadAssignment endpoints) {
    return endpoints.getEndpointsList().stream()
        .flatMap(place -> place.getLbEndpointsList().stream())
        .map(endpoint -> endpoint.getEndpoint().getAddress().getSocketAddress().getAddress())
        .toList();
  }

  private static Cluster with(String policy) {
    return World.of(Yaml.destinationRule("carts", "trafficPolicy:\n" + policy.indent(2))).carts();
  }

  private static HttpProtocolOptions http(Cluster cluster) {
    try {
      return cluster
          .getTypedExtensionProtocolOptionsOrThrow(
              "envoy.extensions.upstreams.http.v3.HttpProtocolOptions")
          .unpack(HttpProtocolOptions.class);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
