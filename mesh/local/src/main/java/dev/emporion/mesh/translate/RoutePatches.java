package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.EnvoyFilter.ApplyTo;
import dev.emporion.mesh.istio.EnvoyFilter.Operation;
import dev.emporion.mesh.istio.EnvoyFilter.RouteConfigurationMatch;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.List;
import java.util.Optional;

/**
 * EnvoyFilters on routes.
 *
 * @param onACluster the name of the route configuration there, which the filters go by
 */
record RoutePatches(EnvoyPatches patches, Side side, String onACluster, int port) {

  RouteConfiguration apply(RouteConfiguration routes) {
    RouteConfiguration patched = routes;
    for (Patch patch : ours(ApplyTo.ROUTE_CONFIGURATION)) {
      if (patch.operation() == Operation.MERGE) {
        patched = Merge.over(patched, patch.value());
      }
    }
    List<VirtualHost> hosts = virtualHosts(patched.getVirtualHostsList());
    return patched.toBuilder()
        .clearVirtualHosts()
        .addAllVirtualHosts(hosts.stream().map(this::host).toList())
        .build();
  }

  private List<Patch> ours(ApplyTo what) {
    return patches.patches(what, side).filter(this::matches).toList();
  }

  private List<VirtualHost> virtualHosts(List<VirtualHost> all) {
    List<VirtualHost> hosts = all;
    for (Patch patch : ours(ApplyTo.VIRTUAL_HOST)) {
      VirtualHost value = (VirtualHost) patch.value();
      if (patch.operation() == Operation.MERGE) {
        hosts =
            hosts.stream()
                .map(host -> matches(patch, host) ? Merge.over(host, value) : host)
                .toList();
      } else {
        hosts = patch.edit(hosts, value, host -> matches(patch, host), true);
      }
    }
    return hosts;
  }

  private VirtualHost host(VirtualHost host) {
    List<Route> routes = host.getRoutesList();
    for (Patch patch : ours(ApplyTo.HTTP_ROUTE)) {
      if (matches(patch, host)) {
        routes = routes(patch, routes);
      }
    }
    return host.toBuilder().clearRoutes().addAllRoutes(routes).build();
  }

  private static List<Route> routes(Patch patch, List<Route> routes) {
    Route value = (Route) patch.value();
    if (patch.operation() == Operation.MERGE) {
      return routes.stream()
          .map(route -> matches(patch, route) ? Merge.over(route, value) : route)
          .toList();
    }
    boolean named = match(patch).flatMap(RouteConfigurationMatch::route).isPresent();
    return patch.edit(
        routes,
        value,
        route -> matches(patch, route),
        named || patch.operation() == Operation.REMOVE);
  }

  private static Optional<RouteConfigurationMatch> match(Patch patch) {
    return patch.said().match().routeConfiguration();
  }

  private boolean matches(Patch patch) {
    Optional<RouteConfigurationMatch> match = match(patch);
    return match.flatMap(RouteConfigurationMatch::name).map(onACluster::equals).orElse(true)
        && match
            .flatMap(RouteConfigurationMatch::portNumber)
            .map(wanted -> wanted == port)
            .orElse(true)
        && match.flatMap(RouteConfigurationMatch::gateway).map(this::isOfGateway).orElse(true);
  }

  /** Only an HTTPS server's routes are of one Gateway; {@code namespace/name} is how it is said. */
  private boolean isOfGateway(String gateway) {
    String[] parts = gateway.split("/");
    return parts.length == 2 && onACluster.endsWith("." + parts[1] + "." + parts[0]);
  }

  private static boolean matches(Patch patch, VirtualHost host) {
    return match(patch)
        .flatMap(RouteConfigurationMatch::vhost)
        .map(host.getName()::equals)
        .orElse(true);
  }

  private static boolean matches(Patch patch, Route route) {
    return match(patch)
        .flatMap(RouteConfigurationMatch::route)
        .map(route.getName()::equals)
        .orElse(true);
  }
}
