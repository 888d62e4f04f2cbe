package dev.emporion.mesh.model;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.List;

/**
 * All that one Envoy is told, but for its secrets: these are named {@code default} (its certificate
 * and key) and {@code ROOTCA} (whom it believes), as istiod names them, and come by SDS over the
 * same stream.
 */
public record Resources(
    List<Listener> listeners,
    List<RouteConfiguration> routes,
    List<Cluster> clusters,
    List<ClusterLoadAssignment> endpoints) {}
