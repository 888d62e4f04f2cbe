package dev.emporion.mesh.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC.Action;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.ForwardClientCertDetails;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import java.util.List;
import org.junit.jupiter.api.Test;

class InboundTest {
  private static final String STRICT =
      Yaml.security("PeerAuthentication", "default", "mtls: {mode: STRICT}");
  private static final String DENY_BY_DEFAULT =
      Yaml.security("AuthorizationPolicy", "deny-by-default", "{}");

  @Test
  void strictTakesMutualTlsAndNothingElse() throws Exception {
    Listener listener = inbound(World.of(STRICT));
    assertThat(listener.getListenerFiltersList()).isEmpty();
    assertThat(listener.getFilterChainsCount()).isEqualTo(1);
    DownstreamTlsContext tls =
        listener
            .getFilterChains(0)
            .getTransportSocket()
            .getTypedConfig()
            .unpack(DownstreamTlsContext.class);
    assertThat(tls.getRequireClientCertificate().getValue()).isTrue();
    assertThat(tls.getCommonTlsContext().getTlsCertificateSdsSecretConfigs(0).getName())
        .isEqualTo("default");
    CombinedCertificateValidationContext callers =
        tls.getCommonTlsContext().getCombinedValidationContext();
    assertThat(callers.getValidationContextSdsSecretConfig().getName()).isEqualTo("ROOTCA");
    assertThat(
            callers
                .getDefaultValidationContext()
                .getMatchTypedSubjectAltNames(0)
                .getMatcher()
                .getPrefix())
        .isEqualTo("spiffe://cluster.local/");
  }

  @Test
  void whereNothingIsSaidPlainCallsAreTakenToo() {
    Listener listener = inbound(World.of());
    assertThat(listener.getListenerFilters(0).getName())
        .isEqualTo("envoy.filters.listener.tls_inspector");
    assertThat(listener.getFilterChainsList())
        .extracting(chain -> chain.getFilterChainMatch().getTransportProtocol())
        .containsExactly("tls", "raw_buffer");
    assertThat(listener.getFilterChains(0).getFilterChainMatch().getApplicationProtocolsList())
        .contains("istio");
    assertThat(listener.getFilterChains(1).hasTransportSocket()).isFalse();
  }

  @Test
  void theWorkloadsPolicyIsOverTheNamespacesAndThePortsOverBoth() {
    String own = "selector: {matchLabels: {app: orders}}\nmtls: {mode: DISABLE}\n";
    World disabled = World.of(STRICT, Yaml.security("PeerAuthentication", "orders", own));
    assertThat(inbound(disabled).getFilterChains(0).hasTransportSocket()).isFalse();
    World strictPort =
        World.of(
            STRICT,
            Yaml.security(
                "PeerAuthentication", "orders", own + "portLevelMtls: {50055: {mode: STRICT}}"));
    assertThat(inbound(strictPort).getFilterChains(0).hasTransportSocket()).isTrue();
  }

  @Test
  void whoTakesNoTlsIsCalledWithout() {
    World world =
        World.of(
            STRICT,
            Yaml.security(
                "PeerAuthentication",
                "carts",
                "selector: {matchLabels: {app: carts}}\nmtls: {mode: DISABLE}"));
    assertThat(world.endpointsOfCarts("").getEndpoints(0).getLbEndpoints(0).hasMetadata())
        .isFalse();
  }

  @Test
  void theProgramHasAsLongAsItsCallersGiveIt() {
    HttpConnectionManager manager = World.manager(inbound(World.of(STRICT)));
    assertThat(manager.getForwardClientCertDetails())
        .isEqualTo(ForwardClientCertDetails.APPEND_FORWARD);
    assertThat(manager.getStatPrefix()).isEqualTo("inbound_50055");
    RouteAction action = manager.getRouteConfig().getVirtualHosts(0).getRoutes(0).getRoute();
    assertThat(action.getCluster()).isEqualTo("inbound|50055||");
    assertThat(action.hasTimeout()).isTrue();
    assertThat(action.getTimeout()).isEqualTo(Durations.ZERO);
    assertThat(action.hasRetryPolicy()).isFalse();
  }

