package dev.emporion.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The clocks of all services and databases jump by hours at each boundary, forwards and back, in
 * every scenario. Leases end while their holders work, and last long after these are gone; orders
 * end as they should all the same.
 */
class WrongClockTest {
  private static final List<Duration> JUMPS =
      List.of(
          Duration.ofHours(5),
          Duration.ofHours(-5),
          Duration.ofHours(-2),
          Duration.ofHours(7),
          Duration.ZERO);

  @TempDir Path directory;

  @Test
  void whereverTheClocksJumpTheBooksAreRightAfterwards() throws Exception {
    var time = Timepiece.wrong();
    try (var cell = new Cell(directory, Bug.NONE, time)) {
      Iterator<Duration> jumps = Stream.generate(() -> JUMPS).flatMap(List::stream).iterator();
      cell.faults.everywhere(() -> time.jump(cell, jumps.next()));
      assertJumps(cell, time);
      var wrong = new ArrayList<String>();
      for (Scenario scenario : Scenarios.all()) {
        for (String what : Run.record(cell, scenario).wrong()) {
          wrong.add(scenario + ": " + what);
        }
      }
      wrong.addAll(Books.wrong(cell));
      assertThat(wrong).isEmpty();
    }
  }

  /** Or else this would prove nothing. */
  private static void assertJumps(Cell cell, Timepiece time) {
    time.jump(cell, Duration.ofHours(3));
    Instant later = Instant.now().plus(Duration.ofHours(2));
    assertThat(time.clock().instant()).isAfter(later);
    assertThat(
            cell.databases
                .get("orders")
                .<Instant, RuntimeException>run(
                    handle -> handle.createQuery("select now()").mapTo(Instant.class).one()))
        .isAfter(later);
  }
}
