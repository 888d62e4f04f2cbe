package dev.emporion.mesh.istio;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VirtualServiceTest {

  @Test
  void aRouteIsReadWithAllThatCanBeSaidOfIt() {
    var route =
        onlyRoute(
            """
            - name: saga
              match:
                - uri: {prefix: /emporion.orders.v1.OrdersService/}
                  method: {exact: POST}
                  headers: {x-canary: {exact: "true"}, x-any: {}}
                  withoutHeaders: {x-bot: {regex: "b.*"}}
                  queryParams: {q: {prefix: a}}
                  sourceLabels: {app: edge}
                  port: 50055
              route:
                - destination: {host: orders, subset: v1, port: {number: 50055}}
                  weight: 80
                - destination: {host: orders, subset: v2, port: {number: 50055}}
                  weight: 20
                  headers: {response: {add: {x-version: v2}}}
              timeout: 5s
              retries:
                attempts: 2
                perTryTimeout: 0.5s
                retryOn: connect-failure, refused-stream,503
              fault:
                delay: {fixedDelay: 2s, percentage: {value: 10}}
                abort: {grpcStatus: UNAVAILABLE, percentage: {value: 0.5}}
              mirrors:
                - destination: {host: orders, subset: v2}
                  percentage: {value: 100}
              rewrite: {authority: orders.example}
              headers: {request: {set: {x-a: b}, remove: [x-c]}}
              corsPolicy:
                allowOrigins: [{exact: https://shop.example}]
                allowMethods: [GET, POST]
                maxAge: 10m
            """);
    var match = route.match().getFirst();
    assertThat(match.uri()).contains(new StringMatch.Prefix("/emporion.orders.v1.OrdersService/"));
    assertThat(match.headers())
        .containsEntry("x-canary", new StringMatch.Exact("true"))
        .containsEntry("x-any", new StringMatch.Present());
    assertThat(match.withoutHeaders()).containsEntry("x-bot", new StringMatch.Regex("b.*"));
    assertThat(route.route()).map(to -> to.weight().orElseThrow()).containsExactly(80, 20);
    assertThat(route.route().getFirst().destination().subset()).contains("v1");
    assertThat(route.timeout()).contains(Duration.ofSeconds(5));
    var retries = route.retries().orElseThrow();
    assertThat(retries.attempts()).isEqualTo(2);
    assertThat(retries.perTryTimeout()).contains(Duration.ofMillis(500));
    assertThat(retries.where()).hasToString("a.yaml:24: spec.http[0].retries");
    var abort = route.fault().orElseThrow().abort().orElseThrow();
    assertThat(abort.grpcStatus()).contains("UNAVAILABLE");
    assertThat(abort.percentage()).contains(0.5);
    assertThat(route.mirrors().getFirst().destination().subset()).contains("v2");
    assertThat(route.headers().orElseThrow().request().remove()).containsExactly("x-c");
    assertThat(route.corsPolicy().orElseThrow().maxAge()).contains(Duration.ofMinutes(10));
  }

  @Test
  void theOlderFormOfAMirrorIsTheSame() {
    var route =
        onlyRoute(
            """
            - route: [{destination: {host: orders}}]
              mirror: {host: orders, subset: v2}
              mirrorPercentage: {value: 5}
            """);
    assertThat(route.mirrors().getFirst().percentage()).contains(5.0);
  }

  @Test
  void aRouteMayRedirectOrAnswer() {
    var routes =
        http(
            """
            - match: [{uri: {exact: /}}]
              redirect: {uri: /docs, redirectCode: 308}
            - directResponse: {status: 404, body: {string: nothing here}}
            """);
    assertThat(routes.getFirst().redirect().orElseThrow().redirectCode()).contains(308);
    assertThat(routes.get(1).directResponse().orElseThrow().body()).contains("nothing here");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "retires: {attempts: 1} | .retires: not translated; did you mean retries?",
        "retries: {} | .retries: attempts is missing",
        "retries: {attempts: 1, retryOn: 'reset,unavailble'} | .retries.retryOn: \"unavailble\" is"
            + " no condition of Envoy's; did you mean unavailable?",
        "timeout: 5 | .timeout: must be a duration such as 1.5s, 200ms or 1h30m, not 5 (unquoted)",
        "fault: {} | .fault: one of delay, abort is missing",
        "fault: {abort: {httpStatus: 700}} | .fault.abort.httpStatus: must be a whole number from"
            + " 200 to 599, not 700 (unquoted)",
        "fault: {delay: {fixedDelay: 1s, percentage: {value: 101}}} |"
            + " .fault.delay.percentage.value: must be a number from 0 to 100, not 101 (unquoted)",
        "redirect: {uri: /a} | .redirect: not together with route",
        "mirrorPercentage: {value: 1} | .mirrorPercentage: belongs to mirror, which is missing",
        "match: [{uri: {exact: a, prefix: b}}] | .match[0].uri.prefix: not together with exact",
        "match: [{uri: {regex: '(?=a)'}}] | .match[0].uri.regex: must be a regular expression as"
            + " RE2 reads it, not \"(?=a)\"",
        "match: {uri: {exact: a}} | .match: must be a list",
        "delegate: {name: b} | .delegate: not translated",
        "name: | .name: has no value: give it one, or drop it",
      })
  void aWrongFieldIsRefusedWhereItStands(String field, String problem) {
    assertThat(
            Read.problems(
                VirtualService.class,
                "hosts: [a]\nhttp:\n  - route: [{destination: {host: a}}]\n    " + field + "\n"))
        .containsExactly("a.yaml:9: spec.http[0]" + problem);
  }

  @Test
  void severalDestinationsWantTheirWeights() {
    assertThat(
            Read.problems(
                VirtualService.class,
                """
                hosts: [a]
                http:
                  - route:
                      - destination: {host: a}
                      - {destination: {host: b}, weight: 10}
                """))
        .containsExactly(
            "a.yaml:8: spec.http[0].route: with several destinations each needs a weight");
  }

  @Test
  void tcpAndTlsRoutesAreNotTranslated() {
    assertThat(
            Read.problems(
                VirtualService.class,
                "hosts: [a]\ntcp: [{route: [{destination: {host: a}}]}]\ntls: [{}]\n"))
        .containsExactly(
            "a.yaml:5: spec: http is missing",
            "a.yaml:7: spec.tcp: not translated",
            "a.yaml:8: spec.tls: not translated");
  }

  private static HttpRoute onlyRoute(String http) {
    return http(http).getFirst();
  }

  private static List<HttpRoute> http(String http) {
    return Read.spec(VirtualService.class, "hosts: [orders]\nhttp:\n" + http.indent(2)).http();
  }
}
