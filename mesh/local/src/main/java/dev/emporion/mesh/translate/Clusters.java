package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.ServiceEntry;
import dev.emporion.mesh.istio.ServiceEntry.Resolution;
import dev.emporion.mesh.model.Proxy.Inbound;
import dev.emporion.mesh.model.Registry.Protocol;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DnsLookupFamily;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.EdsClusterConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Whom an Envoy calls, and how: a cluster for each target, and one for the program behind it. */
final class Clusters {
  private static final com.google.protobuf.Duration CONNECT_TIMEOUT =
      Protos.duration(Duration.ofSeconds(10));

  private final View view;

  Clusters(View view) {
    this.view = view;
  }

  Optional<Cluster> outbound(Target target) {
    Cluster.Builder cluster = cluster(target.cluster());
    discovery(cluster, target);
    Policy policy = policy(target);
    HttpOptions http = HttpOptions.of(protocol(target), policy.connectionPool());
    ConnectionPools.apply(cluster, policy.connectionPool());
    http.apply(cluster);
    OutlierDetections.apply(cluster, policy.outlierDetection());
    LoadBalancing.apply(cluster, policy.loadBalancer());
    new UpstreamTls(view, target, http).apply(cluster, policy.tls());
    return view.patches().cluster(sideOfOutbound(), target, cluster.build());
  }

  private Side sideOfOutbound() {
    return switch (view.proxy().kind()) {
      case SIDECAR -> Side.OUTBOUND;
      case GATEWAY -> Side.GATEWAY;
    };
  }

  /** The pool that callers of the service are allowed holds here as well, as Istio has it. */
  Optional<Cluster> inbound(int port, Inbound inbound) {
    String name = Names.inboundCluster(port);
    Cluster.Builder cluster = cluster(name);
    cluster
        .setType(DiscoveryType.STATIC)
        .setLoadAssignment(
            ClusterLoadAssignment.newBuilder()
                .setClusterName(name)
                .addEndpoints(LocalityLbEndpoints.newBuilder().addLbEndpoints(program(inbound))));
    Policy policy = inboundPolicy(port);
    ConnectionPools.apply(cluster, policy.connectionPool());
    HttpOptions.inbound(view.inboundProtocol(port), policy.connectionPool()).apply(cluster);
    return view.patches().inboundCluster(view, port, cluster.build());
  }

  private static LbEndpoint.Builder program(Inbound inbound) {
    return LbEndpoint.newBuilder()
        .setEndpoint(Endpoint.newBuilder().setAddress(Protos.address(inbound.app())));
  }

  private Policy inboundPolicy(int port) {
    return view.inboundHost(port)
        .map(host -> DestinationRules.of(view.mesh(), host, view.proxy().labels()))
        .map(rules -> rules.policy(Optional.empty(), view.inboundPort(port).orElseThrow().port()))
        .orElse(Policy.NOTHING);
  }

  private static Cluster.Builder cluster(String name) {
    return Cluster.newBuilder().setName(name).setConnectTimeout(CONNECT_TIMEOUT);
  }

  private Policy policy(Target target) {
    return DestinationRules.of(view.mesh(), target.host(), view.proxy().labels())
        .policy(target.subset(), target.port());
  }

  private static Protocol protocol(Target target) {
    return target.host().port(target.port()).orElseThrow().protocol();
  }

  private void discovery(Cluster.Builder cluster, Target target) {
    Optional<ServiceEntry> entry = target.host().entry();
    if (entry.isEmpty()) {
      cluster
          .setType(DiscoveryType.EDS)
          .setEdsClusterConfig(EdsClusterConfig.newBuilder().setEdsConfig(Protos.ads()));
      return;
    }
    Map<String, String> labels =
        DestinationRules.of(view.mesh(), target.host(), view.proxy().labels())
            .labels(target.subset());
    cluster.setLoadAssignment(ExternalEndpoints.of(entry.get(), target, labels));
    cluster.setType(type(entry.get().resolution()));
    if (entry.get().resolution() != Resolution.STATIC) {
      cluster.setDnsLookupFamily(DnsLookupFamily.V4_ONLY);
    }
  }

  private static DiscoveryType type(Resolution resolution) {
    return switch (resolution) {
      case DNS, NONE -> DiscoveryType.STRICT_DNS;
      case DNS_ROUND_ROBIN -> DiscoveryType.LOGICAL_DNS;
      case STATIC -> DiscoveryType.STATIC;
    };
  }
}
