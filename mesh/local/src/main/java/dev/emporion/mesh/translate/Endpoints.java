package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.LoadBalancer;
import dev.emporion.mesh.istio.LoadBalancer.LocalityLbSetting;
import dev.emporion.mesh.istio.PeerAuthentication.Mode;
import dev.emporion.mesh.model.Address;
import dev.emporion.mesh.model.Registry.Instance;
import dev.emporion.mesh.model.Registry.Port;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The instances of a target that take calls, by place, and in which order places are tried. */
final class Endpoints {
  private final View view;

  Endpoints(View view) {
    this.view = view;
  }

  /** An instance, and how far its labels are from its caller's, where that is asked for. */
  private record Placed(Instance instance, Locality locality, int step) {
    String group() {
      return "%d|%s|%s|%s"
          .formatted(step, locality.getRegion(), locality.getZone(), locality.getSubZone());
    }
  }

  ClusterLoadAssignment of(Target target) {
    DestinationRules rules = DestinationRules.of(view.mesh(), target.host(), view.proxy().labels());
    Policy policy = rules.policy(target.subset(), target.port());
    Port port = target.host().port(target.port()).orElseThrow();
    Preference preference = preference(policy);
    Map<String, List<Placed>> groups =
        target.host().instances().stream()
            .filter(Instance::ready)
            .filter(instance -> instance.addresses().containsKey(port.targetPort()))
            .filter(instance -> Names.selects(rules.labels(target.subset()), instance.labels()))
            .sorted(Comparator.comparing(Instance::id))
            .map(instance -> placed(instance, preference))
            .collect(Collectors.groupingBy(Placed::group, TreeMap::new, Collectors.toList()));
    List<LocalityLbEndpoints.Builder> localities =
        groups.values().stream().map(group -> locality(group, port)).toList();
    preference.apply(localities);
    return ClusterLoadAssignment.newBuilder()
        .setClusterName(target.cluster())
        .addAllEndpoints(localities.stream().map(LocalityLbEndpoints.Builder::build).toList())
        .build();
  }

  /** Without outlier detection Envoy would never go to the second best, so all are equal. */
  private Preference preference(Policy policy) {
    Optional<LocalityLbSetting> setting =
        policy.loadBalancer().flatMap(LoadBalancer::localityLbSetting);
    boolean enabled = setting.flatMap(LocalityLbSetting::enabled).orElse(true);
    return new Preference(
        Localities.of(view.proxy().zone()),
        view.proxy().labels(),
        setting.filter(said -> enabled),
        enabled && policy.outlierDetection().isPresent());
  }

  private Placed placed(Instance instance, Preference preference) {
    return new Placed(instance, Localities.of(instance.zone()), preference.step(instance.labels()));
  }

  private LocalityLbEndpoints.Builder locality(List<Placed> group, Port port) {
    return LocalityLbEndpoints.newBuilder()
        .setLocality(group.getFirst().locality())
        .setPriority(group.getFirst().step())
        .setLoadBalancingWeight(Protos.uint(group.size()))
        .addAllLbEndpoints(group.stream().map(placed -> endpoint(placed, port)).toList());
  }

  private LbEndpoint endpoint(Placed placed, Port port) {
    Instance instance = placed.instance();
    Address address = instance.addresses().get(port.targetPort());
    LbEndpoint.Builder endpoint =
        LbEndpoint.newBuilder()
            .setEndpoint(Endpoint.newBuilder().setAddress(Protos.address(address)))
            .setHealthStatus(HealthStatus.HEALTHY)
            .setLoadBalancingWeight(Protos.uint(1));
    boolean mutual =
        instance.sidecar()
            && MutualTls.of(view.mesh(), instance.labels(), port.targetPort()) != Mode.DISABLE;
    if (mutual) {
      endpoint.setMetadata(
          Metadata.newBuilder()
              .putFilterMetadata("envoy.transport_socket_match", UpstreamTls.MUTUAL));
    }
    return endpoint.build();
  }
}
