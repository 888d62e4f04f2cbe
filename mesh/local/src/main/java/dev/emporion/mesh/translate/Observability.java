package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.MeshConfig;
import dev.emporion.mesh.istio.MeshConfig.ExtensionProvider;
import dev.emporion.mesh.istio.Telemetry;
import dev.emporion.mesh.istio.Telemetry.Mode;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.AndFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ResponseFlagFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What one side of an Envoy logs and traces: as its pods' Telemetry says, else the namespace's. */
final class Observability {
  /** No route, or no filter chain: what no connection manager gets to see. */
  private static final AccessLogFilter NO_ROUTE =
      AccessLogFilter.newBuilder()
          .setResponseFlagFilter(ResponseFlagFilter.newBuilder().addFlags("NR"))
          .build();

  private final View view;
  private final Side side;
  private final List<AccessLog> logs;

  Observability(View view, Side side) {
    this.view = view;
    this.side = side;
    this.logs = new AccessLogs(view).of(logging());
  }

  void addTo(HttpConnectionManager.Builder manager) {
    manager.addAllAccessLog(logs);
    new Tracing(view, side).config(tracing()).ifPresent(manager::setTracing);
  }

  List<AccessLog> listenerLogs() {
    return logs.stream().map(Observability::onlyWithoutRoute).toList();
  }

  private static AccessLog onlyWithoutRoute(AccessLog log) {
    AccessLogFilter filter =
        log.hasFilter()
            ? AccessLogFilter.newBuilder()
                .setAndFilter(
                    AndFilter.newBuilder().addFilters(NO_ROUTE).addFilters(log.getFilter()))
                .build()
            : NO_ROUTE;
    return log.toBuilder().setFilter(filter).build();
  }

  private List<Telemetry.AccessLogging> logging() {
    return said(Telemetry::accessLogging).stream().filter(log -> isForUs(log.mode())).toList();
  }

  private Optional<Telemetry.Tracing> tracing() {
    return said(Telemetry::tracing).stream().filter(tracing -> isForUs(tracing.mode())).findFirst();
  }

  private boolean isForUs(Mode mode) {
    return switch (mode) {
      case CLIENT_AND_SERVER -> true;
      case CLIENT -> side != Side.INBOUND;
      case SERVER -> side == Side.INBOUND;
    };
  }

  /** The narrowest Telemetry that says anything of the kind. */
  private <T> List<T> said(Function<Telemetry, List<T>> what) {
    List<Telemetry> all =
        view.mesh().config().telemetries().stream()
            .filter(telemetry -> Names.selects(telemetry.selector(), view.proxy().labels()))
            .filter(telemetry -> !what.apply(telemetry).isEmpty())
            .toList();
    return all.stream()
        .filter(telemetry -> !telemetry.selector().isEmpty())
        .findFirst()
        .or(() -> all.stream().findFirst())
        .map(what)
        .orElse(List.of());
  }

  static Optional<ExtensionProvider> provider(MeshConfig config, String name) {
    return config.extensionProviders().stream()
        .filter(provider -> provider.name().equals(name))
        .findFirst();
  }
}
