package dev.emporion.tests.mesh;

import static dev.emporion.testing.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.inventory.v1.AdjustStockRequest;
import dev.emporion.inventory.v1.MovementReason;
import dev.emporion.mesh.envoy.EnvoyAdmin;
import dev.emporion.mesh.model.Address;
import dev.emporion.mesh.shop.Shop;
import dev.emporion.testing.cluster.Cluster;
import dev.emporion.testing.cluster.Kubectl;
import dev.emporion.testing.cluster.Pod;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import javax.net.ssl.TrustManagerFactory;
import org.opentest4j.TestAbortedException;

/** Kubernetes and Istio as they come, by {@code kubectl}. Instances are pods. */
final class ClusterDriver implements Driver {
  private static final Duration READY_LIMIT = Duration.ofSeconds(180);
  private static final int ADMIN_PORT = 15000;

  private final Cluster cluster = new Cluster();
  private final Kubectl kubectl = cluster.kubectl();
  private final ClusterFiles files;
  private final String meshRoot =
      kubectl.run(
          "get", "configmap", "istio-ca-root-cert", "--output", "jsonpath={.data.root-cert\\.pem}");

  ClusterDriver() throws IOException {
    files = new ClusterFiles(kubectl);
  }

  /** Brings a second version of catalog beside the one that runs. */
  void startCanary(String yaml) {
    String image = cluster.image("catalog");
    kubectl.runWith(
        yaml.replace("image: emporion/catalog", "image: " + image),
        "apply",
        "--server-side",
        "--filename",
        "-");
    kubectl.run("rollout", "status", "deployment/catalog-canary", "--timeout=180s");
    awaitReady();
  }

  /** More than all buyers of these tests take: a cluster's shop has had others before. */
  void receiveStock() {
    Shop shop = Shop.at(gateway().toString());
    try {
      for (String sku : List.of("MUG-BLUE", "COFFEE-ETHIOPIA")) {
        shop.as("merchant/1")
            .inventory()
            .adjustStock(
                AdjustStockRequest.newBuilder()
                    .setRequestId(UUID.randomUUID().toString())
                    .setSku(sku)
                    .setLocationId("berlin")
                    .setQuantity(100_000)
                    .setReason(MovementReason.MOVEMENT_REASON_RECEIVED)
                    .build());
      }
    } finally {
      shop.close();
    }
  }

  Cluster cluster() {
    return cluster;
  }

  void close() {
    kubectl.run("delete", "deployment", "catalog-canary", "--ignore-not-found", "--wait=false");
    cluster.close();
  }

  @Override
  public Address gateway() {
    String[] address = cluster.gateway().split(":");
    return new Address(address[0], Integer.parseInt(address[1]));
  }

  @Override
  public Address gatewayTls() {
    return new Address("127.0.0.1", cluster.forward("service/gateway", 8443));
  }

  @Override
  public TrustManagerFactory trust() throws GeneralSecurityException {
    return Trust.of(cluster.secret("gateway-certificate", "tls.crt"));
  }

  @Override
  public Path istio() {
    return files.folder();
  }

  @Override
  public void apply() {
    files.apply();
  }

  @Override
  public List<String> problems() {
    return files.problems();
  }

  /** The API server names the field alone. */
  @Override
  public String place(String file, int line) {
    return file + ":";
  }

  @Override
  public List<String> sidecars() {
    return cluster.sidecars().stream().map(Pod::name).toList();
  }

  @Override
  public List<String> instances(String service) {
    return cluster.pods(Cluster.NAMESPACE, service).stream().map(Pod::name).toList();
  }

  @Override
  public void scale(String service, int replicas) {
    cluster.scale(service, replicas);
  }

  @Override
  public void restart(String service) {
    cluster.restart(service);
  }

  @Override
  public void kill(String instance) {
    signal(instance, "KILL");
  }

  @Override
  public void pause(String instance) {
    signal(instance, "STOP");
  }

  @Override
  public void resume(String instance) {
    signal(instance, "CONT");
  }

  private void signal(String instance, String signal) {
    Pod pod = cluster.pod(instance);
    cluster.signal(pod, pod.service(), signal);
  }

  @Override
  public void killControlPlane() {
    Pod istiod = cluster.pods(Cluster.ISTIO, "istiod").getFirst();
    cluster.signal(istiod, "discovery", "KILL");
  }

  /** The kubelet does. */
  @Override
  public void startControlPlane() {
    within(
        READY_LIMIT,
        Duration.ofSeconds(1),
        () -> assertThat(cluster.pods(Cluster.ISTIO, "istiod")).isNotEmpty());
  }

  @Override
  public void awaitReady() {
    cluster.awaitReady();
  }

  @Override
  public List<String> processes() {
    return cluster.pods().stream().map(pod -> pod.name() + " " + pod.containers()).toList();
  }

  /** Istio replaces them when half of their life is over, or with the pod. */
  @Override
  public void rotateCertificates() {
    for (String deployment : cluster.deploymentsInTheMesh()) {
      cluster.restart(deployment);
    }
  }

  @Override
  public void rotateRoot() {
    throw new TestAbortedException("the root of a cluster is its own, not this system's");
  }

  @Override
  public long counter(String instance, Predicate<String> names) {
    return admin(instance).statistics(".*").sum(names);
  }

  private EnvoyAdmin admin(String instance) {
    return new EnvoyAdmin(new Address("127.0.0.1", cluster.forward("pod/" + instance, ADMIN_PORT)));
  }

  @Override
  public Address inbound(String instance) {
    Pod pod = cluster.pod(instance);
    return new Address(pod.address(), Cluster.port(pod.service()));
  }

  @Override
  public ManagedChannel channelAs(String service, String instance) {
    String credential = WorkloadCertificate.of(service, cluster, meshRoot);
    return Trust.channel(inbound(instance), credential, meshRoot);
  }
}
