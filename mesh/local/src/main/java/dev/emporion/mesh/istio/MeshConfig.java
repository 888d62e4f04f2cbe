package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Where;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What holds for the whole mesh. */
public record MeshConfig(
    Where where,
    List<ExtensionProvider> extensionProviders,
    DefaultProviders defaultProviders,
    Optional<String> accessLogFile,
    Optional<AccessLogEncoding> accessLogEncoding,
    Optional<String> accessLogFormat,
    Optional<HttpRoute.Retries> defaultHttpRetryPolicy) {

  public enum AccessLogEncoding {
    TEXT,
    JSON
  }

  /** Names of extension providers. */
  public record DefaultProviders(List<String> tracing, List<String> accessLogging) {}

  /** What telemetry is sent to. */
  public sealed interface ExtensionProvider {
    Where where();

    String name();
  }

  /**
   * Spans, by OTLP over gRPC, or over HTTP where {@code http} is given.
   *
   * @param service {@code otel-collector.emporion.svc.cluster.local} or {@code namespace/host}
   */
  public record OpenTelemetry(
      Where where,
      String name,
      String service,
      int port,
      Optional<Integer> maxTagLength,
      Optional<OtlpHttp> http)
      implements ExtensionProvider {}

  public record OtlpHttp(Where where, String path, Optional<Duration> timeout) {}

  /** Access log entries, by OTLP over gRPC. */
  public record EnvoyOtelAls(
      Where where,
      String name,
      String service,
      int port,
      Optional<String> logName,
      Optional<LogFormat> logFormat)
      implements ExtensionProvider {}

  /** Access log entries, to a file. */
  public record EnvoyFileAccessLog(
      Where where, String name, String path, Optional<LogFormat> logFormat)
      implements ExtensionProvider {}

  /**
   * @param text with Envoy's command operators; with labels too: the body of an OTLP entry
   * @param labels by field name, with command operators
   */
  public record LogFormat(Where where, Optional<String> text, Map<String, String> labels) {}
}
