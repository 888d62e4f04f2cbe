package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.EnvoyFilter;
import dev.emporion.mesh.istio.EnvoyFilter.ApplyTo;
import dev.emporion.mesh.istio.EnvoyFilter.Operation;
import dev.emporion.mesh.yaml.Problems;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The changes that EnvoyFilters make to one Envoy's configuration, in the order to make them. */
final class EnvoyPatches {
  private final List<Patch> patches;

  private EnvoyPatches(List<Patch> patches) {
    this.patches = patches;
  }

  /** All filters, their values read once for all Envoys. */
  static List<Read> read(List<EnvoyFilter> filters, Problems problems) {
    return filters.stream()
        .sorted(Comparator.comparing(EnvoyFilter::priority))
        .map(
            filter ->
                new Read(
                    filter.workloadSelector(),
                    filter.configPatches().stream()
                        .flatMap(patch -> Patch.read(patch, problems).stream())
                        .toList()))
        .toList();
  }

  /** A filter whose values are read. */
  record Read(Map<String, String> selector, List<Patch> patches) {}

  static EnvoyPatches of(List<Read> filters, Map<String, String> labels) {
    return new EnvoyPatches(
        filters.stream()
            .filter(filter -> Names.selects(filter.selector(), labels))
            .flatMap(filter -> filter.patches().stream())
            .toList());
  }

  Stream<Patch> patches(ApplyTo what, Side side) {
    return patches.stream()
        .filter(patch -> patch.said().applyTo() == what)
        .filter(patch -> patch.isFor(side));
  }

  /**
   * Empty if it is removed.
   *
   * @param onACluster the listener's name there
   * @param port of the pod, the Service or the gateway, by side
   */
  Optional<Listener> listener(Side side, String onACluster, int port, Listener listener) {
    return new ListenerPatches(this, side, onACluster, port).apply(listener);
  }

  RouteConfiguration routes(
      Side side, String onACluster, int port, RouteConfiguration configuration) {
    return new RoutePatches(this, side, onACluster, port).apply(configuration);
  }

  Optional<Cluster> cluster(Side side, Target target, Cluster cluster) {
    return new ClusterPatches(this, side)
        .apply(cluster, List.of(target.host().name()), target.port(), target.subset());
  }

  Optional<Cluster> inboundCluster(View view, int port, Cluster cluster) {
    List<String> hosts = view.inboundHost(port).map(Host::name).stream().toList();
    return new ClusterPatches(this, Side.INBOUND).apply(cluster, hosts, port, Optional.empty());
  }

  /** Clusters that are new altogether. For any side means for calls out, not twice. */
  List<Cluster> newClusters(Side side) {
    return patches(ApplyTo.CLUSTER, side)
        .filter(patch -> patch.operation() == Operation.ADD)
        .filter(
            patch ->
                side != Side.INBOUND || patch.said().match().context() != EnvoyFilter.Context.ANY)
        .map(patch -> (Cluster) patch.value())
        .toList();
  }
}
