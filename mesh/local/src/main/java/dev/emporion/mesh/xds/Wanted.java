package dev.emporion.mesh.xds;

import dev.emporion.mesh.model.Resources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one Envoy is to be told.
 *
 * @param endpointNames what it will ask for when it has the clusters
 */
record Wanted(Map<ResourceType, Content> contents, Set<String> endpointNames) {

  static Wanted of(Resources resources, List<Secret> secrets) {
    Map<ResourceType, Content> contents = new EnumMap<>(ResourceType.class);
    contents.put(ResourceType.CLUSTER, Content.of(resources.clusters(), Cluster::getName));
    contents.put(
        ResourceType.ENDPOINT,
        Content.of(resources.endpoints(), ClusterLoadAssignment::getClusterName));
    contents.put(ResourceType.LISTENER, Content.of(resources.listeners(), Listener::getName));
    contents.put(ResourceType.ROUTE, Content.of(resources.routes(), RouteConfiguration::getName));
    contents.put(ResourceType.SECRET, secrets(secrets));
    return new Wanted(contents, endpointNames(resources.clusters()));
  }

  Wanted with(List<Secret> secrets) {
    Map<ResourceType, Content> changed = new EnumMap<>(contents);
    changed.put(ResourceType.SECRET, secrets(secrets));
    return new Wanted(changed, endpointNames);
  }

  private static Content secrets(List<Secret> secrets) {
    return Content.of(secrets, Secret::getName);
  }

  private static Set<String> endpointNames(List<Cluster> clusters) {
    return clusters.stream()
        .filter(cluster -> cluster.getType() == Cluster.DiscoveryType.EDS)
        .map(
            cluster -> {
              String service = cluster.getEdsClusterConfig().getServiceName();
              return service.isEmpty() ? cluster.getName() : service;
            })
        .collect(Collectors.toUnmodifiableSet());
  }

  Content get(ResourceType type) {
    return contents.get(type);
  }

  boolean isSameAs(Wanted other) {
    return other != null
        && contents.entrySet().stream()
            .allMatch(
                entry -> other.get(entry.getKey()).version().equals(entry.getValue().version()));
  }
}
