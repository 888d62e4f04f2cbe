package dev.emporion.mesh.istio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.mesh.istio.EnvoyFilter.ApplyTo;
import dev.emporion.mesh.istio.EnvoyFilter.Context;
import dev.emporion.mesh.istio.EnvoyFilter.Operation;
import dev.emporion.mesh.istio.Telemetry.CustomTag;
import dev.emporion.mesh.yaml.Problems;
import dev.emporion.mesh.yaml.Reading;
import dev.emporion.mesh.yaml.YamlParser;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OtherKindsTest {

  @Test
  void aGatewayIsReadWithItsServers() {
    var gateway =
        Read.spec(
            Gateway.class,
            """
            selector: {istio: emporion-gateway}
            servers:
              - port: {number: 8080, name: http, protocol: HTTP}
                hosts: ["*"]
              - port: {number: 8443, name: https, protocol: HTTPS}
                hosts: [shop.example]
                tls:
                  mode: SIMPLE
                  credentialName: gateway-certificate
                  minProtocolVersion: TLSV1_3
            """);
    assertThat(gateway.servers()).map(server -> server.port().number()).containsExactly(8080, 8443);
    assertThat(gateway.servers().get(1).tls().orElseThrow().minProtocolVersion())
        .contains(Gateway.TlsVersion.TLSV1_3);
  }

  @Test
  void aServerWithTlsWantsACertificate() {
    assertThat(
            Read.problems(
                Gateway.class,
                """
                selector: {a: b}
                servers:
                  - port: {number: 1, name: a, protocol: HTTPS}
                    hosts: ["*"]
                  - port: {number: 2, name: b, protocol: HTTPS}
                    hosts: ["*"]
                    tls: {mode: SIMPLE}
                  - port: {number: 3, name: c, protocol: TCP}
                    hosts: ["*"]
                """))
        .containsExactly(
            "a.yaml:8: spec.servers[0].port: HTTPS wants tls",
            "a.yaml:12: spec.servers[1].tls: credentialName is missing",
            "a.yaml:13: spec.servers[2].port.protocol: must be one of HTTP, HTTP2, GRPC, HTTPS,"
                + " not \"TCP\"");
  }

  @Test
  void aServiceEntryIsReadWithItsEndpoints() {
    var entry =
        Read.spec(
            ServiceEntry.class,
            """
            hosts: [provider.example]
            ports: [{number: 443, name: grpc, protocol: GRPC, targetPort: 8443}]
            location: MESH_EXTERNAL
            resolution: STATIC
            endpoints:
              - address: 192.0.2.1
                ports: {grpc: 9443}
                locality: eu/a
                weight: 2
            """);
    assertThat(entry.ports().getFirst().targetPort()).contains(8443);
    assertThat(entry.endpoints().getFirst().ports()).containsEntry("grpc", 9443);
  }

  @Test
  void endpointsBySelectorAreNotTranslated() {
    assertThat(
            Read.problems(
                ServiceEntry.class,
                """
                hosts: [a.example]
                ports: [{number: 80, name: http, protocol: HTTP}]
                resolution: STATIC
                workloadSelector: {labels: {a: b}}
                """))
        .containsExactly(
            "a.yaml:8: spec.resolution: STATIC wants endpoints",
            "a.yaml:9: spec.workloadSelector: not translated");
  }

  @Test
  void aSidecarIsReadWithWhatItMayReach() {
    var sidecar =
        Read.spec(
            Sidecar.class,
            """
            workloadSelector: {labels: {app: orders}}
            outboundTrafficPolicy: {mode: REGISTRY_ONLY}
            egress:
              - hosts: [./carts.emporion.svc.cluster.local]
              - hosts: ["~/*"]
            """);
    assertThat(sidecar.egressHosts().orElseThrow())
        .map(host -> host.namespace() + " " + host.host())
        .containsExactly(". carts.emporion.svc.cluster.local", "~ *");
    assertThat(Read.spec(Sidecar.class, "{}").egressHosts()).isEmpty();
  }

  @Test
  void aHostWithoutNamespaceAndIngressAreRefused() {
    assertThat(Read.problems(Sidecar.class, "egress: [{hosts: [carts]}]\ningress: [{}]\n"))
        .containsExactly(
            "a.yaml:6: spec.egress[0].hosts[0]: must be namespace/host, such as"
                + " ./orders.emporion.svc.cluster.local, not \"carts\"",
            "a.yaml:7: spec.ingress: not translated; did you mean egress?");
  }

  @Test
  void aTelemetryIsReadWithLogsAndSpans() {
    var telemetry =
        Read.spec(
            Telemetry.class,
            """
            accessLogging:
              - providers: [{name: access-log}]
                filter: {expression: response.code >= 400}
              - match: {mode: CLIENT}
                disabled: true
            tracing:
              - providers: [{name: traces}]
                randomSamplingPercentage: 0.5
                customTags:
                  shop: {literal: {value: emporion}}
                  caller: {header: {name: emporion-caller, defaultValue: nobody}}
            """);
    assertThat(telemetry.accessLogging().getFirst().filter()).contains("response.code >= 400");
    assertThat(telemetry.accessLogging().get(1).mode()).isEqualTo(Telemetry.Mode.CLIENT);
    var tracing = telemetry.tracing().getFirst();
    assertThat(tracing.randomSamplingPercentage()).contains(0.5);
    assertThat(tracing.customTags())
        .containsEntry("shop", new CustomTag.Literal("emporion"))
        .containsEntry("caller", new CustomTag.Header("emporion-caller", Optional.of("nobody")));
    assertThat(Read.problems(Telemetry.class, "metrics: [{}]"))
        .containsExactly("a.yaml:6: spec.metrics: not translated");
  }

  @Test
  void anEnvoyFilterKeepsItsValueAsItIs() {
    var filter =
        Read.spec(
            EnvoyFilter.class,
            """
            workloadSelector: {labels: {istio: emporion-gateway}}
            priority: 10
            configPatches:
              - applyTo: HTTP_FILTER
                match:
                  context: GATEWAY
                  listener:
                    portNumber: 8080
                    filterChain:
                      filter:
                        name: envoy.filters.network.http_connection_manager
                        subFilter: {name: envoy.filters.http.router}
                patch:
                  operation: INSERT_BEFORE
                  value: {name: a, typed_config: {"@type": t, max: 3}}
              - applyTo: CLUSTER
                match: {cluster: {service: a.emporion.svc.cluster.local}}
                patch: {operation: REMOVE}
            """);
    var patch = filter.configPatches().getFirst();
    assertThat(patch.applyTo()).isEqualTo(ApplyTo.HTTP_FILTER);
    assertThat(patch.match().context()).isEqualTo(Context.GATEWAY);
    assertThat(patch.match().listener().orElseThrow().subFilter())
        .contains("envoy.filters.http.router");
    assertThat(patch.patch().value().orElseThrow().json())
        .isEqualTo("{\"name\":\"a\",\"typed_config\":{\"@type\":\"t\",\"max\":3}}");
    assertThat(filter.configPatches().get(1).patch().operation()).isEqualTo(Operation.REMOVE);
  }

  @Test
  void aPatchThatCannotBeIsRefused() {
    assertThat(
            Read.problems(
                EnvoyFilter.class,
                """
                configPatches:
                  - applyTo: BOOTSTRAP
                    match: {listener: {}, cluster: {}, proxy: {}}
                    patch: {operation: MERGE}
                """))
        .containsExactly(
            "a.yaml:7: spec.configPatches[0].applyTo: must be one of LISTENER, NETWORK_FILTER,"
                + " HTTP_FILTER, ROUTE_CONFIGURATION, VIRTUAL_HOST, HTTP_ROUTE, CLUSTER, not"
                + " \"BOOTSTRAP\"",
            "a.yaml:8: spec.configPatches[0].match.cluster: not together with listener",
            "a.yaml:8: spec.configPatches[0].match.proxy: not translated",
            "a.yaml:9: spec.configPatches[0].patch: value is missing");
  }

  @Test
  void theConfigurationOfTheMeshIsReadWithItsProviders() {
    MeshConfig config =
        meshConfig(
            """
            extensionProviders:
              - name: access-log
                envoyFileAccessLog:
                  path: /dev/stdout
                  logFormat: {labels: {status: "%RESPONSE_CODE%"}}
              - name: traces
                opentelemetry: {service: otel.emporion.svc.cluster.local, port: 4317}
              - name: logs
                envoyOtelAls: {service: otel.emporion.svc.cluster.local, port: 4317}
            defaultProviders: {accessLogging: [access-log]}
            defaultConfig: {holdApplicationUntilProxyStarts: true, terminationDrainDuration: 40s}
            outboundTrafficPolicy: {mode: REGISTRY_ONLY}
            trustDomain: cluster.local
            accessLogEncoding: JSON
            defaultHttpRetryPolicy: {attempts: 0}
            """,
            new Problems());
    assertThat(config.extensionProviders())
        .map(MeshConfig.ExtensionProvider::name)
        .containsExactly("access-log", "traces", "logs");
    assertThat(config.extensionProviders().get(1)).isInstanceOf(MeshConfig.OpenTelemetry.class);
    assertThat(config.defaultHttpRetryPolicy().orElseThrow().attempts()).isZero();
  }

  @Test
  void aProviderOfAnotherMakeIsRefused() {
    Problems problems = new Problems();
    meshConfig("extensionProviders: [{name: z, zipkin: {port: 1}}]\n", problems);
    assertThat(problems.sorted())
        .map(Object::toString)
        .containsExactly(
            "a.yaml:1: extensionProviders[0]: one of opentelemetry, envoyOtelAls,"
                + " envoyFileAccessLog is missing",
            "a.yaml:1: extensionProviders[0].zipkin: not translated");
  }

  private static MeshConfig meshConfig(String text, Problems problems) {
    return Reading.read(
        new YamlParser("a.yaml", problems).parse(text).getFirst(),
        problems,
        MeshConfigReader::read);
  }
}
