package dev.emporion.tests.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.emporion.testing.cluster.Cluster;
import dev.emporion.testing.cluster.Pod;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens to nodes and pods of a cluster, under load. The books are right after each. */
@ExtendWith(RunningMesh.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterTest {
  private static final int BUYERS = 4;
  private static final int SOME_ORDERS = 20;

  /**
   * All that an order needs. There are two of the one that loses a pod, and one of the others:
   * nodes are small.
   */
  private static final List<String> SERVICES =
      List.of("catalog", "shipping", "carts", "pricing", "inventory", "payments", "orders");

  private final Driver mesh;
  private Cluster cluster;

  ClusterTest(Driver mesh) {
    this.mesh = mesh;
  }

  @BeforeAll
  void isThere() {
    assumeTrue(mesh instanceof ClusterDriver, "no cluster");
    cluster = ((ClusterDriver) mesh).cluster();
  }

  @AfterEach
  void theBooksAreRight() {
    assertThat(cluster.audit()).startsWith("audit: ").endsWith("violations=0");
  }

  @Test
  void podsThatAreEvictedOneByOneCostNobodyAnError() {
    try (Load load = Load.of(BUYERS, mesh)) {
      for (String service : SERVICES) {
        mesh.scale(service, 2);
        cluster.evict(cluster.pods(Cluster.NAMESPACE, service).getFirst());
        load.awaitOrders(SOME_ORDERS);
        mesh.awaitReady();
        mesh.scale(service, 1);
      }
      assertThat(load.failures()).isEmpty();
    }
  }

  @Test
  void containersThatAreKilledOneByOneCostNobodyAnError() {
    try (Load load = Load.of(BUYERS, mesh)) {
      for (String service : SERVICES) {
        mesh.scale(service, 2);
        mesh.kill(mesh.instances(service).getFirst());
        load.awaitOrders(SOME_ORDERS);
        mesh.awaitReady();
        mesh.scale(service, 1);
      }
      assertThat(load.failures()).isEmpty();
    }
  }

  /** Buyers see it; nothing that was promised to them is lost. */
  @Test
  void theDatabaseIsKilledAndEverythingGoesOn() {
    Pod database = cluster.pods(Cluster.NAMESPACE, "postgres").getFirst();
    try (Load load = Load.of(BUYERS, mesh)) {
      cluster.signal(database, "postgres", "KILL");
      load.awaitOrders(SOME_ORDERS);
      mesh.awaitReady();
    }
    try (Load load = Load.of(BUYERS, mesh)) {
      load.awaitOrders(SOME_ORDERS);
      assertThat(load.failures()).isEmpty();
    }
  }
}
