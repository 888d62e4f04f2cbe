package dev.emporion.mesh.translate;

import com.google.protobuf.Any;
import dev.emporion.mesh.istio.EnvoyFilter.ApplyTo;
import dev.emporion.mesh.istio.EnvoyFilter.ClusterMatch;
import dev.emporion.mesh.istio.EnvoyFilter.Operation;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import java.util.List;
import java.util.Optional;

/** EnvoyFilters on a cluster. */
record ClusterPatches(EnvoyPatches patches, Side side) {

  /** Empty if it is removed. */
  Optional<Cluster> apply(Cluster cluster, List<String> hosts, int port, Optional<String> subset) {
    List<Patch> ours =
        patches
            .patches(ApplyTo.CLUSTER, side)
            .filter(patch -> matches(patch, cluster.getName(), hosts, port, subset))
            .toList();
    if (ours.stream().anyMatch(patch -> patch.operation() == Operation.REMOVE)) {
      return Optional.empty();
    }
    Cluster patched = cluster;
    for (Patch patch : ours) {
      if (patch.operation() == Operation.MERGE) {
        patched = merged(patched, (Cluster) patch.value());
      }
    }
    return Optional.of(patched);
  }

  /** TLS is merged within, or put in the place of other TLS. */
  private static Cluster merged(Cluster cluster, Cluster patch) {
    if (!patch.hasTransportSocket()) {
      return Merge.over(cluster, patch);
    }
    Cluster.Builder out = cluster.toBuilder();
    if (cluster.getTransportSocketMatchesCount() == 0) {
      return out.setTransportSocket(
              merged(cluster.getTransportSocket(), patch.getTransportSocket()))
          .build();
    }
    for (int i = 0; i < out.getTransportSocketMatchesCount(); i++) {
      TransportSocket socket = out.getTransportSocketMatches(i).getTransportSocket();
      if (socket.getName().equals(patch.getTransportSocket().getName())) {
        out.getTransportSocketMatchesBuilder(i)
            .setTransportSocket(merged(socket, patch.getTransportSocket()));
        break;
      }
    }
    return out.build();
  }

  private static TransportSocket merged(TransportSocket socket, TransportSocket patch) {
    Optional<Any> config =
        socket.getName().equals(patch.getName())
            ? Merge.over(socket.getTypedConfig(), patch.getTypedConfig())
            : Optional.empty();
    return config.map(any -> socket.toBuilder().setTypedConfig(any).build()).orElse(patch);
  }

  private static boolean matches(
      Patch patch, String name, List<String> hosts, int port, Optional<String> subset) {
    Optional<ClusterMatch> match = patch.said().match().cluster();
    if (match.isEmpty()) {
      return true;
    }
    if (match.get().name().isPresent()) {
      return match.get().name().get().equals(name);
    }
    return match.get().subset().map(wanted -> wanted.equals(subset.orElse(""))).orElse(true)
        && match.get().service().map(hosts::contains).orElse(true)
        && match.get().portNumber().map(wanted -> wanted == port).orElse(true);
  }
}
