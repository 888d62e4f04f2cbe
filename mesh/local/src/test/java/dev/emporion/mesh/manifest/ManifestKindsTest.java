package dev.emporion.mesh.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.mesh.manifest.Container.EnvFrom;
import dev.emporion.mesh.manifest.Container.EnvValue;
import dev.emporion.mesh.model.Registry.Protocol;
import dev.emporion.mesh.yaml.Problem;
import dev.emporion.mesh.yaml.Problems;
import dev.emporion.mesh.yaml.YamlParser;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestKindsTest {
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: orders}
      spec:
        replicas: 2
        revisionHistoryLimit: 3
        selector: {matchLabels: {app: orders}}
        template:
          metadata:
            labels: {app: orders, version: v1}
            annotations: {traffic.sidecar.istio.io/excludeOutboundPorts: "5432"}
          spec:
            serviceAccountName: orders
            enableServiceLinks: false
            terminationGracePeriodSeconds: 45
            securityContext: {runAsNonRoot: true}
            initContainers:
              - name: migrate
                image: emporion/orders
                args: [migrate]
                resources: {limits: {memory: 256Mi}}
            containers:
              - name: orders
                image: emporion/orders
                args: [serve]
                env:
                  - {name: LISTEN_ADDRESS, value: "0.0.0.0:50055"}
                  - name: DATABASE_URL
                    valueFrom: {secretKeyRef: {name: orders-database, key: url}}
                  - name: LOG_LEVEL
                    valueFrom: {configMapKeyRef: {name: logs, key: level, optional: true}}
                  - name: POD
                    valueFrom: {fieldRef: {fieldPath: metadata.name}}
                envFrom:
                  - {prefix: A_, configMapRef: {name: logs}}
                  - secretRef: {name: keys}
                ports: [{name: grpc, containerPort: 50055}]
                startupProbe: {grpc: {port: 50055}, periodSeconds: 1, failureThreshold: 60}
                readinessProbe: {httpGet: {port: grpc, path: /healthz}}
                livenessProbe: {tcpSocket: {port: 50055}, timeoutSeconds: 5}
                lifecycle: {preStop: {sleep: {seconds: 5}}}
                volumeMounts: [{name: tmp, mountPath: /tmp}]
            volumes: [{name: tmp, emptyDir: {}}]
      """;

  @Test
  void aDeploymentIsReadWithAllThatConcernsALaptop() {
    Workload workload = only(Workload.class, DEPLOYMENT);
    assertThat(workload.serviceAccount()).isEqualTo("orders");
    assertThat(workload.labels()).isEqualTo(Map.of("app", "orders", "version", "v1"));
    assertThat(workload.instances()).isEqualTo(2);
    assertThat(workload.terminationGracePeriodSeconds()).isEqualTo(45);
    assertThat(workload.hasSidecar()).isTrue();
    assertThat(workload.initContainers().getFirst().args()).containsExactly("migrate");
    Container container = workload.containers().getFirst();
    assertThat(container.env())
        .map(Container.EnvVar::value)
        .containsExactly(
            new EnvValue.Literal("0.0.0.0:50055"),
            new EnvValue.SecretKey("orders-database", "url", false),
            new EnvValue.ConfigKey("logs", "level", true),
            new EnvValue.PodField("metadata.name"));
    assertThat(container.preStopSleepSeconds()).isEqualTo(5);
    assertThat(container.startupProbe().orElseThrow().failureThreshold()).isEqualTo(60);
    assertThat(container.readinessProbe().orElseThrow().check())
        .isEqualTo(new Probe.HttpGet(50055, "/healthz"));
    assertThat(container.livenessProbe().orElseThrow().timeoutSeconds()).isEqualTo(5);
  }

  @Test
  void referencesToConfigMapsBecomeTheirValues() {
    ConfigMap logs =
        only(
            ConfigMap.class,
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: logs}
            data: {level: debug, format: json}
            """);
    Problems problems = new Problems();
    Container container =
        only(Workload.class, DEPLOYMENT)
            .resolvedFrom(List.of(logs), problems)
            .containers()
            .getFirst();
    assertThat(problems.sorted()).isEmpty();
    assertThat(container.env())
        .filteredOn(variable -> variable.value() instanceof EnvValue.Literal)
        .map(variable -> variable.name() + "=" + ((EnvValue.Literal) variable.value()).text())
        .containsExactlyInAnyOrder(
            "A_level=debug", "A_format=json", "LISTEN_ADDRESS=0.0.0.0:50055", "LOG_LEVEL=debug");
    assertThat(container.envFrom()).map(EnvFrom::source).containsExactly("keys");
  }

  @Test
  void anAutoscalersMinimumCountsWhereTheDeploymentSaysNothing() {
    Autoscaler autoscaler =
        only(
            Autoscaler.class,
            """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: orders}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: orders}
              minReplicas: 3
              maxReplicas: 9
              metrics: []
            """);
    List<Autoscaler> all = List.of(autoscaler);
    String silent = DEPLOYMENT.replace("  replicas: 2\n", "");
    assertThat(only(Workload.class, silent).scaledBy(all).instances()).isEqualTo(3);
    assertThat(only(Workload.class, DEPLOYMENT).scaledBy(all).instances()).isEqualTo(2);
    assertThat(only(Workload.class, silent).instances()).isEqualTo(1);
  }

  @Test
  void aServiceIsReadWithProtocolsByAppProtocolOrName() {
    ServiceManifest service =
        only(
            ServiceManifest.class,
            service(
                """
                - {name: grpc, port: 50055, targetPort: grpc, appProtocol: grpc}
                - {name: http-docs, port: 50059}
                - {name: https, port: 8443, targetPort: 443}
                """));
    assertThat(service.ports())
        .map(ServiceManifest.Port::protocol)
        .containsExactly(Protocol.GRPC, Protocol.HTTP, Protocol.TCP);
    Problems problems = new Problems();
    ServiceManifest resolved =
        service.resolvedFrom(List.of(only(Workload.class, DEPLOYMENT)), problems);
    assertThat(problems.sorted()).isEmpty();
    assertThat(resolved.ports())
        .map(port -> port.targetPort().number())
        .containsExactly(50055, 50059, 443);
  }

  @Test
  void aPortOfUnknownProtocolIsRefusedInsteadOfGuessed() {
    assertThat(problems(service("- {name: main, port: 1}\n- {port: 2, appProtocol: redis}\n")))
        .containsExactly(
            "a.yaml:7: spec.ports[0]: wants an appProtocol, such as grpc: guessing from the bytes"
                + " is not translated",
            "a.yaml:8: spec.ports[1].appProtocol: must be one of grpc, http, http2,"
                + " kubernetes.io/h2c, https, tls, tcp, not \"redis\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "enableServiceLinks: false | enableServiceLinks: true | a.yaml:14:"
            + " spec.template.spec.enableServiceLinks: must be false: a cluster would add settings"
            + " of its own otherwise",
        "args: [serve] | command: [java] | a.yaml:25: spec.template.spec.containers[0].command: not"
            + " translated",
        "port: grpc | port: http | a.yaml:39:"
            + " spec.template.spec.containers[0].readinessProbe.httpGet.port: no port of the"
            + " container is called http",
        "fieldPath: metadata.name | fieldPath: spec.nodeName | a.yaml:33:"
            + " spec.template.spec.containers[0].env[3].valueFrom.fieldRef.fieldPath: must be one of"
            + " metadata.name, metadata.namespace, metadata.labels['x'], status.podIP,"
            + " spec.serviceAccountName, not \"spec.nodeName\"",
        "sleep: {seconds: 5} | exec: {command: [a]} | a.yaml:41:"
            + " spec.template.spec.containers[0].lifecycle.preStop: sleep is missing",
        "{name: LISTEN_ADDRESS, value: \"0.0.0.0:50055\"} | {name: POD, value: 5} | a.yaml:27:"
            + " spec.template.spec.containers[0].env[0].value: must be text, not 5 (unquoted)",
        "version: v1 | version: 1.0 | a.yaml:10: spec.template.metadata.labels.version: must be"
            + " text, not 1.0 (unquoted)",
        "selector: {matchLabels: {app: orders}} | selector: {matchLabels: {app: order}} | a.yaml:7:"
            + " spec.selector: does not match the labels of the template",
        "revisionHistoryLimit: 3 | paused: true | a.yaml:6: spec.paused: not translated",
        "serviceAccountName: orders | hostNetwork: true | a.yaml:12: spec.template.spec:"
            + " serviceAccountName is missing",
      })
  void aWrongFieldIsRefusedWhereItStands(String right, String wrong, String problem) {
    assertThat(DEPLOYMENT).contains(right);
    assertThat(problems(DEPLOYMENT.replace(right, wrong))).contains(problem);
  }

  @Test
  void kindsOfAClusterArePassedOverAndOthersRefused() {
    assertThat(
            problems(
                """
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                spec: {anything: 1}
                ---
                apiVersion: batch/v1
                kind: Job
                metadata: {name: a}
                """))
        .containsExactly("a.yaml:6: kind: Job is not translated");
  }

  @Test
  void whoHasNoSidecarSaysSo() {
    Workload simulator =
        only(
            Workload.class,
            DEPLOYMENT.replace("version: v1", "version: v1, sidecar.istio.io/inject: \"false\""));
    assertThat(simulator.hasSidecar()).isFalse();
    Workload gateway =
        only(
            Workload.class,
            DEPLOYMENT.replace(
                "traffic.sidecar.istio.io/excludeOutboundPorts: \"5432\"",
                "inject.istio.io/templates: gateway"));
    assertThat(gateway.isGateway()).isTrue();
    assertThat(gateway.hasSidecar()).isFalse();
  }

  private static String service(String ports) {
    return """
    apiVersion: v1
    kind: Service
    metadata: {name: orders}
    spec:
      selector: {app: orders}
      ports:
    """
        + ports.indent(4);
  }

  private static <T extends Manifest> T only(Class<T> kind, String text) {
    Problems problems = new Problems();
    List<Manifest> manifests = read(text, problems);
    assertThat(problems.sorted()).isEmpty();
    return kind.cast(manifests.getFirst());
  }

  private static List<String> problems(String text) {
    Problems problems = new Problems();
    read(text, problems);
    return problems.sorted().stream().map(Problem::toString).toList();
  }

  private static List<Manifest> read(String text, Problems problems) {
    return new YamlParser("a.yaml", problems)
        .parse(text).stream()
            .flatMap(document -> ManifestKinds.ALL.read(document, problems).stream())
            .toList();
  }
}
