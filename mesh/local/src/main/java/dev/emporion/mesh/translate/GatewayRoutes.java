package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.Gateway.ServerTls;
import dev.emporion.mesh.istio.VirtualService;
import dev.emporion.mesh.translate.Gateways.Bound;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.VirtualHost.TlsRequirementType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The routes of a gateway: those of the VirtualServices that are bound to its Gateways. */
final class GatewayRoutes {
  private final View view;
  private final Targets targets;

  GatewayRoutes(View view, Targets targets) {
    this.view = view;
    this.targets = targets;
  }

  static String httpsName(Bound bound) {
    return Gateways.name(bound.server().port().number()) + "|" + bound.server().port().name();
  }

  /** All plain servers of a port share their routes; each HTTPS server has its own. */
  List<RouteConfiguration> of(int port, List<Bound> servers) {
    if (servers.stream().noneMatch(Bound::tls)) {
      return List.of(routes(Gateways.name(port), "http." + port, port, servers));
    }
    return servers.stream()
        .filter(Bound::tls)
        .map(bound -> routes(httpsName(bound), onACluster(bound), port, List.of(bound)))
        .toList();
  }

  private String onACluster(Bound bound) {
    return "https.%d.%s.%s.%s"
        .formatted(
            bound.server().port().number(),
            bound.server().port().name(),
            bound.gateway(),
            view.mesh().namespace());
  }

  private RouteConfiguration routes(String name, String onACluster, int port, List<Bound> servers) {
    Map<String, VirtualHost.Builder> hosts = new TreeMap<>();
    servers.forEach(bound -> addVirtualServices(hosts, bound));
    servers.forEach(bound -> addRedirects(hosts, bound));
    RouteConfiguration routes =
        RouteConfiguration.newBuilder()
            .setName(name)
            .addAllVirtualHosts(sorted(hosts.values()))
            .setValidateClusters(Protos.FALSE)
            .setIgnorePortInHostMatching(true)
            .setMaxDirectResponseBodySizeBytes(Protos.uint(1024 * 1024))
            .build();
    return view.patches().routes(Side.GATEWAY, onACluster, port, routes);
  }

  /** With no route at all every request is answered 404. */
  private static List<VirtualHost> sorted(Collection<VirtualHost.Builder> hosts) {
    if (hosts.isEmpty()) {
      return List.of(VirtualHost.newBuilder().setName("blackhole").addDomains("*").build());
    }
    return hosts.stream().map(GatewayRoutes::catchAllLast).toList();
  }

  private static VirtualHost catchAllLast(VirtualHost.Builder host) {
    List<Route> sorted = new ArrayList<>(host.getRoutesList());
    sorted.sort(
        (one, other) ->
            Boolean.compare(
                RouteMatches.isCatchAll(one.getMatch()),
                RouteMatches.isCatchAll(other.getMatch())));
    return host.clearRoutes().addAllRoutes(sorted).build();
  }

  private void addVirtualServices(Map<String, VirtualHost.Builder> hosts, Bound bound) {
    int port = bound.server().port().number();
    Entrance entrance = new Entrance(bound.gateway(), port, Optional.empty(), bound.tls());
    Routes routes = new Routes(view, entrance, targets);
    for (VirtualService service : virtualServices(bound)) {
      List<Route> made = routes.of(service);
      if (!made.isEmpty()) {
        common(service, bound)
            .forEach(
                host -> hosts.computeIfAbsent(host, key -> host(key, port)).addAllRoutes(made));
      }
    }
  }

  private List<VirtualService> virtualServices(Bound bound) {
    return view.mesh().config().virtualServices().stream()
        .filter(
            service -> VirtualServices.isBoundTo(service, bound.gateway(), view.mesh().namespace()))
        .toList();
  }

  private static VirtualHost.Builder host(String name, int port) {
    return VirtualHost.newBuilder()
        .setName(name + ":" + port)
        .addDomains(name)
        .setIncludeRequestAttemptCount(true);
  }

  /** The hosts that both the server and the VirtualService speak of: the narrower of the two. */
  private Stream<String> common(VirtualService service, Bound bound) {
    List<String> theirs = bound.server().hosts().stream().map(Gateways::withoutNamespace).toList();
    return service.hosts().stream()
        .map(view.mesh()::fullName)
        .flatMap(ours -> theirs.stream().flatMap(host -> narrower(host, ours).stream()))
        .map(String::toLowerCase)
        .distinct();
  }

  private static Optional<String> narrower(String one, String other) {
    if (Names.hostMatches(one, other)) {
      return Optional.of(other);
    }
    return Names.hostMatches(other, one) ? Optional.of(one) : Optional.empty();
  }

  private static void addRedirects(Map<String, VirtualHost.Builder> hosts, Bound bound) {
    boolean redirects = bound.server().tls().flatMap(ServerTls::httpsRedirect).orElse(false);
    if (redirects) {
      int port = bound.server().port().number();
      bound.server().hosts().stream()
          .map(Gateways::withoutNamespace)
          .map(name -> hosts.computeIfAbsent(name, key -> host(key, port)))
          .forEach(host -> host.setRequireTls(TlsRequirementType.ALL));
    }
  }
}
