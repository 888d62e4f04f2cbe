package dev.emporion.mesh.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every word of Istio's that we translate, in one mesh, and a real Envoy's opinion of it. */
class EverythingTest {
  private static final String RULE =
      Yaml.destinationRule(
          "carts",
          """
          trafficPolicy:
            loadBalancer:
              simple: LEAST_REQUEST
              warmup: {duration: 10s}
              localityLbSetting: {failoverPriority: [version]}
            connectionPool:
              tcp: {maxConnections: 10, connectTimeout: 1s, maxConnectionDuration: 1h, idleTimeout: 1h}
              http: {http2MaxRequests: 30, maxRetries: 4, maxConcurrentStreams: 100}
            outlierDetection:
              splitExternalLocalOriginErrors: true
              consecutiveLocalOriginFailures: 3
              consecutive5xxErrors: 3
              interval: 1s
          subsets:
            - name: v1
              labels: {version: v1}
              trafficPolicy:
                loadBalancer: {consistentHash: {httpCookie: {name: user, ttl: 0s}}}
            - name: v2
              labels: {version: v2}
          """);

  private static final String ROUTES =
      Yaml.virtualService(
          "carts",
          """
          - name: first
            match:
              - headers: {emporion-beta: {regex: "y.*"}, "@request.auth.claims[group]": {exact: a}}
                queryParams: {q: {exact: "1"}}
                scheme: {exact: http}
                ignoreUriCase: true
                uri: {prefix: /x}
            fault:
              delay: {fixedDelay: 200ms, percentage: {value: 1}}
              abort: {httpStatus: 503, percentage: {value: 1}}
            corsPolicy: {allowOrigins: [{prefix: "https://"}], allowCredentials: true}
            mirrors: [{destination: {host: shelf}, percentage: {value: 5}}]
            rewrite: {uriRegexRewrite: {match: "^/x(.*)", rewrite: '/\\1'}}
            headers: {response: {set: {x-a: b}}}
            retries: {attempts: 3, retryOn: "reset,503", perTryTimeout: 1s, retryRemoteLocalities: true}
            route:
              - {destination: {host: carts, subset: v1}, weight: 30, headers: {request: {set: {host: a}}}}
              - {destination: {host: carts, subset: v2}, weight: 70}
          - route: [{destination: {host: carts, subset: v2}}]
            timeout: 1s
          """);

  private static final String[] SECURITY = {
    Yaml.security(
        "PeerAuthentication",
        "orders",
        "selector: {matchLabels: {app: orders}}\nmtls: {mode: STRICT}"),
    Yaml.security(
        "RequestAuthentication",
        "tokens",
        """
        jwtRules:
          - issuer: one
            # The example of RFC 7517.
            jwks: >-
              {"keys": [{"kty": "EC", "crv": "P-256",
              "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
              "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}
            fromHeaders: [{name: x-token, prefix: "T "}]
          - {issuer: two, jwksUri: "http://shelf:8000/keys", fromParams: [token], fromCookies: [t]}
        """),
    Yaml.security(
        "AuthorizationPolicy",
        "rules",
        """
        action: DENY
        rules:
          - from:
              - source:
                  principals: ["*/sa/x"]
                  requestPrincipals: ["*", "iss/*", "*/sub", "pre*", "*suf", "a/b"]
                  notIpBlocks: [10.0.0.0/8, 192.168.0.1]
                  remoteIpBlocks: ["10.0.0.0/8"]
            to:
              - operation:
                  hosts: ["*.example", "a*"]
                  ports: ["50055"]
                  notPaths: ["/a/{*}/b", "/c/{**}", "*.d"]
            when:
              - {key: "request.headers[x]", values: ["*"]}
              - {key: "request.auth.claims[a][b]", values: [c, "d*"], notValues: [e]}
              - {key: request.auth.audiences, values: [f]}
              - {key: connection.sni, values: ["g*"]}
              - {key: destination.ip, notValues: [127.0.0.9]}
        """)
  };

  private static final String ENTRY =
      Yaml.networking(
          "ServiceEntry",
          "bank",
          """
          hosts: [api.bank.example]
          location: MESH_EXTERNAL
          resolution: STATIC
          ports: [{number: 443, name: https, protocol: HTTP2}]
          endpoints:
            - {address: 127.0.0.1, ports: {https: 8444}, locality: eu/a}
            - {address: 127.0.0.2, ports: {https: 8444}, weight: 3}
          """);

  @TempDir Path folder;

  @Test
  void aRealEnvoyTakesAllOfIt() throws Exception {
    World world =
        World.of(RULE, ROUTES, ENTRY, ObservabilityTest.TELEMETRY, GatewaysTest.GATEWAY)
            .with(SECURITY)
            .with(
                Yaml.networking(
                    "VirtualService",
                    "public",
                    """
                    hosts: ["*"]
                    gateways: [gateway]
                    http:
                      - match: [{uri: {prefix: /bank}, port: 8443}]
                        route: [{destination: {host: api.bank.example}}]
                      - match: [{authority: {prefix: shop.}}]
                        redirect: {uri: /x, authority: other, scheme: https, port: 444}
                      - route: [{destination: {host: carts, subset: v1}}]
                    """),
                Yaml.destinationRule("api.bank.example", "trafficPolicy: {tls: {mode: SIMPLE}}"),
                Yaml.destinationRule(
                    "shelf",
                    """
                    trafficPolicy:
                      loadBalancer: {consistentHash: {maglev: {tableSize: 101}, useSourceIp: true}}
                      connectionPool: {http: {useClientProtocol: true}}
                    """))
            .meshConfig(ObservabilityTest.PROVIDERS);
    EnvoyValidation envoy = new EnvoyValidation(folder);
    envoy.accepts("orders", world.resources(world.orders()));
    envoy.accepts("shelf", world.resources(world.serving("shelf", 8000)));
    envoy.accepts("queue", world.resources(world.serving("queue", 5672)));
    envoy.accepts("gateway", world.resources(world.gateway()));
  }

  @Test
  void theSameYamlGivesTheSameBytes() {
    World one = World.of(RULE, ROUTES, ENTRY).with(SECURITY);
    World other = World.of(RULE, ROUTES, ENTRY).with(SECURITY);
    assertThat(one.ofOrders()).isEqualTo(other.ofOrders());
  }
}
