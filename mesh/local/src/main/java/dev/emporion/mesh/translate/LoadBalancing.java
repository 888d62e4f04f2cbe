package dev.emporion.mesh.translate;

import com.google.protobuf.UInt64Value;
import dev.emporion.mesh.istio.LoadBalancer;
import dev.emporion.mesh.istio.LoadBalancer.ConsistentHash;
import dev.emporion.mesh.istio.LoadBalancer.LocalityLbSetting;
import dev.emporion.mesh.istio.LoadBalancer.Simple;
import dev.emporion.mesh.istio.LoadBalancer.Warmup;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.CommonLbConfig.LocalityWeightedLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LbPolicy;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.LeastRequestLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.MaglevLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.RingHashLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.RoundRobinLbConfig;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.SlowStartConfig;
import io.envoyproxy.envoy.config.core.v3.RuntimeDouble;
import java.util.Optional;

/** How calls are spread over instances: to the one with fewer open calls, where nothing is said. */
final class LoadBalancing {
  private LoadBalancing() {}

  static void apply(Cluster.Builder cluster, Optional<LoadBalancer> balancer) {
    balancer
        .flatMap(LoadBalancer::localityLbSetting)
        .filter(setting -> weighted(setting, cluster.hasOutlierDetection()))
        .ifPresent(
            setting ->
                cluster
                    .getCommonLbConfigBuilder()
                    .setLocalityWeightedLbConfig(LocalityWeightedLbConfig.getDefaultInstance()));
    switch (balancer.flatMap(LoadBalancer::simple).orElse(Simple.UNSPECIFIED)) {
      case LEAST_CONN, LEAST_REQUEST, UNSPECIFIED -> leastRequest(cluster, balancer);
      case ROUND_ROBIN -> roundRobin(cluster, balancer);
      // Where a call was going before it was redirected is not known here, so it goes anywhere.
      case RANDOM, PASSTHROUGH -> cluster.setLbPolicy(LbPolicy.RANDOM);
    }
    balancer.flatMap(LoadBalancer::consistentHash).ifPresent(hash -> hash(cluster, hash));
  }

  /** Weights of localities spoil least-request, so they are looked at only where they matter. */
  private static boolean weighted(LocalityLbSetting setting, boolean ejects) {
    boolean failover = !setting.failover().isEmpty() || !setting.failoverPriority().isEmpty();
    return setting.enabled().orElse(true)
        && (!setting.distribute().isEmpty() || (ejects && failover));
  }

  private static void leastRequest(Cluster.Builder cluster, Optional<LoadBalancer> balancer) {
    cluster.setLbPolicy(LbPolicy.LEAST_REQUEST);
    warmup(balancer)
        .map(slow -> LeastRequestLbConfig.newBuilder().setSlowStartConfig(slow))
        .ifPresent(cluster::setLeastRequestLbConfig);
  }

  private static void roundRobin(Cluster.Builder cluster, Optional<LoadBalancer> balancer) {
    cluster.setLbPolicy(LbPolicy.ROUND_ROBIN);
    warmup(balancer)
        .map(slow -> RoundRobinLbConfig.newBuilder().setSlowStartConfig(slow))
        .ifPresent(cluster::setRoundRobinLbConfig);
  }

  private static Optional<SlowStartConfig> warmup(Optional<LoadBalancer> balancer) {
    return balancer.flatMap(LoadBalancer::warmup).map(LoadBalancing::slowStart);
  }

  private static SlowStartConfig slowStart(Warmup warmup) {
    return SlowStartConfig.newBuilder()
        .setSlowStartWindow(Protos.duration(warmup.duration()))
        .setAggression(
            RuntimeDouble.newBuilder()
                .setDefaultValue(warmup.aggression().orElse(1.0))
                .setRuntimeKey("upstream.warmup.aggression"))
        .setMinWeightPercent(Protos.percent(warmup.minimumPercent().orElse(10.0)))
        .build();
  }

  private static void hash(Cluster.Builder cluster, ConsistentHash hash) {
    if (hash.maglevTableSize().isPresent()) {
      cluster.setLbPolicy(LbPolicy.MAGLEV);
      hash.maglevTableSize()
          .filter(size -> size > 0)
          .map(size -> MaglevLbConfig.newBuilder().setTableSize(UInt64Value.of(size)))
          .ifPresent(cluster::setMaglevLbConfig);
      return;
    }
    long smallest = hash.minimumRingSize().filter(size -> size > 0).orElse(1024L);
    cluster
        .setLbPolicy(LbPolicy.RING_HASH)
        .setRingHashLbConfig(
            RingHashLbConfig.newBuilder().setMinimumRingSize(UInt64Value.of(smallest)));
  }
}
