package dev.emporion.mesh.istio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.mesh.istio.AuthorizationPolicy.Action;
import dev.emporion.mesh.istio.PeerAuthentication.Mode;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecurityTest {

  @Test
  void anAuthorizationPolicyIsReadWithAllItsRules() {
    var policy =
        Read.spec(
            AuthorizationPolicy.class,
            """
            selector:
              matchLabels: {app: orders}
            action: DENY
            rules:
              - from:
                  - source:
                      principals: [cluster.local/ns/emporion/sa/gateway]
                      notNamespaces: [other]
                  - source: {ipBlocks: [10.0.0.0/8], notRemoteIpBlocks: ["::1"]}
                to:
                  - operation:
                      methods: [POST]
                      paths: ["/emporion.orders.v1.OrdersService/*"]
                      notPorts: ["50055"]
                when:
                  - key: request.auth.claims[roles][admin]
                    values: ["yes"]
                  - key: request.headers[emporion-caller]
                    notValues: ["*"]
              - {}
            """);
    assertThat(policy.selector()).isEqualTo(Map.of("app", "orders"));
    assertThat(policy.action()).isEqualTo(Action.DENY);
    var rule = policy.rules().getFirst();
    assertThat(rule.from().getFirst().principals())
        .containsExactly("cluster.local/ns/emporion/sa/gateway");
    assertThat(rule.from().getFirst().notNamespaces()).containsExactly("other");
    assertThat(rule.from().get(1).ipBlocks()).containsExactly("10.0.0.0/8");
    assertThat(rule.to().getFirst().notPorts()).containsExactly(50055);
    assertThat(rule.when()).extracting("values").asString().contains("yes");
    assertThat(rule.where()).hasToString("a.yaml:10: spec.rules[0]");
    assertThat(policy.rules().get(1).from()).isEmpty();
  }

  @Test
  void aPolicyThatSaysNothingAllowsNothing() {
    var policy = Read.spec(AuthorizationPolicy.class, "{}");
    assertThat(policy.action()).isEqualTo(Action.ALLOW);
    assertThat(policy.rules()).isEmpty();
  }

  @Test
  void emptyListsAreRefusedBecauseTheyWouldLetEverybodyIn() {
    assertThat(
            Read.problems(
                AuthorizationPolicy.class,
                """
                rules:
                  - from: []
                  - from:
                      - source: {}
                """))
        .containsExactly(
            "a.yaml:7: spec.rules[0].from: is empty: say what belongs there, or drop it",
            "a.yaml:9: spec.rules[1].from[0].source: one of principals, notPrincipals,"
                + " requestPrincipals, notRequestPrincipals, namespaces, notNamespaces, ipBlocks,"
                + " notIpBlocks, remoteIpBlocks, notRemoteIpBlocks is missing");
  }

  @Test
  void whatIsNoPrincipalPortOrAttributeIsRefused() {
    assertThat(
            Read.problems(
                AuthorizationPolicy.class,
                """
                action: AUDIT
                rules:
                  - from:
                      - source: {principals: ["spiffe://cluster.local/ns/emporion/sa/a"]}
                    to:
                      - operation: {ports: [80]}
                    when:
                      - key: request.header[a]
                """))
        .containsExactly(
            "a.yaml:6: spec.action: must be one of ALLOW, DENY, not \"AUDIT\"",
            "a.yaml:9: spec.rules[0].from[0].source.principals[0]: must be a principal such as"
                + " cluster.local/ns/emporion/sa/orders, without spiffe://, not"
                + " \"spiffe://cluster.local/ns/emporion/sa/a\"",
            "a.yaml:11: spec.rules[0].to[0].operation.ports[0]: must be a port as text, such as"
                + " \"50055\", not 80 (unquoted)",
            "a.yaml:13: spec.rules[0].when[0].key: must be an attribute of Istio's, such as"
                + " request.headers[x] or request.auth.claims[x], not \"request.header[a]\"",
            "a.yaml:13: spec.rules[0].when[0]: one of values, notValues is missing");
  }

  @Test
  void aPeerAuthenticationIsReadWithItsPorts() {
    var policy =
        Read.spec(
            PeerAuthentication.class,
            """
            selector: {matchLabels: {app: edge}}
            mtls: {mode: STRICT}
            portLevelMtls:
              50059: {mode: PERMISSIVE}
            """);
    assertThat(policy.mtls()).contains(Mode.STRICT);
    assertThat(policy.portLevelMtls()).isEqualTo(Map.of(50059, Mode.PERMISSIVE));
  }

  @Test
  void portsOfAWholeNamespaceAreRefused() {
    assertThat(Read.problems(PeerAuthentication.class, "portLevelMtls:\n  80: {mode: DISABLE}\n"))
        .containsExactly(
            "a.yaml:6: spec.portLevelMtls: wants a selector: a namespace has no ports");
  }

  @Test
  void aRequestAuthenticationIsReadWithItsKeys() {
    var policy =
        Read.spec(
            RequestAuthentication.class,
            """
            jwtRules:
              - issuer: https://shop.example
                audiences: [shop]
                jwks: '{"keys": []}'
                fromHeaders:
                  - {name: x-token, prefix: "Token "}
                forwardOriginalToken: true
                outputClaimToHeaders:
                  - {header: x-sub, claim: sub}
            """);
    var rule = policy.jwtRules().getFirst();
    assertThat(rule.jwks()).contains("{\"keys\": []}");
    assertThat(rule.fromHeaders().getFirst().prefix()).contains("Token ");
    assertThat(rule.outputClaimToHeaders().getFirst().claim()).isEqualTo("sub");
  }

  @Test
  void aRuleWithoutKeysOrWithBrokenOnesIsRefused() {
    assertThat(
            Read.problems(
                RequestAuthentication.class,
                """
                jwtRules:
                  - issuer: a
                  - issuer: b
                    jwks: "keys"
                """))
        .containsExactly(
            "a.yaml:7: spec.jwtRules[0]: one of jwks, jwksUri is missing",
            "a.yaml:9: spec.jwtRules[1].jwks: must be a JSON Web Key Set, as text, not \"keys\"");
  }
}