  @Test
  void aRequestThatAPlainHttpProgramNeverSawIsRepeated() {
    World world = World.of(STRICT);
    Listener shelf = World.listener(world.resources(world.serving("shelf", 8000)), "inbound|8000");
    RouteAction action =
        World.manager(shelf).getRouteConfig().getVirtualHosts(0).getRoutes(0).getRoute();
    assertThat(action.getRetryPolicy().getRetryOn()).isEqualTo("reset-before-request");
  }

  @Test
  void anAllowWithNoRulesLetsNobodyIn() {
    RBAC rbac = rbac(World.of(DENY_BY_DEFAULT), 0);
    assertThat(rbac.getRules().getAction()).isEqualTo(Action.ALLOW);
    Policy policy =
        rbac.getRules().getPoliciesOrThrow("ns[emporion]-policy[deny-by-default]-rule[0]");
    assertThat(policy.getPermissions(0).getNotRule().getAny()).isTrue();
    assertThat(policy.getPrincipals(0).getNotId().getAny()).isTrue();
  }

  @Test
  void denyIsAskedBeforeAllowAndOthersPoliciesAreNot() {
    World world =
        World.of(
            DENY_BY_DEFAULT,
            Yaml.security(
                "AuthorizationPolicy",
                "carts",
                "selector: {matchLabels: {app: carts}}\nrules: [{}]"),
            Yaml.security("AuthorizationPolicy", "stop", "action: DENY\nrules: [{}]"));
    assertThat(rbac(world, 0).getRules().getAction()).isEqualTo(Action.DENY);
    assertThat(rbac(world, 1).getRules().getAction()).isEqualTo(Action.ALLOW);
    assertThat(rbac(world, 1).getRules().getPoliciesMap()).hasSize(1);
  }

  @Test
  void principalsMethodsAndPathsAreMatched() {
    Policy policy =
        rule(
            """
            - from:
                - source:
                    principals: [cluster.local/ns/emporion/sa/gateway, "*/sa/carts"]
                    notNamespaces: [other*]
              to:
                - operation:
                    methods: [POST]
                    paths: [/emporion.orders.v1.OrdersService/*, "/v1/{*}/x"]
            """);
    List<Principal> callers = policy.getPrincipals(0).getAndIds().getIdsList();
    assertThat(callers.get(0).getOrIds().getIds(0).getAuthenticated().getPrincipalName().getExact())
        .isEqualTo("spiffe://cluster.local/ns/emporion/sa/gateway");
    assertThat(regex(callers.get(0).getOrIds().getIds(1))).isEqualTo("spiffe://.*/sa/carts");
    assertThat(regex(callers.get(1).getNotId().getOrIds().getIds(0))).isEqualTo(".*/ns/other.*/.*");
    List<Permission> calls = policy.getPermissions(0).getAndRules().getRulesList();
    assertThat(calls.get(0).getOrRules().getRules(0).getHeader().getStringMatch().getExact())
        .isEqualTo("POST");
    assertThat(calls.get(1).getOrRules().getRules(0).getUrlPath().getPath().getPrefix())
        .isEqualTo("/emporion.orders.v1.OrdersService/");
    assertThat(calls.get(1).getOrRules().getRules(1).hasUriTemplate()).isTrue();
  }

  @Test
  void conditionsAreOnHeadersClaimsAndPrincipals() {
    Policy policy =
        rule(
            """
            - when:
                - key: request.headers[emporion-caller]
                  values: ["admin*"]
                - key: request.auth.claims[realm][roles]
                  values: [merchant]
                - key: source.principal
                  notValues: ["*"]
            """);
    List<Principal> callers = policy.getPrincipals(0).getAndIds().getIdsList();
    assertThat(callers.get(0).getOrIds().getIds(0).getHeader().getStringMatch().getPrefix())
        .isEqualTo("admin");
    assertThat(callers.get(1).getSourcedMetadata().getMetadataMatcher().getPathList())
        .extracting(path -> path.getKey())
        .containsExactly("payload", "realm", "roles");
    assertThat(callers.get(2).hasNotId()).isTrue();
  }

