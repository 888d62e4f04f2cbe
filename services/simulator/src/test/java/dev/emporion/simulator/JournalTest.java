package dev.emporion.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.platform.Failure;
import dev.emporion.simulator.v1.JournalRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path directory;

  @Test
  void recordsComeBackInTheirOrder() throws Exception {
    write("a", "b", "c");
    assertThat(read()).containsExactly("a", "b", "c");
  }

  @Test
  void whatADyingProcessLeftHalfWrittenIsCutOff() throws Exception {
    write("a", "b");
    byte[] whole = Files.readAllBytes(file());
    for (int cut = 1; cut < whole.length / 2; cut++) {
      Files.write(file(), java.util.Arrays.copyOf(whole, whole.length - cut));
      assertThat(read()).as("%d bytes missing", cut).containsExactly("a");
      assertThat(Files.size(file())).isEqualTo(whole.length / 2);
    }
  }

  @Test
  void aRecordWhoseBytesWereNotWrittenIsCutOff() throws Exception {
    write("a");
    Files.write(file(), new byte[4096], StandardOpenOption.APPEND);
    assertThat(read()).containsExactly("a");
    write("b");
    byte[] bytes = Files.readAllBytes(file());
    bytes[bytes.length - 1]++;
    Files.write(file(), bytes);
    assertThat(read()).containsExactly("a");
  }

  @Test
  void afterACutMoreCanBeWritten() throws Exception {
    write("a");
    Files.write(file(), new byte[] {0, 0, 1}, StandardOpenOption.APPEND);
    write("b");
    assertThat(read()).containsExactly("a", "b");
  }

  @Test
  void manyWritersShareTheDiskAndNoneIsLost() throws Exception {
    int writers = 500;
    try (var journal = Journal.open(directory, record -> {});
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < writers; i++) {
        String id = "r" + i;
        threads.submit(() -> journal.append(record(id)).await());
      }
    }
    assertThat(read()).hasSize(writers).doesNotHaveDuplicates();
  }

  @Test
  void twoProcessesDoNotShareAJournal() throws Exception {
    try (var journal = Journal.open(directory, record -> {})) {
      journal.append(record("a")).await();
      assertThatThrownBy(() -> Journal.open(directory, record -> {}))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("in use by another process");
    }
  }

  private Path file() {
    return directory.resolve("journal");
  }

  private void write(String... ids) throws IOException {
    try (var journal = Journal.open(directory, record -> {})) {
      for (String id : ids) {
        journal.append(record(id)).await();
      }
    }
  }

  private List<String> read() throws IOException {
    var ids = new ArrayList<String>();
    Journal.open(directory, record -> ids.add(record.getOpening().getJournalId())).close();
    return ids;
  }

  private static JournalRecord record(String id) {
    return JournalRecord.newBuilder()
        .setOpening(JournalRecord.Opening.newBuilder().setJournalId(id))
        .build();
  }
}
