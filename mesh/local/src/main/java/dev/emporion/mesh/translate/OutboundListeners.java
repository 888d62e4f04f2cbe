package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.VirtualService;
import dev.emporion.mesh.model.Address;
import dev.emporion.mesh.model.Proxy.ServicePort;
import dev.emporion.mesh.model.Registry.Protocol;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Where a program calls a service: a listener for each service and port that it may call. On a
 * cluster the program says {@code orders:50055} and iptables bring the call here; on this machine
 * it says the listener's address, so the routes put the name back.
 */
final class OutboundListeners {
  private final View view;
  private final Targets targets;
  private final Observability observability;

  OutboundListeners(View view, Targets targets) {
    this.view = view;
    this.targets = targets;
    this.observability = new Observability(view, Side.OUTBOUND);
  }

  static String name(ServicePort service) {
    return "outbound|" + service;
  }

  /** Adds listeners to one list and their routes to the other. */
  void addTo(List<Listener> listeners, List<RouteConfiguration> routes) {
    EgressScope scope = EgressScope.of(view);
    view.proxy().outbound().entrySet().stream()
        .sorted(Map.Entry.comparingByKey(Comparator.comparing(ServicePort::toString)))
        .forEach(
            entry ->
                with(
                    entry.getKey(),
                    scope,
                    (host, service) -> add(host, service, entry.getValue(), listeners, routes)));
  }

  private void with(
      ServicePort service, EgressScope scope, BiConsumer<Host, ServicePort> translation) {
    view.mesh()
        .host(service.service())
        .filter(host -> host.port(service.port()).isPresent())
        .filter(scope::admits)
        .ifPresent(host -> translation.accept(host, service));
  }

  private void add(
      Host host,
      ServicePort service,
      Address address,
      List<Listener> listeners,
      List<RouteConfiguration> routes) {
    boolean tcp = host.port(service.port()).orElseThrow().protocol() == Protocol.TCP;
    Listener listener = listener(service, address, tcp ? tcp(host, service) : http(service));
    String onACluster = "0.0.0.0_" + service.port();
    view.patches()
        .listener(Side.OUTBOUND, onACluster, service.port(), listener)
        .ifPresent(listeners::add);
    if (!tcp) {
      routes.add(routes(host, service));
    }
  }

  private Listener listener(ServicePort service, Address address, Filter filter) {
    return Listener.newBuilder()
        .setName(name(service))
        .setAddress(Protos.address(address))
        .setTrafficDirection(TrafficDirection.OUTBOUND)
        .addFilterChains(FilterChain.newBuilder().addFilters(filter))
        .addAllAccessLog(observability.listenerLogs())
        .build();
  }

  private Filter tcp(Host host, ServicePort service) {
    String cluster = targets.add(host, service.port()).cluster();
    return Listeners.tcpProxy(
        TcpProxy.newBuilder().setStatPrefix(cluster).setCluster(cluster).build());
  }

  private Filter http(ServicePort service) {
    String statPrefix = "outbound_" + service.service() + "_" + service.port();
    HttpConnectionManager.Builder manager =
        ConnectionManagers.of(statPrefix, List.of())
            .setRds(ConnectionManagers.routes(name(service)));
    observability.addTo(manager);
    return ConnectionManagers.filter(manager.build());
  }

  private RouteConfiguration routes(Host host, ServicePort service) {
    VirtualHost virtualHost =
        VirtualHost.newBuilder()
            .setName(host.name() + ":" + service.port())
            .addDomains("*")
            .addAllRoutes(routesTo(host, service))
            .setIncludeRequestAttemptCount(true)
            .build();
    RouteConfiguration routes =
        RouteConfiguration.newBuilder()
            .setName(name(service))
            .addVirtualHosts(virtualHost)
            .setValidateClusters(Protos.FALSE)
            .setMaxDirectResponseBodySizeBytes(Protos.uint(1024 * 1024))
            .build();
    String onACluster = Integer.toString(service.port());
    return view.patches().routes(Side.OUTBOUND, onACluster, service.port(), routes);
  }

  private List<Route> routesTo(Host host, ServicePort service) {
    Routes routes = new Routes(view, Entrance.sidecar(service.toString(), service.port()), targets);
    return virtualService(host)
        .map(routes::of)
        .filter(all -> !all.isEmpty())
        .orElseGet(() -> List.of(routes.toService(host, service.port())));
  }

  private Optional<VirtualService> virtualService(Host host) {
    List<VirtualService> all =
        view.mesh().config().virtualServices().stream()
            .filter(service -> VirtualServices.inMesh(service, view.mesh().namespace()))
            .toList();
    return all.stream()
        .filter(service -> named(service, host))
        .findFirst()
        .or(() -> all.stream().filter(service -> matched(service, host)).findFirst());
  }

  private boolean named(VirtualService service, Host host) {
    return service.hosts().stream().map(view.mesh()::fullName).anyMatch(host.name()::equals);
  }

  private boolean matched(VirtualService service, Host host) {
    return service.hosts().stream()
        .map(view.mesh()::fullName)
        .anyMatch(pattern -> Names.hostMatches(pattern, host.name()));
  }
}
