package dev.emporion.mesh.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.mesh.yaml.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFilesTest {
  private static final String ISTIO = "mesh/istio/orders/rules.yaml";
  @TempDir Path root;

  @BeforeEach
  void aSystemOfTwoServices() throws IOException {
    Files.createDirectories(root.resolve("mesh/istio"));
    deploy("orders", 50055);
    deploy("carts", 50053);
  }

  @Test
  void aFolderOfRightFilesIsAConfiguration() throws IOException {
    write(ISTIO, virtualService("orders", "orders.emporion.svc.cluster.local", ""));
    write(
        "mesh/cluster/meshconfig.yaml",
        "extensionProviders: [{name: a, envoyFileAccessLog: {path: /dev/stdout}}]\n");
    Config config = ((ConfigResult.Valid) read()).config();
    assertThat(config.istio().virtualServices()).hasSize(1);
    assertThat(config.istio().meshConfig().extensionProviders()).hasSize(1);
    assertThat(config.workload("orders")).isPresent();
    assertThat(config.service("carts").orElseThrow().ports().getFirst().targetPort().number())
        .isEqualTo(50053);
  }

  @Test
  void theProblemsOfAllFilesAreToldAtOnceByFileAndLine() throws IOException {
    write("mesh/istio/b.yaml", "a: [\n");
    write(
        "mesh/istio/a.yaml", virtualService("orders", "orders", "      retires: {attempts: 1}\n"));
    write("services/carts/deploy/job.yaml", "apiVersion: batch/v1\nkind: Job\n");
    write("mesh/cluster/meshconfig.yaml", "meshMTLS: {}\n");
    assertThat(problems())
        .containsExactly(
            "mesh/cluster/meshconfig.yaml:1: meshMTLS: not translated",
            "mesh/istio/a.yaml:9: spec.http[0].retires: not translated; did you mean retries?",
            "mesh/istio/b.yaml:2: not YAML: while parsing a flow node, expected the node content,"
                + " but found '<stream end>'",
            "services/carts/deploy/job.yaml:2: kind: Job is not translated");
    ConfigResult.Broken broken = (ConfigResult.Broken) read();
    assertThat(broken.report()).hasLineCount(4);
    assertThat(broken.headline()).endsWith("meshMTLS: not translated (and 3 more)");
  }

  @Test
  void aFileThatIsEmptyForAMomentDropsNoRules() throws IOException {
    write(ISTIO, "");
    assertThat(problems())
        .containsExactly(ISTIO + ":1: holds no document: remove the file, or fill it");
  }

  @Test
  void anEditorsHiddenFilesAreNoneOfOurs() throws IOException {
    write("mesh/istio/.rules.yaml", "a: [\n");
    write("mesh/istio/rules.yaml~", "a: [\n");
    assertThat(problems()).isEmpty();
  }

  @Test
  void aMissingFolderOfRulesIsNoEmptyOne() throws IOException {
    Files.delete(root.resolve("mesh/istio"));
    assertThat(problems()).containsExactly("mesh/istio:1: there is no such folder");
  }

  @Test
  void aDestinationThatIsNotThereIsRefused() throws IOException {
    write(
        ISTIO,
        virtualService("ordrs", "orders", "").replace("{host: orders}", "{host: ordrs}")
            + "---\n"
            + virtualService("b", "carts", "")
                .replace("{host: orders}", "{host: carts, subset: v2, port: {number: 80}}"));
    assertThat(problems())
        .containsExactly(
            ISTIO
                + ":8: spec.http[0].route[0].destination: there is no service ordrs; did you mean"
                + " orders?",
            ISTIO + ":17: spec.http[0].route[0].destination: carts has no port 80, but [50053]",
            ISTIO
                + ":17: spec.http[0].route[0].destination: no DestinationRule gives carts a subset"
                + " v2");
  }

  @Test
  void aSubsetOfARuleIsThere() throws IOException {
    write(
        ISTIO,
        virtualService("a", "orders", "").replace("{host: orders}", "{host: orders, subset: v2}")
            + """
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: a}
            spec:
              host: orders.emporion.svc.cluster.local
              subsets: [{name: v2, labels: {version: v2}}]
            """);
    assertThat(problems()).isEmpty();
  }

  @Test
  void twoRulesForOneHostAndTwoOfOneNameAreRefused() throws IOException {
    write("mesh/istio/a.yaml", virtualService("orders", "orders", ""));
    write("mesh/istio/b.yaml", virtualService("orders", "orders.emporion", ""));
    assertThat(problems())
        .containsExactly(
            "mesh/istio/b.yaml:1: VirtualService orders is already in mesh/istio/a.yaml:1",
            "mesh/istio/b.yaml:1: orders.emporion already has a VirtualService in"
                + " mesh/istio/a.yaml:1; Istio would drop one");
  }

  @Test
  void aLabelAnAccountAndAProviderThatNobodyHasAreRefused() throws IOException {
    write(
        ISTIO,
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: a}
        spec:
          selector: {matchLabels: {app: ordrs}}
          rules:
            - from:
                - source: {principals: [cluster.local/ns/emporion/sa/cart]}
        ---
        apiVersion: telemetry.istio.io/v1
        kind: Telemetry
        metadata: {name: a}
        spec:
          tracing: [{providers: [{name: traces}]}]
          accessLogging: [{providers: [{name: envoy}]}]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: a}
        spec:
          hosts: ["*"]
          gateways: [gateway]
          http: [{route: [{destination: {host: orders}}]}]
        """);
    assertThat(problems())
        .containsExactly(
            ISTIO + ":1: no workload has the labels {app=ordrs}",
            ISTIO
                + ":8: spec.rules[0].from[0].source: there is no ServiceAccount cart; did you mean"
                + " carts?",
            ISTIO + ":14: spec.tracing[0]: there is no provider in the mesh's configuration traces",
            ISTIO + ":17: there is no Gateway gateway");
  }

  @Test
  void manifestsThatDoNotFitTogetherAreRefused() throws IOException {
    Path service = root.resolve("services/carts/deploy/service.yaml");
    Files.writeString(service, Files.readString(service).replace("{app: carts}", "{app: cart}"));
    Path account = root.resolve("services/orders/deploy/service-account.yaml");
    Files.delete(account);
    assertThat(problems())
        .containsExactly(
            "services/carts/deploy/service.yaml:1: no workload has the labels {app=cart}",
            "services/orders/deploy/deployment.yaml:1: there is no ServiceAccount orders");
  }

  private ConfigResult read() {
    return ConfigFiles.of(root).read();
  }

  private List<String> problems() {
    return switch (read()) {
      case ConfigResult.Valid _ -> List.of();
      case ConfigResult.Broken broken -> broken.problems().stream().map(Problem::toString).toList();
    };
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private static String virtualService(String name, String host, String more) {
    return """
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: %s}
    spec:
      hosts: [%s]
      http:
        - route:
            - destination: {host: orders}
    """
            .formatted(name, host)
        + more;
  }

  private void deploy(String service, int port) throws IOException {
    String folder = "services/" + service + "/deploy/";
    write(
        folder + "deployment.yaml",
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %1$s}
        spec:
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec:
              serviceAccountName: %1$s
              enableServiceLinks: false
              containers:
                - name: %1$s
                  image: emporion/%1$s
                  ports: [{name: grpc, containerPort: %2$d}]
        """
            .formatted(service, port));
    write(
        folder + "service.yaml",
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %1$s}
        spec:
          selector: {app: %1$s}
          ports: [{name: grpc, port: %2$d, targetPort: grpc}]
        """
            .formatted(service, port));
    write(
        folder + "service-account.yaml",
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: %s}\n".formatted(service));
  }
}
