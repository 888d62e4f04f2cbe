package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.MeshConfig.EnvoyOtelAls;
import dev.emporion.mesh.istio.MeshConfig.LogFormat;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.GrpcService.EnvoyGrpc;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.CommonGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Access log entries to an OTLP collector. Where there is no such collector, none are sent. */
final class OtlpLogs {
  private OtlpLogs() {}

  static Optional<AccessLog> of(View view, EnvoyOtelAls provider) {
    return Collectors.target(view.mesh(), provider.service(), provider.port())
        .map(
            target ->
                AccessLog.newBuilder()
                    .setName("envoy.access_loggers.open_telemetry")
                    .setTypedConfig(Protos.any(config(provider, target)))
                    .build());
  }

  private static OpenTelemetryAccessLogConfig config(EnvoyOtelAls provider, Target target) {
    OpenTelemetryAccessLogConfig.Builder config =
        OpenTelemetryAccessLogConfig.newBuilder().setDisableBuiltinLabels(true);
    config.setCommonConfig(
        CommonGrpcAccessLogConfig.newBuilder()
            .setLogName(provider.logName().orElse("otel_envoy_accesslog"))
            .setTransportApiVersion(ApiVersion.V3)
            .setGrpcService(grpc(target)));
    provider
        .logFormat()
        .flatMap(LogFormat::text)
        .map(text -> AnyValue.newBuilder().setStringValue(text))
        .ifPresent(config::setBody);
    provider
        .logFormat()
        .map(LogFormat::labels)
        .filter(labels -> !labels.isEmpty())
        .map(OtlpLogs::attributes)
        .ifPresent(config::setAttributes);
    return config.build();
  }

  static GrpcService.Builder grpc(Target target) {
    return GrpcService.newBuilder()
        .setEnvoyGrpc(
            EnvoyGrpc.newBuilder()
                .setClusterName(target.cluster())
                .setAuthority(target.host().name()));
  }

  private static KeyValueList attributes(Map<String, String> labels) {
    KeyValueList.Builder list = KeyValueList.newBuilder();
    new TreeMap<>(labels)
        .forEach(
            (name, value) ->
                list.addValues(
                    KeyValue.newBuilder()
                        .setKey(name)
                        .setValue(AnyValue.newBuilder().setStringValue(value))));
    return list.build();
  }
}
