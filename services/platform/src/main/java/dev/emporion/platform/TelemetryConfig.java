package dev.emporion.platform;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of OpenTelemetry's standard environment variables that is honoured.
 *
 * @param endpoint where OTLP goes; empty: nowhere
 * @param protocol {@code grpc} or {@code http/protobuf}
 * @param ratio of the traces begun here that are recorded; those begun elsewhere follow their
 *     caller
 * @param attributes of the resource, beside {@code service.name} and {@code service.version}
 */
record TelemetryConfig(
    String service,
    String endpoint,
    String protocol,
    double ratio,
    Map<String, String> attributes) {

  static TelemetryConfig read(Settings settings, String service) {
    return new TelemetryConfig(
        settings.text("OTEL_SERVICE_NAME", service, "the service's name in traces"),
        settings.text("OTEL_EXPORTER_OTLP_ENDPOINT", "", "URL that takes OTLP; empty: no export"),
        settings.choice(
            "OTEL_EXPORTER_OTLP_PROTOCOL",
            "grpc",
            List.of("grpc", "http/protobuf"),
            "how OTLP is sent"),
        settings.decimal("OTEL_TRACES_SAMPLER_ARG", 1, 0, 1, "share of the traces recorded"),
        pairs(settings.text("OTEL_RESOURCE_ATTRIBUTES", "", "key=value,key=value")));
  }

  private static Map<String, String> pairs(String text) {
    var pairs = new LinkedHashMap<String, String>();
    for (String pair : text.split(",")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        pairs.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
      }
    }
    return pairs;
  }
}
