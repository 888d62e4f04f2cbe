package dev.emporion.mesh.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster.ClusterWeight;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import org.junit.jupiter.api.Test;

class RoutesTest {
  private static final String CARTS = "outbound|50053||carts.emporion.svc.cluster.local";
  private static final String SUBSETS =
      Yaml.destinationRule(
          "carts",
          """
          subsets:
            - name: v1
              labels: {version: v1}
            - name: v2
              labels: {version: v2}
          """);

  @Test
  void whereNothingIsSaidThereIsNoTimeLimitAndTwoRetries() {
    RouteAction action = World.of().routeToCarts().getRoute();
    assertThat(action.getCluster()).isEqualTo(CARTS);
    assertThat(action.getTimeout()).isEqualTo(Durations.ZERO);
    assertThat(action.hasTimeout()).isTrue();
    RetryPolicy retries = action.getRetryPolicy();
    assertThat(retries.getNumRetries().getValue()).isEqualTo(2);
    assertThat(retries.getRetryOn())
        .isEqualTo("connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes");
    assertThat(retries.getHostSelectionRetryMaxAttempts()).isEqualTo(5);
    assertThat(retries.getRetryHostPredicateList())
        .extracting(RetryPolicy.RetryHostPredicate::getName)
        .containsExactly("envoy.retry_host_predicates.previous_hosts");
  }

  @Test
  void theNameThatTheProgramWouldHaveSaidIsPutBack() {
    assertThat(World.of().routeToCarts().getRoute().getHostRewriteLiteral())
        .isEqualTo("carts:50053");
  }

  @Test
  void attemptsOfZeroAreNoRetries() {
    RouteAction action = to("  retries: {attempts: 0}").getRoute();
    assertThat(action.hasRetryPolicy()).isFalse();
  }

  @Test
  void statusCodesAmongTheConditionsAreRetriable() {
    RetryPolicy retries =
        to("""
            timeout: 3s
            retries: {attempts: 4, perTryTimeout: 750ms, retryOn: "reset, 503,unavailable", backoff: 10ms}
          """)
            .getRoute()
            .getRetryPolicy();
    assertThat(retries.getRetryOn()).isEqualTo("reset,unavailable,retriable-status-codes");
    assertThat(retries.getRetriableStatusCodesList()).containsExactly(503);
    assertThat(retries.getPerTryTimeout()).isEqualTo(Durations.fromMillis(750));
    assertThat(retries.getRetryBackOff().getBaseInterval()).isEqualTo(Durations.fromMillis(10));
  }

  @Test
  @SuppressWarnings("deprecation")
  void whatAClientAsksForDoesNotStretchTheRoutesTime() {
    RouteAction action = to("  timeout: 3s").getRoute();
    assertThat(action.getTimeout()).isEqualTo(Durations.fromSeconds(3));
    assertThat(action.getMaxGrpcTimeout()).isEqualTo(Durations.fromSeconds(3));
  }

  @Test
  void weightsAreOverSubsets() {
    Route route =
        World.of(
                SUBSETS,
                Yaml.virtualService(
                    "carts",
                    """
                    - route:
                        - destination: {host: carts, subset: v1}
                          weight: 80
                        - destination: {host: carts, subset: v2}
                          weight: 20
                        - destination: {host: carts}
                          weight: 0
                    """))
            .routeToCarts();
    assertThat(route.getRoute().getWeightedClusters().getClustersList())
        .extracting(ClusterWeight::getName, weight -> weight.getWeight().getValue())
        .containsExactly(
            tuple("outbound|50053|v1|carts.emporion.svc.cluster.local", 80),
            tuple("outbound|50053|v2|carts.emporion.svc.cluster.local", 20));
  }

