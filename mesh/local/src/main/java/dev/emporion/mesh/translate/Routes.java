package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.HttpRoute;
import dev.emporion.mesh.istio.HttpRoute.Match;
import dev.emporion.mesh.istio.VirtualService;
import io.envoyproxy.envoy.config.route.v3.Decorator;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The routes of a VirtualService, or of a service that has none. */
final class Routes {
  private final View view;
  private final Entrance entrance;
  private final Targets targets;

  Routes(View view, Entrance entrance, Targets targets) {
    this.view = view;
    this.entrance = entrance;
    this.targets = targets;
  }

  /** Without a VirtualService: to the service, no time limit, Istio's two retries. */
  Route toService(Host host, int port) {
    RouteAction.Builder action =
        new RouteActions(view, entrance, targets).toService(targets.add(host, port));
    return decorated(
        Route.newBuilder().setName("default").setMatch(RouteMatches.ALL).setRoute(action),
        host.name());
  }

  List<Route> of(VirtualService service) {
    List<Route> routes = new ArrayList<>();
    for (HttpRoute route : service.http()) {
      for (Route made : routes(service, route)) {
        routes.add(made);
        if (RouteMatches.isCatchAll(made.getMatch())) {
          return routes;
        }
      }
    }
    return routes;
  }

  private List<Route> routes(VirtualService service, HttpRoute route) {
    if (route.match().isEmpty()) {
      return made(service, route, route.name().orElse(""), RouteMatches.ALL).stream().toList();
    }
    return route.match().stream()
        .filter(this::isForUs)
        .flatMap(match -> made(service, route, match).stream())
        .toList();
  }

  private Optional<Route> made(VirtualService service, HttpRoute route, Match match) {
    String name = route.name().orElse("") + match.name().map(own -> "." + own).orElse("");
    return RouteMatches.of(match, entrance.authority())
        .flatMap(requests -> made(service, route, name, requests));
  }

  private boolean isForUs(Match match) {
    if (match.port().isPresent() && match.port().get() != entrance.port()) {
      return false;
    }
    return match.gateways().isEmpty()
        ? Names.selects(match.sourceLabels(), view.proxy().labels())
        : match.gateways().stream().anyMatch(this::isOurGateway);
  }

  private boolean isOurGateway(String name) {
    return entrance.gateway().equals(Gateways.ownName(name, view.mesh().namespace()));
  }

  private Optional<Route> made(
      VirtualService service, HttpRoute route, String name, RouteMatch requests) {
    Route.Builder out = Route.newBuilder().setName(name).setMatch(requests);
    Optional<HeaderOperations> headers = route.headers().map(HeaderOperations::of);
    headers.ifPresent(changes -> changes.on(out));
    Answers answers = new Answers(entrance);
    if (route.redirect().isPresent()) {
      out.setRedirect(answers.redirect(route.redirect().get()));
    } else if (route.directResponse().isPresent()) {
      out.setDirectResponse(answers.direct(route.directResponse().get()));
    } else if (!new RouteActions(view, entrance, targets).add(out, route, headers)) {
      return Optional.empty();
    }
    perRoute(out, route);
    return Optional.of(decorated(out, service.name()));
  }

  private void perRoute(Route.Builder out, HttpRoute route) {
    route
        .fault()
        .map(fault -> Protos.any(Faults.of(fault)))
        .ifPresent(fault -> out.putTypedPerFilterConfig(HttpFilters.FAULT, fault));
    route
        .corsPolicy()
        .map(cors -> Protos.any(Answers.cors(cors)))
        .ifPresent(cors -> out.putTypedPerFilterConfig(HttpFilters.CORS, cors));
  }

  /** What traces call the call: by the host where there is one, else by the VirtualService. */
  private Route decorated(Route.Builder route, String name) {
    RouteMatch match = route.getMatch();
    String path =
        switch (match.getPathSpecifierCase()) {
          case PATH -> match.getPath();
          case SAFE_REGEX -> match.getSafeRegex().getRegex();
          case PREFIX -> match.getPrefix() + "*";
          default -> "/*";
        };
    String[] cluster = route.getRoute().getCluster().split("\\|", -1);
    String where =
        cluster.length == 4 ? cluster[3] + ":" + cluster[1] : name + ":" + entrance.port();
    return route.setDecorator(Decorator.newBuilder().setOperation(where + path)).build();
  }
}
