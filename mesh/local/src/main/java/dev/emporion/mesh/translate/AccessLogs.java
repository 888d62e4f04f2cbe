package dev.emporion.mesh.translate;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.emporion.mesh.istio.MeshConfig;
import dev.emporion.mesh.istio.MeshConfig.AccessLogEncoding;
import dev.emporion.mesh.istio.MeshConfig.EnvoyFileAccessLog;
import dev.emporion.mesh.istio.MeshConfig.LogFormat;
import dev.emporion.mesh.istio.Telemetry.AccessLogging;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ExtensionFilter;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter;
import io.envoyproxy.envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Access logs to files; an Envoy's standard output is its log file here. */
final class AccessLogs {
  private static final String STDOUT = "/dev/stdout";

  private static final String TEXT =
      "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\""
          + " %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%"
          + " %CONNECTION_TERMINATION_DETAILS% \"%UPSTREAM_TRANSPORT_FAILURE_REASON%\""
          + " %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%"
          + " \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\""
          + " \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\" %UPSTREAM_CLUSTER_RAW%"
          + " %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS%"
          + " %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n";

  private static final Map<String, String> LABELS =
      Map.ofEntries(
          Map.entry("start_time", "%START_TIME%"),
          Map.entry("route_name", "%ROUTE_NAME%"),
          Map.entry("method", "%REQ(:METHOD)%"),
          Map.entry("path", "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"),
          Map.entry("protocol", "%PROTOCOL%"),
          Map.entry("response_code", "%RESPONSE_CODE%"),
          Map.entry("response_flags", "%RESPONSE_FLAGS%"),
          Map.entry("response_code_details", "%RESPONSE_CODE_DETAILS%"),
          Map.entry("connection_termination_details", "%CONNECTION_TERMINATION_DETAILS%"),
          Map.entry("bytes_received", "%BYTES_RECEIVED%"),
          Map.entry("bytes_sent", "%BYTES_SENT%"),
          Map.entry("duration", "%DURATION%"),
          Map.entry("upstream_service_time", "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%"),
          Map.entry("x_forwarded_for", "%REQ(X-FORWARDED-FOR)%"),
          Map.entry("user_agent", "%REQ(USER-AGENT)%"),
          Map.entry("request_id", "%REQ(X-REQUEST-ID)%"),
          Map.entry("authority", "%REQ(:AUTHORITY)%"),
          Map.entry("upstream_host", "%UPSTREAM_HOST%"),
          Map.entry("upstream_cluster", "%UPSTREAM_CLUSTER_RAW%"),
          Map.entry("upstream_local_address", "%UPSTREAM_LOCAL_ADDRESS%"),
          Map.entry("downstream_local_address", "%DOWNSTREAM_LOCAL_ADDRESS%"),
          Map.entry("downstream_remote_address", "%DOWNSTREAM_REMOTE_ADDRESS%"),
          Map.entry("requested_server_name", "%REQUESTED_SERVER_NAME%"),
          Map.entry("upstream_transport_failure_reason", "%UPSTREAM_TRANSPORT_FAILURE_REASON%"));

  private final View view;
  private final MeshConfig config;

  AccessLogs(View view) {
    this.view = view;
    this.config = view.mesh().config().meshConfig();
  }

  /** Where no Telemetry says anything, the mesh's defaults hold. */
  List<AccessLog> of(List<AccessLogging> said) {
    List<String> defaults = config.defaultProviders().accessLogging();
    if (said.isEmpty() && !defaults.isEmpty()) {
      return defaults.stream().flatMap(name -> log(name, Optional.empty()).stream()).toList();
    }
    if (said.isEmpty()) {
      return config.accessLogFile().filter(path -> !path.isEmpty()).map(this::builtIn).stream()
          .toList();
    }
    return said.stream()
        .filter(log -> !log.disabled().orElse(false))
        .flatMap(
            log ->
                providers(log, defaults).stream()
                    .flatMap(name -> log(name, Optional.of(log)).stream()))
        .toList();
  }

  private static List<String> providers(AccessLogging log, List<String> defaults) {
    return log.providers().isEmpty() ? defaults : log.providers();
  }

  private Optional<AccessLog> log(String name, Optional<AccessLogging> said) {
    Optional<AccessLog> log =
        switch (Observability.provider(config, name).orElse(null)) {
          case EnvoyFileAccessLog file -> Optional.of(file(path(file), format(file.logFormat())));
          case MeshConfig.EnvoyOtelAls otlp -> OtlpLogs.of(view, otlp);
          case MeshConfig.OpenTelemetry _ -> Optional.empty();
          case null -> Optional.of(name).filter("envoy"::equals).map(_ -> builtIn(STDOUT));
        };
    return log.map(made -> filtered(made, said.flatMap(AccessLogging::filter)));
  }

  private static String path(EnvoyFileAccessLog file) {
    return file.path().isEmpty() ? STDOUT : file.path();
  }

  private AccessLog builtIn(String path) {
    boolean json = config.accessLogEncoding().equals(Optional.of(AccessLogEncoding.JSON));
    return file(
        path,
        json
            ? labels(LABELS)
            : text(config.accessLogFormat().filter(said -> !said.isEmpty()).orElse(TEXT)));
  }

  private static SubstitutionFormatString format(Optional<LogFormat> said) {
    if (said.isPresent() && said.get().text().isEmpty()) {
      return labels(said.get().labels().isEmpty() ? LABELS : said.get().labels());
    }
    return text(said.flatMap(LogFormat::text).filter(text -> !text.isEmpty()).orElse(TEXT));
  }

  private static SubstitutionFormatString text(String format) {
    return with(
        format,
        SubstitutionFormatString.newBuilder()
            .setTextFormatSource(DataSource.newBuilder().setInlineString(format)));
  }

  private static SubstitutionFormatString labels(Map<String, String> labels) {
    Struct.Builder json = Struct.newBuilder();
    new TreeMap<>(labels)
        .forEach(
            (name, value) ->
                json.putFields(name, Value.newBuilder().setStringValue(value).build()));
    return with(labels.toString(), SubstitutionFormatString.newBuilder().setJsonFormat(json));
  }

  private static SubstitutionFormatString with(
      String said, SubstitutionFormatString.Builder format) {
    if (said.contains("%REQ_WITHOUT_QUERY")) {
      format.addFormatters(
          TypedExtensionConfig.newBuilder()
              .setName("envoy.formatter.req_without_query")
              .setTypedConfig(Protos.any(ReqWithoutQuery.getDefaultInstance())));
    }
    return format.build();
  }

  private static AccessLog file(String path, SubstitutionFormatString format) {
    return AccessLog.newBuilder()
        .setName("envoy.access_loggers.file")
        .setTypedConfig(
            Protos.any(FileAccessLog.newBuilder().setPath(path).setLogFormat(format).build()))
        .build();
  }

  private static AccessLog filtered(AccessLog log, Optional<String> expression) {
    return expression
        .map(
            said ->
                log.toBuilder()
                    .setFilter(
                        AccessLogFilter.newBuilder()
                            .setExtensionFilter(
                                ExtensionFilter.newBuilder()
                                    .setName("envoy.access_loggers.extension_filters.cel")
                                    .setTypedConfig(
                                        Protos.any(
                                            ExpressionFilter.newBuilder()
                                                .setExpression(said)
                                                .build()))))
                    .build())
        .orElse(log);
  }
}
