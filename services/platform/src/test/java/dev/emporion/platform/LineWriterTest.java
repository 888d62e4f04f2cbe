package dev.emporion.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineWriterTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final CountDownLatch reading = new CountDownLatch(1);

  /** A reader that does not read yet. */
  private final OutputStream slow =
      new OutputStream() {
        @Override
        public void write(int b) {
          throw new AssertionError("one by one");
        }

        @Override
        public void write(byte[] bytes, int start, int length) {
          try {
            reading.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          written.write(bytes, start, length);
        }
      };

  private final LineWriter writer =
      new LineWriter(slow, lost -> ("lost " + lost + "\n").getBytes(StandardCharsets.UTF_8));

  @Test
  void linesOfManyThreadsAllComeOutEachInItsOrder() throws Exception {
    reading.countDown();
    writer.start();
    var threads = new ArrayList<Thread>();
    for (int t = 0; t < 4; t++) {
      int thread = t;
      threads.add(
          Thread.startVirtualThread(
              () -> IntStream.range(0, 1000).forEach(i -> put(thread + " " + i))));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    writer.flush();
    var lines = written.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(4000);
    assertThat(lines.stream().filter(line -> line.startsWith("2 ")))
        .containsExactlyElementsOf(IntStream.range(0, 1000).mapToObj(i -> "2 " + i).toList());
  }

  @Test
  void aReaderWhoDoesNotReadCostsLinesAndNotTime() {
    writer.start();
    IntStream.range(0, LineWriter.MAX_WAITING).forEach(i -> put("kept"));
    long start = System.nanoTime();
    put("lost");
    put("lost");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));

    reading.countDown();
    Eventually.holds("read", () -> text().lines().count() >= LineWriter.MAX_WAITING);
    put("after");
    Eventually.holds("room again", () -> text().contains("after"));
    assertThat(text()).contains("lost 2\n").doesNotContain("lost\n");
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }

  private void put(String line) {
    writer.put((line + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
