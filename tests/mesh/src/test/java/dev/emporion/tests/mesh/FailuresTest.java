package dev.emporion.tests.mesh;

import static dev.emporion.testing.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Everything here happens under load, and no buyer may see any of it. */
@ExtendWith(RunningMesh.class)
class FailuresTest {
  private static final int BUYERS = 4;
  private static final int SOME_ORDERS = 40;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Driver mesh;

  FailuresTest(Driver mesh) {
    this.mesh = mesh;
  }

  @AfterEach
  void backToOneInstance() {
    mesh.awaitReady();
    mesh.scale("inventory", 1);
  }

  @Test
  void threeInstancesShareTheCallsAndAKilledOneCostsNobodyAnError() {
    try (Load load = Load.of(BUYERS, mesh)) {
      mesh.scale("inventory", 3);
      List<String> instances = mesh.instances("inventory");
      assertThat(instances).hasSize(3);
      List<Long> before = instances.stream().map(this::requests).toList();
      load.awaitOrders(SOME_ORDERS);
      for (int i = 0; i < instances.size(); i++) {
        assertThat(requests(instances.get(i)) - before.get(i))
            .as("calls of " + instances.get(i))
            .isGreaterThan(SOME_ORDERS / 10);
      }

      mesh.kill(instances.get(1));
      load.awaitOrders(SOME_ORDERS);
      mesh.awaitReady();
      load.awaitOrders(SOME_ORDERS);

      assertThat(load.failures()).isEmpty();
    }
  }

  @Test
  void aRestartCostsNobodyAnError() {
    try (Load load = Load.of(BUYERS, mesh)) {
      mesh.restart("orders");
      load.awaitOrders(SOME_ORDERS);
      mesh.restart("catalog");
      load.awaitOrders(SOME_ORDERS);

      assertThat(load.failures()).isEmpty();
    }
  }

  @Test
  void anInstanceThatHangsIsEjectedAndComesBack() {
    mesh.scale("inventory", 2);
    String hung = mesh.instances("inventory").get(1);
    try (Load load = Load.of(BUYERS, mesh)) {
      mesh.pause(hung);
      try {
        load.awaitOrders(SOME_ORDERS);
        long quiet = requests(hung);
        load.awaitOrders(SOME_ORDERS);
        assertThat(requests(hung) - quiet).as("calls of the hung one").isLessThan(SOME_ORDERS / 4);
      } finally {
        mesh.resume(hung);
      }
      long before = requests(hung);
      within(LIMIT, () -> assertThat(requests(hung)).isGreaterThan(before + 5));

      assertThat(load.failures()).isEmpty();
    }
  }

  @Test
  void trafficGoesOnWhileTheControlPlaneIsKilledAndTakesOverAgain() {
    List<String> processes = mesh.processes();
    try (Load load = Load.of(BUYERS, mesh)) {
      mesh.killControlPlane();
      load.awaitOrders(SOME_ORDERS);
      mesh.startControlPlane();
      load.awaitOrders(SOME_ORDERS);
      mesh.awaitReady();

      assertThat(load.failures()).isEmpty();
    }
    assertThat(mesh.processes()).as("nothing was started anew").isEqualTo(processes);
    // It commands again what it took over.
    mesh.scale("inventory", 2);
    assertThat(mesh.instances("inventory")).hasSize(2);
  }

  @Test
  void certificatesAreReplacedUnderLoad() {
    replaceUnderLoad(mesh::rotateCertificates);
  }

  @Test
  void certificatesAndTheirRootAreReplacedUnderLoad() {
    replaceUnderLoad(mesh::rotateRoot);
  }

  private void replaceUnderLoad(Runnable replacement) {
    try (Load load = Load.of(BUYERS, mesh)) {
      replacement.run();
      load.awaitOrders(SOME_ORDERS);

      assertThat(load.failures()).isEmpty();
    }
  }

  private long requests(String instance) {
    return mesh.counter(
        instance, name -> name.matches("http\\.inbound.*\\.downstream_rq_completed"));
  }
}
