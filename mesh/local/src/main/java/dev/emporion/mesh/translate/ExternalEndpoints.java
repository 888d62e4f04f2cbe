package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.ServiceEntry;
import dev.emporion.mesh.model.Registry.Port;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.List;
import java.util.Map;

/** Where a ServiceEntry says that its hosts are; with no endpoint, at the host's own name. */
final class ExternalEndpoints {
  private ExternalEndpoints() {}

  static ClusterLoadAssignment of(ServiceEntry entry, Target target, Map<String, String> subset) {
    Port port = target.host().port(target.port()).orElseThrow();
    List<LocalityLbEndpoints> endpoints =
        entry.endpoints().isEmpty()
            ? List.of(locality("", endpoint(target.host().name(), port.targetPort(), 1)))
            : entry.endpoints().stream()
                .filter(endpoint -> Names.selects(subset, endpoint.labels()))
                .map(endpoint -> given(endpoint, port))
                .toList();
    return ClusterLoadAssignment.newBuilder()
        .setClusterName(target.cluster())
        .addAllEndpoints(endpoints)
        .build();
  }

  private static LocalityLbEndpoints given(ServiceEntry.Endpoint endpoint, Port port) {
    int number = endpoint.ports().getOrDefault(port.name(), port.targetPort());
    int weight = endpoint.weight().orElse(1);
    return locality(endpoint.locality().orElse(""), endpoint(endpoint.address(), number, weight));
  }

  private static LocalityLbEndpoints locality(String locality, LbEndpoint endpoint) {
    return LocalityLbEndpoints.newBuilder()
        .setLocality(Localities.of(locality))
        .setLoadBalancingWeight(endpoint.getLoadBalancingWeight())
        .addLbEndpoints(endpoint)
        .build();
  }

  private static LbEndpoint endpoint(String address, int port, int weight) {
    return LbEndpoint.newBuilder()
        .setEndpoint(Endpoint.newBuilder().setAddress(Protos.address(address, port)))
        .setLoadBalancingWeight(Protos.uint(weight))
        .build();
  }
}
