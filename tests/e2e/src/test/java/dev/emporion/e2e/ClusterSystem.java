package dev.emporion.e2e;

import dev.emporion.testing.cluster.Cluster;
import dev.emporion.testing.cluster.Pod;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Pods of a cluster, reached past their sidecars, so that every RPC can be called; among themselves
 * services call through the mesh.
 */
final class ClusterSystem implements RunningSystem {
  private final Cluster cluster = new Cluster();
  private final Map<String, List<PodInstance>> instances = new HashMap<>();

  @Override
  public void start() {
    cluster.scale(List.of("inventory", "orders"), 2);
  }

  @Override
  public synchronized List<PodInstance> instances(String service) {
    return instances.computeIfAbsent(
        service,
        name -> cluster.pods(Cluster.NAMESPACE, name).stream().map(PodInstance::new).toList());
  }

  @Override
  public Instance startOrders(int inventoryInstance) {
    List<PodInstance> before = instances("orders");
    cluster.scale("orders", before.size() + 1);
    return cluster.pods(Cluster.NAMESPACE, "orders").stream()
        .filter(pod -> before.stream().noneMatch(known -> known.pod.name().equals(pod.name())))
        .map(PodInstance::new)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public String databaseUrl(String service) {
    int port = cluster.forward("pod/postgres-0", 5432);
    return cluster
        .secret(service + "-database", "url")
        .replaceFirst("@[^/]*", "@127.0.0.1:" + port);
  }

  /** What was added stays when a test is over, and goes here. */
  @Override
  public void close() {
    instances.values().stream().flatMap(List::stream).forEach(PodInstance::close);
    cluster.kubectl().run("scale", "deployment/inventory", "deployment/orders", "--replicas=1");
    cluster.close();
  }

  private final class PodInstance implements Instance {
    private final Pod pod;
    private final List<ManagedChannel> channels = new ArrayList<>();

    private PodInstance(Pod pod) {
      this.pod = pod;
    }

    @Override
    public synchronized ManagedChannel channel() {
      if (channels.isEmpty()) {
        int port = cluster.forward("pod/" + pod.name(), Cluster.port(pod.service()));
        channels.add(ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build());
      }
      return channels.getFirst();
    }

    @Override
    public void kill() {
      cluster.signal(pod, pod.service(), "KILL");
    }

    @Override
    public synchronized void close() {
      channels.forEach(ManagedChannel::shutdownNow);
    }
  }
}
