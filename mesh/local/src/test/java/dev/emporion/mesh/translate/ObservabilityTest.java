package dev.emporion.mesh.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.trace.v3.OpenTelemetryConfig;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import org.junit.jupiter.api.Test;

class ObservabilityTest {
  static final String PROVIDERS =
      """
      extensionProviders:
        - name: access-log
          envoyFileAccessLog:
            path: /dev/stdout
            logFormat: {labels: {path: "%REQ(:PATH)%", status: "%RESPONSE_CODE%"}}
        - name: traces
          opentelemetry: {service: shelf.emporion.svc.cluster.local, port: 8000}
        - name: nowhere
          opentelemetry: {service: absent.emporion.svc.cluster.local, port: 4317}
      """;

  static final String TELEMETRY =
      Yaml.document(
          "telemetry.istio.io/v1",
          "Telemetry",
          "default",
          """
          accessLogging:
            - providers: [{name: access-log}]
              filter: {expression: response.code >= 400}
          tracing:
            - providers: [{name: traces}]
              randomSamplingPercentage: 5
          """);

  @Test
  void whereNothingIsSaidNothingIsLoggedOrTraced() {
    HttpConnectionManager manager = manager(World.of(), "inbound|50055");
    assertThat(manager.getAccessLogList()).isEmpty();
    assertThat(manager.hasTracing()).isFalse();
  }

  @Test
  void logsAreJsonByFieldAndFiltered() throws Exception {
    HttpConnectionManager manager =
        manager(World.of(TELEMETRY).meshConfig(PROVIDERS), "outbound|carts:50053");
    FileAccessLog log = manager.getAccessLog(0).getTypedConfig().unpack(FileAccessLog.class);
    assertThat(log.getPath()).isEqualTo("/dev/stdout");
    assertThat(log.getLogFormat().getJsonFormat().getFieldsMap())
        .containsOnlyKeys("path", "status");
    assertThat(manager.getAccessLog(0).getFilter().hasExtensionFilter()).isTrue();
  }

  @Test
  void spansGoToTheCollectorByAClusterOfItsOwn() throws Exception {
    World world = World.of(TELEMETRY).meshConfig(PROVIDERS);
    HttpConnectionManager.Tracing tracing = manager(world, "inbound|50055").getTracing();
    assertThat(tracing.getRandomSampling().getValue()).isEqualTo(5);
    OpenTelemetryConfig config =
        tracing.getProvider().getTypedConfig().unpack(OpenTelemetryConfig.class);
    assertThat(config.getServiceName()).isEqualTo("orders.emporion");
    assertThat(world.clusterNames())
        .contains(config.getGrpcService().getEnvoyGrpc().getClusterName());
  }

  @Test
  void aCollectorThatIsNotThereIsPassedOver() {
    World world =
        World.of(TELEMETRY.replace("name: traces", "name: nowhere")).meshConfig(PROVIDERS);
    assertThat(manager(world, "inbound|50055").hasTracing()).isFalse();
  }

  @Test
  void aLogOfServersIsNotOneOfCallers() {
    String servers =
        TELEMETRY.replace(
            "- providers: [{name: access-log}]",
            "- match: {mode: SERVER}\n      providers: [{name: access-log}]");
    World world = World.of(servers).meshConfig(PROVIDERS);
    assertThat(manager(world, "inbound|50055").getAccessLogCount()).isEqualTo(1);
    assertThat(manager(world, "outbound|carts:50053").getAccessLogCount()).isZero();
  }

  private static HttpConnectionManager manager(World world, String listener) {
    return World.manager(World.listener(world.ofOrders(), listener));
  }
}
