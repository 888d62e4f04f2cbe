package dev.emporion.mesh.xds;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of resources, in the order in which a change of several is sent. */
public enum ResourceType {
  SECRET("envoy.extensions.transport_sockets.tls.v3.Secret"),
  CLUSTER("envoy.config.cluster.v3.Cluster"),
  ENDPOINT("envoy.config.endpoint.v3.ClusterLoadAssignment"),
  LISTENER("envoy.config.listener.v3.Listener"),
  ROUTE("envoy.config.route.v3.RouteConfiguration");

  static final String URL_PREFIX = "type.googleapis.com/";

  private final String url;

  ResourceType(String message) {
    this.url = URL_PREFIX + message;
  }

  String url() {
    return url;
  }

  /**
   * Of these an Envoy wants all there are and drops what is missing in an answer; of the others it
   * asks for names, and an answer takes nothing away.
   */
  boolean isWhole() {
    return this == CLUSTER || this == LISTENER;
  }

  static Optional<ResourceType> of(String url) {
    return Arrays.stream(values()).filter(type -> type.url.equals(url)).findFirst();
  }
}
