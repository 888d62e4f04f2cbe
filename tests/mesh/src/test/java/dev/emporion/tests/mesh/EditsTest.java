package dev.emporion.tests.mesh;

import static dev.emporion.testing.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningMesh.class)
class EditsTest {
  private static final int EDITS = 20;
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String FILE = "everywhere/edited-by-a-test.yaml";
  private static final Predicate<String> TAKEN =
      name -> name.equals("listener_manager.lds.update_success");

  private final Driver mesh;

  EditsTest(Driver mesh) {
    this.mesh = mesh;
  }

  /** What it measures goes to the log of the test: timed assertions fail on busy machines. */
  @Test
  void anEditReachesEverySidecar() {
    List<String> instances = mesh.sidecars();
    List<Long> millis = new ArrayList<>();
    try (Yaml yaml = new Yaml(mesh)) {
      for (int i = 0; i < EDITS; i++) {
        Map<String, Long> before = taken(instances);
        long began = System.nanoTime();
        yaml.write(FILE, allowNothing(i));
        within(
            LIMIT,
            () ->
                assertThat(taken(instances))
                    .allSatisfy(
                        (instance, count) ->
                            assertThat(count).as(instance).isGreaterThan(before.get(instance))));
        millis.add(Duration.ofNanos(System.nanoTime() - began).toMillis());
      }
    }
    millis.sort(null);
    System.out.printf(
        "edits: n=%d sidecars=%d median_ms=%d worst_ms=%d%n",
        EDITS, instances.size(), millis.get(EDITS / 2), millis.getLast());
  }

  @Test
  void aBrokenEditIsRefusedWithItsPlaceAndChangesNothing() {
    try (Yaml yaml = new Yaml(mesh)) {
      yaml.write(
          FILE,
          """
          apiVersion: security.istio.io/v1
          kind: AuthorizationPolicy
          metadata:
            name: broken
            namespace: emporion
          spec:
            action: DENY
            ruels:
              - {}
          """);
      within(
          LIMIT,
          () ->
              assertThat(mesh.problems())
                  .anyMatch(
                      problem ->
                          problem.contains(mesh.place(FILE, 8)) && problem.contains("ruels")));
      try (Load load = Load.of(1, mesh)) {
        load.awaitOrders(3);
        assertThat(load.failures()).isEmpty();
      }
    }
    within(LIMIT, () -> assertThat(mesh.problems()).isEmpty());
  }

  private Map<String, Long> taken(List<String> instances) {
    return instances.stream()
        .collect(Collectors.toMap(instance -> instance, instance -> mesh.counter(instance, TAKEN)));
  }

  /** One more rule for each sidecar, that lets in calls of what does not exist. */
  private static String allowNothing(int edition) {
    return """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata:
          name: edited-by-a-test
          namespace: emporion
        spec:
          action: ALLOW
          rules:
            - from:
                - source:
                    principals: [cluster.local/ns/emporion/sa/edge]
              to:
                - operation:
                    paths: [/nothing-%d]
        """
        .formatted(edition);
  }
}
