package dev.emporion.mesh.istio;

import dev.emporion.mesh.istio.MeshConfig.AccessLogEncoding;
import dev.emporion.mesh.istio.MeshConfig.DefaultProviders;
import dev.emporion.mesh.istio.MeshConfig.EnvoyFileAccessLog;
import dev.emporion.mesh.istio.MeshConfig.EnvoyOtelAls;
import dev.emporion.mesh.istio.MeshConfig.ExtensionProvider;
import dev.emporion.mesh.istio.MeshConfig.LogFormat;
import dev.emporion.mesh.istio.MeshConfig.OpenTelemetry;
import dev.emporion.mesh.istio.MeshConfig.OtlpHttp;
import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Type;
import dev.emporion.mesh.yaml.Where;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code mesh/cluster/meshconfig.yaml}: Istio's MeshConfig itself, not a Kubernetes kind. */
public final class MeshConfigReader {
  private static final Type<String> OURS =
      Type.TEXT.matching("the trust domain cluster.local", "cluster\\.local");

  private MeshConfigReader() {}

  /** A mesh of which nothing is said. */
  public static MeshConfig nothingSaid(Where where) {
    return new MeshConfig(
        where,
        List.of(),
        noProviders(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public static MeshConfig read(Fields config) {
    config.value("trustDomain", OURS);
    config.passOver("outboundTrafficPolicy");
    config.object("defaultConfig", MeshConfigReader::proxyConfig);
    return new MeshConfig(
        config.where(),
        config.objects("extensionProviders", MeshConfigReader::provider),
        config
            .object("defaultProviders", MeshConfigReader::defaultProviders)
            .orElseGet(MeshConfigReader::noProviders),
        config.text("accessLogFile"),
        config.value("accessLogEncoding", Type.oneOf(AccessLogEncoding.class)),
        config.text("accessLogFormat"),
        config.object("defaultHttpRetryPolicy", Common::retries));
  }

  private static DefaultProviders noProviders() {
    return new DefaultProviders(List.of(), List.of());
  }

  private static DefaultProviders defaultProviders(Fields defaults) {
    return new DefaultProviders(defaults.texts("tracing"), defaults.texts("accessLogging"));
  }

  private static ExtensionProvider provider(Fields provider) {
    String name = provider.requiredText("name");
    Optional<ExtensionProvider> tracing =
        provider.object("opentelemetry", fields -> openTelemetry(name, fields));
    Optional<ExtensionProvider> service =
        provider.object("envoyOtelAls", fields -> otelAls(name, fields));
    Optional<ExtensionProvider> file =
        provider.object("envoyFileAccessLog", fields -> fileAccessLog(name, fields));
    provider.exactlyOne("opentelemetry", "envoyOtelAls", "envoyFileAccessLog");
    return tracing
        .or(() -> service)
        .or(() -> file)
        .orElseGet(() -> new EnvoyFileAccessLog(provider.where(), name, "", Optional.empty()));
  }

  private static OpenTelemetry openTelemetry(String name, Fields fields) {
    return new OpenTelemetry(
        fields.where(),
        name,
        fields.requiredText("service"),
        fields.required("port", Type.PORT),
        fields.value("maxTagLength", Type.count()),
        fields.object("http", MeshConfigReader::otlpHttp));
  }

  private static OtlpHttp otlpHttp(Fields http) {
    return new OtlpHttp(
        http.where(), http.requiredText("path"), http.value("timeout", Type.DURATION));
  }

  private static EnvoyOtelAls otelAls(String name, Fields fields) {
    return new EnvoyOtelAls(
        fields.where(),
        name,
        fields.requiredText("service"),
        fields.required("port", Type.PORT),
        fields.text("logName"),
        fields.object("logFormat", MeshConfigReader::logFormat));
  }

  private static EnvoyFileAccessLog fileAccessLog(String name, Fields fields) {
    return new EnvoyFileAccessLog(
        fields.where(),
        name,
        fields.requiredText("path"),
        fields.object("logFormat", MeshConfigReader::logFormat));
  }

  private static LogFormat logFormat(Fields format) {
    Optional<String> text = format.text("text");
    Map<String, String> labels = format.textMap("labels");
    return new LogFormat(format.where(), text, labels);
  }

  /** How sidecars live and end: here that is the runner's business. */
  private static boolean proxyConfig(Fields config) {
    config.passOver(
        "concurrency",
        "drainDuration",
        "holdApplicationUntilProxyStarts",
        "proxyStatsMatcher",
        "terminationDrainDuration");
    return true;
  }
}
