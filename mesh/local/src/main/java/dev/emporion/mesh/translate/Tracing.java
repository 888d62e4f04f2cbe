package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.MeshConfig;
import dev.emporion.mesh.istio.MeshConfig.OpenTelemetry;
import dev.emporion.mesh.istio.MeshConfig.OtlpHttp;
import dev.emporion.mesh.istio.Telemetry;
import io.envoyproxy.envoy.config.core.v3.HttpService;
import io.envoyproxy.envoy.config.core.v3.HttpUri;
import io.envoyproxy.envoy.config.trace.v3.OpenTelemetryConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.type.tracing.v3.CustomTag;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Spans to an OTLP collector: of one call in a hundred where nothing else is said. */
record Tracing(View view, Side side) {
  private static final double SAMPLED_PERCENT = 1;

  Optional<HttpConnectionManager.Tracing> config(Optional<Telemetry.Tracing> said) {
    if (said.flatMap(Telemetry.Tracing::disableSpanReporting).orElse(false)) {
      return Optional.empty();
    }
    MeshConfig mesh = view.mesh().config().meshConfig();
    List<String> names =
        said.map(Telemetry.Tracing::providers)
            .filter(providers -> !providers.isEmpty())
            .orElse(mesh.defaultProviders().tracing());
    return names.stream()
        .flatMap(name -> Observability.provider(mesh, name).stream())
        .filter(OpenTelemetry.class::isInstance)
        .map(OpenTelemetry.class::cast)
        .findFirst()
        .flatMap(provider -> config(provider, said));
  }

  private Optional<HttpConnectionManager.Tracing> config(
      OpenTelemetry provider, Optional<Telemetry.Tracing> said) {
    return Collectors.target(view.mesh(), provider.service(), provider.port())
        .map(target -> config(provider, target, said));
  }

  private HttpConnectionManager.Tracing config(
      OpenTelemetry provider, Target target, Optional<Telemetry.Tracing> said) {
    double sampled =
        said.flatMap(Telemetry.Tracing::randomSamplingPercentage).orElse(SAMPLED_PERCENT);
    HttpConnectionManager.Tracing.Builder tracing =
        HttpConnectionManager.Tracing.newBuilder()
            .setClientSampling(Protos.percent(100))
            .setOverallSampling(Protos.percent(100))
            .setRandomSampling(Protos.percent(sampled))
            .setProvider(
                io.envoyproxy.envoy.config.trace.v3.Tracing.Http.newBuilder()
                    .setName("envoy.tracers.opentelemetry")
                    .setTypedConfig(Protos.any(otlp(provider, target))));
    if (side == Side.GATEWAY) {
      tracing.setSpawnUpstreamSpan(Protos.TRUE);
    }
    provider.maxTagLength().map(Protos::uint).ifPresent(tracing::setMaxPathTagLength);
    return tracing.addAllCustomTags(tags(said)).build();
  }

  private OpenTelemetryConfig otlp(OpenTelemetry provider, Target target) {
    OpenTelemetryConfig.Builder config =
        OpenTelemetryConfig.newBuilder()
            .setServiceName(view.proxy().workload() + "." + view.mesh().namespace());
    provider
        .http()
        .ifPresentOrElse(
            http -> config.setHttpService(http(http, target)),
            () -> config.setGrpcService(OtlpLogs.grpc(target)));
    return config.build();
  }

  private static HttpService http(OtlpHttp http, Target target) {
    return HttpService.newBuilder()
        .setHttpUri(
            HttpUri.newBuilder()
                .setUri(target.host().name() + http.path())
                .setCluster(target.cluster())
                .setTimeout(Protos.duration(http.timeout().orElse(Duration.ofSeconds(10)))))
        .build();
  }

  private List<CustomTag> tags(Optional<Telemetry.Tracing> said) {
    TreeMap<String, CustomTag> tags = new TreeMap<>();
    literal(
        tags,
        "istio.canonical_service",
        label("service.istio.io/canonical-name", view.proxy().workload()));
    literal(
        tags,
        "istio.canonical_revision",
        label("service.istio.io/canonical-revision", label("version", "latest")));
    literal(tags, "istio.mesh_id", "cluster.local");
    literal(tags, "istio.namespace", view.mesh().namespace());
    literal(tags, "istio.cluster_id", "Kubernetes");
    said.ifPresent(
        tracing -> tracing.customTags().forEach((name, tag) -> tags.put(name, tag(name, tag))));
    return List.copyOf(tags.values());
  }

  private String label(String name, String otherwise) {
    return view.proxy().labels().getOrDefault(name, otherwise);
  }

  private static void literal(TreeMap<String, CustomTag> tags, String name, String value) {
    tags.put(name, tag(name, new Telemetry.CustomTag.Literal(value)));
  }

  private static CustomTag tag(String name, Telemetry.CustomTag said) {
    CustomTag.Builder tag = CustomTag.newBuilder().setTag(name);
    switch (said) {
      case Telemetry.CustomTag.Literal(String value) ->
          tag.setLiteral(CustomTag.Literal.newBuilder().setValue(value));
      case Telemetry.CustomTag.Environment(String variable, Optional<String> otherwise) ->
          tag.setEnvironment(
              CustomTag.Environment.newBuilder()
                  .setName(variable)
                  .setDefaultValue(otherwise.orElse("")));
      case Telemetry.CustomTag.Header(String header, Optional<String> otherwise) ->
          tag.setRequestHeader(
              CustomTag.Header.newBuilder().setName(header).setDefaultValue(otherwise.orElse("")));
    }
    return tag.build();
  }
}
