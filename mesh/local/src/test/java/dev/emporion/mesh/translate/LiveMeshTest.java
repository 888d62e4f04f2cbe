package dev.emporion.mesh.translate;

import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.mesh.istio.IstioConfig;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the translated configuration does to calls. */
class LiveMeshTest {
  private static final String STRICT =
      Yaml.security("PeerAuthentication", "default", "mtls: {mode: STRICT}");
  private static final String NOBODY = Yaml.security("AuthorizationPolicy", "nobody", "{}");
  private static final Metadata.Key<String> CLIENT_CERTIFICATE =
      Metadata.Key.of("x-forwarded-client-cert", Metadata.ASCII_STRING_MARSHALLER);

  @TempDir Path folder;
  private LiveMesh mesh;

  @BeforeEach
  void start() throws Exception {
    mesh = new LiveMesh(folder);
  }

  @AfterEach
  void stop() {
    mesh.close();
  }

  @Test
  void callsGoByMutualTlsUnderTheServicesNameToAllInstances() {
    apply(STRICT, allow("orders"));
    for (int i = 0; i < 40; i++) {
      assertThat(call("")).isEqualTo(Status.Code.OK);
    }
    assertThat(mesh.programs).allSatisfy(program -> assertThat(program.calls).hasPositiveValue());
    Program program = mesh.programs.getFirst();
    assertThat(program.lastAuthority).isEqualTo("carts:50053");
    assertThat(program.lastHeaders.get(CLIENT_CERTIFICATE))
        .contains("URI=spiffe://cluster.local/ns/emporion/sa/orders");
  }

  @Test
  void whoIsNotAllowedIsDeniedByTheSidecar() {
    apply(STRICT, NOBODY, allow("pricing"));
    assertThat(call("")).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(denied()).isPositive();
    assertThat(mesh.programs).allSatisfy(program -> assertThat(program.calls).hasValue(0));
    apply(STRICT, NOBODY, allow("orders"));
    eventually(() -> assertThat(call("")).isEqualTo(Status.Code.OK));
  }

  private long denied() {
    return mesh.admin("carts-0").statistics("rbac").sum(name -> name.endsWith("rbac.denied"))
        + mesh.admin("carts-1").statistics("rbac").sum(name -> name.endsWith("rbac.denied"));
  }

  @Test
  void retriesAreAsManyAsSaid() {
    apply();
    assertThat(call("fail")).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(calls()).as("two retries where nothing is said").isEqualTo(3);
    apply(Yaml.virtualService("carts", to("retries: {attempts: 0}")));
    int before = calls();
    eventually(() -> assertThat(callsOf("fail")).isEqualTo(1));
    assertThat(calls()).isGreaterThan(before);
  }

  private int callsOf(String service) {
    int before = calls();
    call(service);
    return calls() - before;
  }

  private int calls() {
    return mesh.programs.stream().mapToInt(program -> program.calls.get()).sum();
  }

  @Test
  void aRoutesTimeEndsACallThatAsksForMore() {
    apply(Yaml.virtualService("carts", to("timeout: 300ms")));
    long start = System.nanoTime();
    assertThat(call("hang")).isIn(Status.Code.DEADLINE_EXCEEDED, Status.Code.UNAVAILABLE);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void weightsAndFaultsAreFeltAtOnce() {
    String subsets =
        Yaml.destinationRule(
            "carts",
            """
            subsets:
              - {name: v1, labels: {version: v1}}
              - {name: v2, labels: {version: v2}}
            """);
    apply(
        subsets,
        Yaml.virtualService(
            "carts",
            """
            - match: [{headers: {x-broken: {exact: "yes"}}}]
              route: [{destination: {host: carts}}]
            - route:
                - {destination: {host: carts, subset: v1}, weight: 0}
                - {destination: {host: carts, subset: v2}, weight: 100}
            """));
    for (int i = 0; i < 20; i++) {
      assertThat(call("")).isEqualTo(Status.Code.OK);
    }
    assertThat(mesh.programs.get(0).calls).hasValue(0);
    assertThat(mesh.programs.get(1).calls).hasValue(20);
    String fault = "fault: {abort: {grpcStatus: INTERNAL, percentage: {value: 100}}}";
    apply(subsets, Yaml.virtualService("carts", to(fault)));
    eventually(() -> assertThat(call("")).isEqualTo(Status.Code.INTERNAL));
    apply(subsets);
    eventually(() -> assertThat(call("")).isEqualTo(Status.Code.OK));
  }

  @Test
  void aChangedClusterTakesOverWithoutALostCall() {
    apply();
    for (int most = 100; most < 105; most++) {
      apply(
          Yaml.destinationRule(
              "carts",
              "trafficPolicy: {connectionPool: {http: {http2MaxRequests: " + most + "}}}"));
      for (int i = 0; i < 20; i++) {
        assertThat(call("")).isEqualTo(Status.Code.OK);
      }
    }
    assertThat(mesh.admin("orders-0").configDump()).contains("\"max_requests\": 104");
  }

  private static String to(String field) {
    return "- route: [{destination: {host: carts}}]\n  " + field + "\n";
  }

  private static String allow(String account) {
    return Yaml.security(
        "AuthorizationPolicy",
        "callers",
        """
        selector: {matchLabels: {app: carts}}
        rules:
          - from: [{source: {principals: [cluster.local/ns/emporion/sa/%s]}}]
            to: [{operation: {paths: [/grpc.health.v1.Health/*]}}]
        """
            .formatted(account));
  }

  private void apply(String... yaml) {
    IstioConfig config = World.of(yaml).config();
    mesh.apply(config);
    eventually(() -> assertThat(mesh.isInEffect()).as(mesh::status).isTrue());
  }

  private Status.Code call(String service) {
    try {
      HealthGrpc.newBlockingStub(mesh.carts)
          .withWaitForReady()
          .withDeadlineAfter(10, TimeUnit.SECONDS)
          .check(HealthCheckRequest.newBuilder().setService(service).build());
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }
}
