package dev.emporion.mesh.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.testing.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ProcessesTest {
  private static final List<String> FOR_A_MINUTE = List.of("sleep", "60");

  /**
   * In /proc/PID/stat, as proc(5) numbers its fields: the policy is the 41st, the name the second.
   */
  private static final int POLICY_AFTER_NAME = 41 - 3;

  private static final String SCHED_BATCH = "3";

  @TempDir Path folder;
  private Processes processes;

  @BeforeEach
  void open() {
    processes = new Processes(new Layout(folder));
  }

  @AfterEach
  void end() {
    processes.all().forEach(Running::kill);
  }

  @Test
  void whatWasStartedIsFoundByWhoeverComesLater() {
    Running started = processes.start("carts", "v1", FOR_A_MINUTE, Map.of());

    Processes later = new Processes(new Layout(folder));

    assertThat(later.find("carts")).contains(started);
    assertThat(later.find("carts").orElseThrow().fingerprint()).isEqualTo("v1");
    assertThat(later.all()).containsExactly(started);
  }

  @Test
  void itLivesInASessionOfItsOwn() throws Exception {
    Running started = processes.start("carts", "", FOR_A_MINUTE, Map.of());
    String pid = Long.toString(started.identity().pid());
    Process ps = new ProcessBuilder("ps", "-o", "sess=", "-p", pid).start();
    assertThat(new String(ps.getInputStream().readAllBytes()).strip()).isEqualTo(pid);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void itIsScheduledAsBatchWork() throws Exception {
    Running started = processes.start("carts", "", FOR_A_MINUTE, Map.of());
    String stat = Files.readString(Path.of("/proc", started.identity().pid() + "", "stat"));
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    assertThat(afterName[POLICY_AFTER_NAME]).isEqualTo(SCHED_BATCH);
  }

  @Test
  void itGetsItsEnvironmentAndWritesToItsLog() {
    processes.start(
        "carts", "", List.of("sh", "-c", "echo $GREETING; sleep 60"), Map.of("GREETING", "hello"));
    Eventually.eventually(
        () -> assertThat(folder.resolve(".run/logs/carts.log")).content().isEqualTo("hello\n"));
  }

  @Test
  void stoppingAsksAndWaits() {
    Running started = processes.start("carts", "", FOR_A_MINUTE, Map.of());
    assertThat(started.stop()).isTrue();
    assertThat(started.isAlive()).isFalse();
    assertThat(processes.all()).isEmpty();
  }

  @Test
  void aNumberThatAnotherProgramHasNowIsNotOurs() throws Exception {
    Running started = processes.start("carts", "", FOR_A_MINUTE, Map.of());
    ProcessIdentity real = started.identity();
    Path record = folder.resolve(".run/processes/carts.identity");
    for (ProcessIdentity other :
        List.of(
            new ProcessIdentity(real.pid(), "1", real.boot()),
            new ProcessIdentity(real.pid(), real.started(), "another boot"))) {
      Files.writeString(
          record, "%d%n%s%n%s%n".formatted(other.pid(), other.started(), other.boot()));
      assertThat(processes.find("carts")).as(other.toString()).isEmpty();
    }
    Files.writeString(record, "%d%n%s%n%s%n".formatted(real.pid(), real.started(), real.boot()));
    assertThat(processes.find("carts")).isPresent();
  }

  @Test
  void aNameThatDoesNotRunIsAnsweredWithThoseThatDo() {
    processes.start("carts", "", FOR_A_MINUTE, Map.of());
    assertThatThrownBy(() -> processes.named("cart"))
        .hasMessage("no process 'cart' runs; these do: carts");
  }

  @Test
  void aProgramThatDoesNotExistIsReported() {
    Running started = processes.start("carts", "", List.of("/no/such/program"), Map.of());
    Eventually.eventually(() -> assertThat(started.isAlive()).isFalse());
    assertThat(Logs.end(started.log())).contains("/no/such/program");
  }
}
