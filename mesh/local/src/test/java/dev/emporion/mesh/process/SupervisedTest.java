package dev.emporion.mesh.process;

import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisedTest {
  private static final List<String> FOR_A_MINUTE = List.of("sleep", "60");
  private static final Backoff QUICK =
      new Backoff(Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMinutes(1));
  private static final Backoff SLOW =
      new Backoff(Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1));

  @TempDir Path folder;
  private Processes processes;
  private final List<Supervised> all = new ArrayList<>();

  @BeforeEach
  void open() {
    processes = new Processes(new Layout(folder));
  }

  @AfterEach
  void end() {
    all.forEach(Supervised::stop);
    processes.all().forEach(Running::kill);
  }

  private Supervised start(String fingerprint, List<String> command, Backoff backoff) {
    var spec = new Supervised.Spec("carts", fingerprint, () -> command, Map.of());
    Supervised supervised = new Supervised(processes, spec, backoff, () -> {});
    all.add(supervised);
    supervised.start();
    return supervised;
  }

  private static long pid(Supervised supervised) {
    return supervised.running().orElseThrow().identity().pid();
  }

  @Test
  void oneThatIsKilledIsStartedAgain() {
    Supervised supervised = start("v1", FOR_A_MINUTE, QUICK);
    long before = pid(supervised);
    supervised.kill();
    eventually(
        () ->
            assertThat(supervised.running().map(p -> p.identity().pid()))
                .isPresent()
                .isNotEqualTo(java.util.Optional.of(before)));
    assertThat(supervised.restarts()).isEqualTo(1);
  }

  @Test
  void oneThatKeepsEndingIsLeftAloneForAWhile() {
    Supervised supervised = start("v1", List.of("sh", "-c", "echo started"), SLOW);
    // The first end is forgiven at once, the second is not.
    eventually(
        () ->
            assertThat(folder.resolve(".run/logs/carts.log"))
                .content()
                .isEqualTo("started\nstarted\n"));
    eventually(() -> assertThat(supervised.running()).isEmpty());
    assertThat(supervised.restarts()).isEqualTo(1);
  }

  @Test
  void whoeverComesLaterTakesItOverAndDoesNotStartItTwice() {
    Supervised first = start("v1", FOR_A_MINUTE, QUICK);
    Supervised later = start("v1", List.of("sh", "-c", "echo twice; sleep 60"), QUICK);
    assertThat(pid(later)).isEqualTo(pid(first));
    assertThat(folder.resolve(".run/logs/carts.log")).isEmptyFile();
  }

  @Test
  void oneThatWasTakenOverIsLookedAfterAsWell() {
    Running orphan = processes.start("carts", "v1", FOR_A_MINUTE, Map.of());
    Supervised supervised = start("v1", FOR_A_MINUTE, QUICK);
    orphan.kill();
    eventually(() -> assertThat(supervised.running()).isPresent().get().isNotEqualTo(orphan));
  }

  @Test
  void oneThatRunsFromSomethingElseIsReplaced() {
    Running old = processes.start("carts", "v1", FOR_A_MINUTE, Map.of());
    Supervised supervised = start("v2", FOR_A_MINUTE, QUICK);
    assertThat(old.isAlive()).isFalse();
    assertThat(supervised.running().orElseThrow().fingerprint()).isEqualTo("v2");
  }

  @Test
  void stoppingIsForGoodAndOffTheRecord() {
    Supervised supervised = start("v1", FOR_A_MINUTE, QUICK);
    assertThat(supervised.stop()).isTrue();
    assertThat(supervised.running()).isEmpty();
    assertThat(processes.all()).isEmpty();
    assertThat(Files.exists(folder.resolve(".run/processes/carts.identity"))).isFalse();
  }

  @Test
  void oneThatCannotBeStartedSaysWhy() throws Exception {
    Files.createDirectories(folder.resolve(".run"));
    Files.writeString(folder.resolve(".run/processes"), "a file where a folder should be");
    Supervised supervised = start("v1", FOR_A_MINUTE, SLOW);
    assertThat(supervised.problem()).contains("cannot start carts");
    Files.delete(folder.resolve(".run/processes"));
  }
}
