package dev.emporion.mesh.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.testing.Eventually;
import java.io.IOException;
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

  /** What ps calls a process that is scheduled as batch work. */
  private static final String BATCH = "B";

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
    assertThat(ps("sess", started)).isEqualTo(Long.toString(started.identity().pid()));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void itIsScheduledAsBatchWork() throws Exception {
    Running started = processes.start("carts", "", FOR_A_MINUTE, Map.of());
    assertThat(ps("cls", started)).isEqualTo(BATCH);
  }

  private static String ps(String column, Running of) throws IOException {
    String pid = Long.toString(of.identity().pid());
    Process ps = new ProcessBuilder("ps", "-o", column + "=", "-p", pid).start();
    return new String(ps.getInputStream().readAllBytes()).strip();
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