  @Test
  void matchesAreTriedInOrderAndNothingComesAfterTheOneForAll() {
    World world =
        World.of(
            SUBSETS,
            Yaml.virtualService(
                "carts",
                """
                - name: beta
                  match:
                    - headers: {emporion-beta: {exact: "yes"}}
                      method: {exact: POST}
                    - uri: {exact: /emporion.carts.v1.CartsService/GetCart}
                      withoutHeaders: {emporion-old: {}}
                  route:
                    - destination: {host: carts, subset: v2}
                - name: rest
                  route:
                    - destination: {host: carts, subset: v1}
                - name: never
                  route:
                    - destination: {host: carts}
                """));
    assertThat(world.routesToCarts())
        .extracting(Route::getName)
        .containsExactly("beta", "beta", "rest");
    Route first = world.routeToCarts();
    assertThat(first.getMatch().getHeaders(0).getName()).isEqualTo("emporion-beta");
    assertThat(first.getMatch().getHeaders(1).getName()).isEqualTo(":method");
    Route second = world.routesToCarts().get(1);
    assertThat(second.getMatch().getPath()).isEqualTo("/emporion.carts.v1.CartsService/GetCart");
    assertThat(second.getMatch().getHeaders(0).getInvertMatch()).isTrue();
    assertThat(second.getMatch().getHeaders(0).getPresentMatch()).isTrue();
  }

  @Test
  void aMatchOnTheAuthorityIsDecidedByTheNameThatWasCalled() {
    World world =
        World.of(
            Yaml.virtualService(
                "carts",
                """
                - name: other
                  match: [{authority: {exact: "carts.emporion:50053"}}]
                  route: [{destination: {host: carts}}]
                - name: ours
                  match: [{authority: {prefix: "carts:"}}]
                  route: [{destination: {host: carts}}]
                """));
    assertThat(world.routesToCarts()).extracting(Route::getName).containsExactly("ours");
    assertThat(world.routeToCarts().getMatch().getHeadersCount()).isZero();
  }

  @Test
  void aMatchForOtherCallersIsNotOurs() {
    World world =
        World.of(
            Yaml.virtualService(
                "carts",
                """
                - name: theirs
                  match: [{sourceLabels: {app: pricing}}]
                  route: [{destination: {host: carts}}]
                - name: ours
                  match: [{sourceLabels: {app: orders}}]
                  route: [{destination: {host: carts}}]
                """));
    assertThat(world.routesToCarts()).extracting(Route::getName).containsExactly("ours");
  }

  @Test
  void faultsArePerRoute() throws Exception {
    HTTPFault fault =
        to("""
            fault:
              delay: {fixedDelay: 200ms, percentage: {value: 12.5}}
              abort: {grpcStatus: UNAVAILABLE, percentage: {value: 33}}
          """)
            .getTypedPerFilterConfigOrThrow("envoy.filters.http.fault")
            .unpack(HTTPFault.class);
    assertThat(fault.getAbort().getGrpcStatus()).isEqualTo(14);
    assertThat(fault.getAbort().getPercentage().getNumerator()).isEqualTo(330_000);
    assertThat(fault.getDelay().getFixedDelay()).isEqualTo(Durations.fromMillis(200));
    assertThat(fault.getDelay().getPercentage().getNumerator()).isEqualTo(125_000);
  }

  @Test
  void aFaultChangesRoutesOnly() {
    World without =
        World.of(Yaml.virtualService("carts", "- route: [{destination: {host: carts}}]"));
    World with =
        World.of(
            Yaml.virtualService(
                "carts",
                """
                - fault: {abort: {httpStatus: 503, percentage: {value: 100}}}
                  route: [{destination: {host: carts}}]
                """));
    assertThat(with.ofOrders().listeners()).isEqualTo(without.ofOrders().listeners());
    assertThat(with.ofOrders().clusters()).isEqualTo(without.ofOrders().clusters());
    assertThat(with.ofOrders().routes()).isNotEqualTo(without.ofOrders().routes());
  }

  @Test
  void mirrorsGetTheirShareAndAreNotTraced() {
    RouteAction action =
        to("""
            mirrors:
              - destination: {host: shelf}
                percentage: {value: 10}
              - destination: {host: simulator}
                percentage: {value: 0}
          """)
            .getRoute();
    assertThat(action.getRequestMirrorPoliciesList())
        .singleElement()
        .satisfies(
            mirror -> {
              assertThat(mirror.getCluster())
                  .isEqualTo("outbound|8000||shelf.emporion.svc.cluster.local");
              assertThat(mirror.getRuntimeFraction().getDefaultValue().getNumerator())
                  .isEqualTo(100_000);
              assertThat(mirror.getTraceSampled().getValue()).isFalse();
            });
  }

