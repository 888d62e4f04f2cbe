package dev.emporion.platform;

import io.grpc.ClientInterceptor;
import io.grpc.Context;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * Traces and metrics by OpenTelemetry, exported by OTLP when {@code OTEL_EXPORTER_OTLP_ENDPOINT} is
 * set. When it is not, nothing of the SDK is even loaded: calls get trace ids and pass them on (see
 * {@link Trace}), and that is all it costs.
 */
public final class Telemetry implements AutoCloseable {
  private final OtlpExport export; // null when off
  private final UnaryOperator<DataSource> jdbc;
  private final List<ClientInterceptor> calls;

  private Telemetry(
      OtlpExport export, UnaryOperator<DataSource> jdbc, List<ClientInterceptor> calls) {
    this.export = export;
    this.jdbc = jdbc;
    this.calls = calls;
  }

  /** Reads the standard {@code OTEL_*} variables and starts exporting if they say so. */
  public static Telemetry start(String service) {
    return start(service, System::getenv);
  }

  static Telemetry start(String service, Function<String, String> environment) {
    var config = Settings.read(environment, settings -> TelemetryConfig.read(settings, service));
    if (config.endpoint().isEmpty()) {
      return off();
    }
    OtlpExport export = OtlpExport.start(config);
    return new Telemetry(export, export::wrap, List.of());
  }

  /** No export: for tests. */
  public static Telemetry off() {
    return new Telemetry(null, UnaryOperator.identity(), List.of());
  }

  /**
   * No export, but something else between a service and what it asks: for tests that watch its
   * statements and calls, and let them fail.
   */
  public static Telemetry between(UnaryOperator<DataSource> jdbc, ClientInterceptor calls) {
    return new Telemetry(null, jdbc, List.of(calls));
  }

  /** What {@code Database.open} wraps its connections with. */
  public UnaryOperator<DataSource> jdbc() {
    return jdbc;
  }

  /** What stands between a channel and what every call is sent with. */
  List<ClientInterceptor> calls() {
    return calls;
  }

  /**
   * Runs work that no RPC waits for, such as a saga, as a span of its own.
   *
   * @param traceParent where the work was begun, as {@link Trace#traceParent()} said; null for a
   *     new trace
   */
  public void span(String name, String traceParent, Runnable work) {
    if (export == null) {
      Context.current().withValue(Trace.KEY, Trace.continued(traceParent)).run(work);
    } else {
      export.span(name, Trace.parse(traceParent), work);
    }
  }

  /** Null when off. */
  Spans spans() {
    return export == null ? null : export.spans();
  }

  /** Sends what is still to be sent, for a few seconds at most. */
  @Override
  public void close() {
    if (export != null) {
      export.close();
    }
  }
}