  @Test
  void bytesHaveNoMethodsSoARuleOnThemAllowsNothing() throws Exception {
    World world =
        World.of(
            Yaml.security(
                "AuthorizationPolicy",
                "queue",
                """
                rules:
                  - to: [{operation: {methods: [GET]}}]
                  - from: [{source: {principals: ["*"]}}]
                """));
    Listener queue = World.listener(world.resources(world.serving("queue", 5672)), "inbound|5672");
    var rbac =
        queue
            .getFilterChains(0)
            .getFilters(0)
            .getTypedConfig()
            .unpack(io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC.class);
    assertThat(rbac.getRules().getPoliciesMap())
        .containsOnlyKeys("ns[emporion]-policy[queue]-rule[1]");
  }

  @Test
  void aTokenMayBeMissingButNotWrong() {
    World world =
        World.of(
            Yaml.security(
                "RequestAuthentication",
                "tokens",
                """
                jwtRules:
                  - issuer: https://identity.emporion.dev
                    jwks: '{"keys": []}'
                    forwardOriginalToken: true
                    outputClaimToHeaders: [{header: x-sub, claim: sub}]
                """));
    HttpConnectionManager manager = World.manager(inbound(world));
    assertThat(World.filterNames(manager)).startsWith("envoy.filters.http.jwt_authn");
    JwtAuthentication jwt =
        unpack(manager.getHttpFilters(0).getTypedConfig(), JwtAuthentication.class);
    assertThat(jwt.getProvidersOrThrow("origins-0").getLocalJwks().getInlineString())
        .isEqualTo("{\"keys\": []}");
    assertThat(jwt.getRules(0).getRequires().getRequiresAny().getRequirementsList())
        .anyMatch(requirement -> requirement.hasAllowMissing());
  }

  @Test
  void keysAreFetchedFromKnownHostsOnly() {
    String unknown =
        Yaml.security(
            "RequestAuthentication",
            "tokens",
            "jwtRules: [{issuer: me, jwksUri: 'https://keys.example/keys'}]");
    assertThat(World.of(unknown).problems())
        .singleElement()
        .asString()
        .contains("test.yaml:")
        .contains("add a ServiceEntry");
    World known =
        World.of(
            Yaml.security(
                "RequestAuthentication",
                "tokens",
                "jwtRules: [{issuer: me, jwksUri: 'http://shelf:8000/keys'}]"));
    assertThat(known.resources(known.serving("carts", 50053)).clusters())
        .extracting(cluster -> cluster.getName())
        .contains("outbound|8000||shelf.emporion.svc.cluster.local");
  }

  @Test
  void aPortIsKnownByTheListenerAndItsValueIsLookedAt() {
    Policy policy = rule("- to: [{operation: {ports: ['50055'], notPorts: ['1']}}]\n");
    List<Permission> calls = policy.getPermissions(0).getAndRules().getRulesList();
    assertThat(calls.get(0).getOrRules().getRules(0).getAny()).isTrue();
    assertThat(calls.get(1).getNotRule().getOrRules().getRules(0).getNotRule().getAny()).isTrue();
    World odd =
        World.of(
            Yaml.security(
                "AuthorizationPolicy",
                "odd",
                "rules: [{when: [{key: destination.port, values: [http]}]}]"));
    assertThat(odd.problems()).singleElement().asString().endsWith("http is no destination.port");
  }

  private static Listener inbound(World world) {
    return World.listener(world.ofOrders(), "inbound|50055");
  }

  private static RBAC rbac(World world, int index) {
    HttpConnectionManager manager = World.manager(inbound(world));
    return unpack(manager.getHttpFilters(index).getTypedConfig(), RBAC.class);
  }

  private static Policy rule(String rules) {
    World world =
        World.of(Yaml.security("AuthorizationPolicy", "orders", "rules:\n" + rules.indent(2)));
    return rbac(world, 0).getRules().getPoliciesOrThrow("ns[emporion]-policy[orders]-rule[0]");
  }

  private static String regex(Principal principal) {
    return principal.getAuthenticated().getPrincipalName().getSafeRegex().getRegex();
  }

  private static <T extends Message> T unpack(com.google.protobuf.Any any, Class<T> type) {
    try {
      return any.unpack(type);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
