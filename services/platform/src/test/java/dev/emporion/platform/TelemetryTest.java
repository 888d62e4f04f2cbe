package dev.emporion.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.emporion.platformtest.v1.EchoServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TelemetryTest {
  private final List<String> received = new CopyOnWriteArrayList<>();

  @ParameterizedTest
  @EnumSource
  void aTraceGoesThroughTwoServicesWithoutAnyExport(Served.Over over) {
    oneTrace(over, Telemetry.off());
  }

  @ParameterizedTest
  @EnumSource
  void aTraceGoesThroughTwoServicesAndIsExportedOverGrpc(Served.Over over) throws IOException {
    var collector =
        NettyServerBuilder.forPort(0)
            .addService(collector("trace", "Trace"))
            .addService(collector("metrics", "Metrics"))
            .build()
            .start();
    String endpoint = "http://127.0.0.1:" + collector.getPort();
    String trace = oneTrace(over, Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint));
    collector.shutdownNow();
    assertThat(trace).hasSize(32);
    assertExported();
  }

  @Test
  void aTraceIsExportedOverHttp() throws IOException {
    var collector = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    collector.createContext(
        "/v1/",
        exchange -> {
          received.add(text(exchange.getRequestBody()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort();
    oneTrace(
        Served.Over.NETTY,
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            endpoint,
            "OTEL_EXPORTER_OTLP_PROTOCOL",
            "http/protobuf"));
    collector.stop(0);
    assertExported();
  }

  private void assertExported() {
    String all = String.join("", received);
    assertThat(all)
        .contains("emporion.platformtest.v1.EchoService/Say", "a saga")
        .contains("service.name", "echo", "service.version", "deployment", "test")
        .contains("rpc.server");
  }

  @Test
  void aSpanContinuesWhereTheWorkWasBegun() {
    String begun = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    Telemetry.off()
        .span(
            "saga",
            begun,
            () -> {
              assertThat(Trace.current().traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
              assertThat(Trace.current().spanId()).isNotEqualTo("b7ad6b7169203331");
              assertThat(Trace.current().traceParent()).endsWith("-01");
            });
    assertThat(Trace.current().traceParent()).isNull();
  }

  @Test
  void whatIsNoTraceParentBeginsANewTrace() {
    for (String bad : new String[] {null, "", "00-xyz", "00-" + "0".repeat(32) + "-1-01"}) {
      assertThat(Trace.continued(bad).traceId()).matches("[0-9a-f]{32}");
    }
  }

  @Test
  void badVariablesAreNamed() {
    var environment =
        Map.of("OTEL_EXPORTER_OTLP_PROTOCOL", "carrier/pigeon", "OTEL_TRACES_SAMPLER_ARG", "2");
    assertThatThrownBy(() -> Telemetry.start("echo", environment::get))
        .hasMessageContaining("OTEL_EXPORTER_OTLP_PROTOCOL")
        .hasMessageContaining("OTEL_TRACES_SAMPLER_ARG");
  }

  private String oneTrace(Served.Over over, Map<String, String> endpoint) {
    var environment = new java.util.HashMap<>(endpoint);
    environment.put("OTEL_RESOURCE_ATTRIBUTES", "deployment=test");
    try (var telemetry = Telemetry.start("echo", environment::get)) {
      return oneTrace(over, telemetry);
    }
  }

  /** Calls back through front, from a saga; all three must be in one trace. */
  private String oneTrace(Served.Over over, Telemetry telemetry) {
    var trace = new AtomicReference<String>();
    try (var back = Served.over(over, telemetry, "back");
        var front = Served.over(over, telemetry, "front")) {
      back.echo.answer = request -> Trace.current().traceId();
      var stub = EchoServiceGrpc.newBlockingStub(front.app.channel(back.address));
      front.echo.answer = request -> Trace.current().traceId() + stub.say(request).getText();
      telemetry.span(
          "a saga",
          null,
          () -> {
            trace.set(Trace.current().traceId());
            assertThat(front.stub().say(Echo.text("x")).getText())
                .isEqualTo(trace.get() + trace.get());
          });
    }
    return trace.get();
  }

  /** A collector's service, as far as a test needs it: it keeps the bytes. */
  private ServerServiceDefinition collector(String packageName, String name) {
    String service = "opentelemetry.proto.collector.%s.v1.%sService".formatted(packageName, name);
    var raw =
        new Marshaller<String>() {
          @Override
          public InputStream stream(String none) {
            return new ByteArrayInputStream(new byte[0]);
          }

          @Override
          public String parse(InputStream bytes) {
            return text(bytes);
          }
        };
    var method =
        MethodDescriptor.<String, String>newBuilder(raw, raw)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(service + "/Export")
            .build();
    return ServerServiceDefinition.builder(service)
        .addMethod(
            method,
            ServerCalls.asyncUnaryCall(
                (request, observer) -> {
                  received.add(request);
                  observer.onNext("");
                  observer.onCompleted();
                }))
        .build();
  }

  private static String text(InputStream bytes) {
    try {
      return new String(bytes.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
