package dev.emporion.mesh.istio;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DestinationRuleTest {

  @Test
  void allPartsOfATrafficPolicyAreRead() {
    var rule =
        Read.spec(
            DestinationRule.class,
            """
            host: orders
            trafficPolicy:
              loadBalancer:
                simple: LEAST_REQUEST
                localityLbSetting:
                  enabled: true
                  failover: [{from: a, to: b}]
                warmup: {duration: 10s, minimumPercent: 20}
              connectionPool:
                tcp:
                  maxConnections: 100
                  connectTimeout: 1s
                  tcpKeepalive: {time: 30s}
                http: {http2MaxRequests: 4000, maxRetries: 100, idleTimeout: 0s}
              outlierDetection:
                consecutive5xxErrors: 0
                consecutiveGatewayErrors: 3
                interval: 1s
                baseEjectionTime: 5s
                maxEjectionPercent: 50
              tls: {mode: ISTIO_MUTUAL}
              portLevelSettings:
                - port: {number: 50059}
                  tls: {mode: DISABLE}
            subsets:
              - name: v2
                labels: {version: v2}
                trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}
            """);
    var policy = rule.trafficPolicy().orElseThrow();
    assertThat(policy.loadBalancer().orElseThrow().simple())
        .contains(LoadBalancer.Simple.LEAST_REQUEST);
    assertThat(policy.loadBalancer().orElseThrow().warmup().orElseThrow().minimumPercent())
        .contains(20.0);
    var pool = policy.connectionPool().orElseThrow();
    assertThat(pool.tcp().orElseThrow().tcpKeepalive().orElseThrow().time())
        .contains(Duration.ofSeconds(30));
    assertThat(pool.http().orElseThrow().http2MaxRequests()).contains(4000);
    assertThat(pool.http().orElseThrow().idleTimeout()).contains(Duration.ZERO);
    assertThat(pool.http().orElseThrow().http1MaxPendingRequests()).isEmpty();
    assertThat(policy.outlierDetection().orElseThrow().consecutive5xxErrors()).contains(0);
    assertThat(policy.portLevelSettings().getFirst().tls().orElseThrow().mode())
        .isEqualTo(ClientTls.Mode.DISABLE);
    assertThat(rule.subsets().getFirst().labels()).isEqualTo(Map.of("version", "v2"));
  }

  @Test
  void aHashKeepsACustomerAtAnInstance() {
    var rule =
        Read.spec(
            DestinationRule.class,
            """
            host: carts
            trafficPolicy:
              loadBalancer:
                consistentHash:
                  httpCookie: {name: cart, ttl: 0s}
                  ringHash: {minimumRingSize: 1024}
            """);
    var hash = rule.trafficPolicy().orElseThrow().loadBalancer().orElseThrow().consistentHash();
    assertThat(hash.orElseThrow().httpCookie().orElseThrow().ttl()).contains(Duration.ZERO);
    assertThat(hash.orElseThrow().minimumRingSize()).contains(1024L);
  }

  @Test
  void everyWrongFieldIsToldAtOnceWithItsLine() {
    assertThat(
            Read.problems(
                DestinationRule.class,
                """
                hosts: orders
                trafficPolicy:
                  loadBalancer:
                    simple: LEAST_REQUESTS
                    consistentHash: {httpHeaderName: a, useSourceIp: true}
                    localityLbSetting:
                      distribute: [{from: a, to: {b: 80}}]
                  connectionPool:
                    tcp: {maxConnections: -1, connectTimeout: 1}
                    http: {maxRetries: "3", h2MaxRequests: 5}
                  outlierDetection: {consecutiveErrors: 5, maxEjectionPercent: 101}
                  tls: []
                exportTo: ["."]
                """))
        .containsExactly(
            "a.yaml:5: spec: host is missing",
            "a.yaml:6: spec.hosts: not translated; did you mean host?",
            "a.yaml:9: spec.trafficPolicy.loadBalancer.simple: must be one of UNSPECIFIED,"
                + " LEAST_CONN, RANDOM, ROUND_ROBIN, LEAST_REQUEST, not"
                + " \"LEAST_REQUESTS\"",
            "a.yaml:10: spec.trafficPolicy.loadBalancer.consistentHash.useSourceIp: not together"
                + " with httpHeaderName",
            "a.yaml:10: spec.trafficPolicy.loadBalancer.consistentHash: not together with simple",
            "a.yaml:12: spec.trafficPolicy.loadBalancer.localityLbSetting.distribute[0].to: must"
                + " add up to 100, not 80",
            "a.yaml:14: spec.trafficPolicy.connectionPool.tcp.maxConnections: must be a whole"
                + " number from 0 on, not -1 (unquoted)",
            "a.yaml:14: spec.trafficPolicy.connectionPool.tcp.connectTimeout: must be a duration"
                + " of at least 1ms, such as 1.5s or 1h30m, not 1 (unquoted)",
            "a.yaml:15: spec.trafficPolicy.connectionPool.http.maxRetries: must be a whole number"
                + " from 0 on, not \"3\"",
            "a.yaml:15: spec.trafficPolicy.connectionPool.http.h2MaxRequests: not translated; did"
                + " you mean http2MaxRequests?",
            "a.yaml:16: spec.trafficPolicy.outlierDetection.maxEjectionPercent: must be a whole"
                + " number from 0 to 100, not 101 (unquoted)",
            "a.yaml:16: spec.trafficPolicy.outlierDetection.consecutiveErrors: not translated; did"
                + " you mean consecutive5xxErrors?",
            "a.yaml:17: spec.trafficPolicy.tls: must be an object",
            "a.yaml:18: spec.exportTo: not translated");
  }
}
