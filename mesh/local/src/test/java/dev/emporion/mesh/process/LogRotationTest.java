package dev.emporion.mesh.process;

import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRotationTest {
  @TempDir Path folder;

  @Test
  void aLogPastItsLimitIsPutAsideAndTheOldestDropped() throws Exception {
    LogRotation rotation = new LogRotation(folder, 3, 2);
    Path log = folder.resolve("carts.log");
    for (String text : List.of("first", "second", "third")) {
      Files.writeString(log, text);
      rotation.rotate();
      assertThat(log).isEmptyFile();
    }
    assertThat(folder.resolve("carts.log.1")).hasContent("third");
    assertThat(folder.resolve("carts.log.2")).hasContent("second");
    assertThat(folder.resolve("carts.log.3")).doesNotExist();
  }

  @Test
  void aSmallOneIsLeftAlone() throws Exception {
    Path log = Files.writeString(folder.resolve("carts.log"), "abc");
    new LogRotation(folder, 3, 2).rotate();
    assertThat(log).hasContent("abc");
  }

  @Test
  void aProgramThatWritesGoesOnAtTheBegin() throws Exception {
    Layout layout = new Layout(folder);
    Path go = folder.resolve("go");
    String script = "echo before; while [ ! -e %s ]; do sleep 0.01; done; echo after".formatted(go);
    Running running =
        new Processes(layout).start("carts", "", List.of("sh", "-c", script), Map.of());
    Path log = running.log();
    eventually(() -> assertThat(log).hasContent("before"));
    new LogRotation(log.getParent(), 3, 2).rotate();
    Files.createFile(go);
    eventually(() -> assertThat(log).content().isEqualTo("after\n"));
    assertThat(log.resolveSibling("carts.log.1")).hasContent("before");
  }
}
