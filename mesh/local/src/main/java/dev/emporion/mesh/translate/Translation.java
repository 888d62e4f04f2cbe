package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.IstioConfig;
import dev.emporion.mesh.model.Proxy;
import dev.emporion.mesh.model.Registry;
import dev.emporion.mesh.model.Resources;
import dev.emporion.mesh.yaml.Problem;
import dev.emporion.mesh.yaml.Problems;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What Istio's YAML means to each Envoy, given what runs. It holds no state: the same YAML and the
 * same registry give the same bytes.
 */
public final class Translation {
  private final Mesh mesh;
  private final List<EnvoyPatches.Read> filters;
  private final List<Problem> problems;

  private Translation(Mesh mesh, List<EnvoyPatches.Read> filters, List<Problem> problems) {
    this.mesh = mesh;
    this.filters = filters;
    this.problems = problems;
  }

  /** Reads all of it, for every Envoy there could be: see {@link #problems} first. */
  public static Translation of(IstioConfig config, Registry registry) {
    Problems problems = new Problems();
    Mesh mesh = Mesh.of(config, registry);
    List<EnvoyPatches.Read> filters = EnvoyPatches.read(config.envoyFilters(), problems);
    new Checks(mesh, problems).all();
    return new Translation(mesh, filters, problems.sorted());
  }

  /** What is wrong in the YAML, whether an Envoy is concerned or not. */
  public List<Problem> problems() {
    return problems;
  }

  /**
   * All that an Envoy is told, sorted by name. Only to be used if there are no problems: what has
   * one is left out.
   */
  public Resources resources(Proxy proxy) {
    View view = new View(mesh, proxy, EnvoyPatches.of(filters, proxy.labels()), new Problems());
    Targets targets = new Targets(view);
    List<Listener> listeners = new ArrayList<>();
    List<RouteConfiguration> routes = new ArrayList<>();
    switch (proxy.kind()) {
      case SIDECAR -> {
        listeners.addAll(new InboundListeners(view).all());
        new OutboundListeners(view, targets).addTo(listeners, routes);
      }
      case GATEWAY -> new Gateways(view, targets).addTo(listeners, routes);
    }
    new JwtAuthn(view).targets().forEach(target -> targets.add(target.host(), target.port()));
    Collectors.all(mesh).forEach(target -> targets.add(target.host(), target.port()));
    return new Resources(
        listeners.stream().sorted(Comparator.comparing(Listener::getName)).toList(),
        routes.stream().sorted(Comparator.comparing(RouteConfiguration::getName)).toList(),
        clusters(view, targets),
        endpoints(view, targets));
  }

  private static List<Cluster> clusters(View view, Targets targets) {
    Clusters clusters = new Clusters(view);
    Map<String, Cluster> all = new TreeMap<>();
    targets.all().stream()
        .flatMap(target -> clusters.outbound(target).stream())
        .forEach(cluster -> all.put(cluster.getName(), cluster));
    view.proxy()
        .inbound()
        .forEach(
            (port, inbound) ->
                clusters
                    .inbound(port, inbound)
                    .ifPresent(cluster -> all.put(cluster.getName(), cluster)));
    sides(view.proxy())
        .forEach(
            side ->
                view.patches()
                    .newClusters(side)
                    .forEach(cluster -> all.putIfAbsent(cluster.getName(), cluster)));
    return List.copyOf(all.values());
  }

  private static List<Side> sides(Proxy proxy) {
    return switch (proxy.kind()) {
      case SIDECAR -> List.of(Side.INBOUND, Side.OUTBOUND);
      case GATEWAY -> List.of(Side.GATEWAY);
    };
  }

  private static List<ClusterLoadAssignment> endpoints(View view, Targets targets) {
    Endpoints endpoints = new Endpoints(view);
    return targets.all().stream()
        .filter(target -> target.host().entry().isEmpty())
        .map(endpoints::of)
        .toList();
  }
}