  @Test
  void pathsHeadersAndHostsAreRewritten() {
    Route route =
        to(
            """
            rewrite: {uri: /new, authority: other}
            headers:
              request:
                set: {x-b: "2"}
                add: {x-a: "1"}
                remove: [x-c]
              response:
                remove: [server]
          """);
    assertThat(route.getRoute().getPrefixRewrite()).isEqualTo("/new");
    assertThat(route.getRoute().getHostRewriteLiteral()).isEqualTo("other");
    assertThat(route.getRequestHeadersToAddList())
        .extracting(header -> header.getHeader().getKey(), HeaderValueOption::getAppendAction)
        .containsExactly(
            tuple("x-b", HeaderValueOption.HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD),
            tuple("x-a", HeaderValueOption.HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD));
    assertThat(route.getRequestHeadersToRemoveList()).containsExactly("x-c");
    assertThat(route.getResponseHeadersToRemoveList()).containsExactly("server");
  }

  @Test
  void anEnvoyAnswersByItself() {
    World world =
        World.of(
            Yaml.virtualService(
                "shelf",
                """
                - match: [{uri: {prefix: /old}}]
                  redirect: {uri: /new, redirectCode: 308, port: 80}
                - match: [{uri: {exact: /healthz}}]
                  directResponse: {status: 200, body: {string: ok}}
                - route: [{destination: {host: shelf}}]
                """));
    Route redirect = world.routes("outbound|shelf:8000").get(0);
    assertThat(redirect.getRedirect().getPathRedirect()).isEqualTo("/new");
    assertThat(redirect.getRedirect().getPortRedirect()).isZero();
    Route fixed = world.routes("outbound|shelf:8000").get(1);
    assertThat(fixed.getDirectResponse().getBody().getInlineString()).isEqualTo("ok");
  }

  @Test
  void corsIsPerRoute() throws Exception {
    CorsPolicy cors =
        to("""
            corsPolicy:
              allowOrigins: [{exact: "https://shop.example"}]
              allowMethods: [GET, POST]
              maxAge: 10m
          """)
            .getTypedPerFilterConfigOrThrow("envoy.filters.http.cors")
            .unpack(CorsPolicy.class);
    assertThat(cors.getAllowOriginStringMatch(0).getExact()).isEqualTo("https://shop.example");
    assertThat(cors.getAllowMethods()).isEqualTo("GET,POST");
    assertThat(cors.getMaxAge()).isEqualTo("600");
    assertThat(cors.getForwardNotMatchingPreflights().getValue()).isTrue();
  }

  @Test
  void aHashPicksTheInstanceAndRetriesStayWithIt() {
    RouteAction action =
        World.of(
                Yaml.destinationRule(
                    "carts",
                    """
                    trafficPolicy:
                      loadBalancer: {consistentHash: {httpHeaderName: emporion-caller}}
                    """),
                Yaml.virtualService("carts", "- route: [{destination: {host: carts}}]"))
            .routeToCarts()
            .getRoute();
    assertThat(action.getHashPolicy(0).getHeader().getHeaderName()).isEqualTo("emporion-caller");
    assertThat(action.getRetryPolicy().getRetryHostPredicateCount()).isZero();
  }

  @Test
  void whatIsNotThereIsNamedWithItsLine() {
    assertThat(
            World.of(
                    Yaml.virtualService(
                        "carts",
                        """
                        - route:
                            - destination: {host: carts, subset: v9}
                              weight: 50
                            - destination: {host: cart}
                              weight: 50
                        """))
                .problems())
        .containsExactly(
            "test.yaml:10: spec.http[0].route[0].destination: there is no subset v9",
            "test.yaml:12: spec.http[0].route[1].destination: no service is called cart");
  }

  /** Orders' route to carts, with these fields, two in, beside its destination. */
  private static Route to(String fields) {
    String http = "- route: [{destination: {host: carts}}]\n" + fields;
    return World.of(Yaml.virtualService("carts", http)).routeToCarts();
  }
}
