package dev.emporion.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every boundary of every saga, in every scenario, three ways: the process dies there, the answer
 * is lost there, the process stands still there until another one has done its work.
 */
class EveryBoundaryTest {
  private static final int CELLS = 3;

  @TempDir Path directory;

  @Test
  void whereverSomethingHappensTheBooksAreRightAfterwards() throws Exception {
    List<Cell> cells = cells();
    try {
      Campaign campaign = Campaign.record(cells.getFirst(), Scenarios.all());
      List<String> wrong = campaign.run(cells);
      System.out.printf(
          "crash: sagas=%d boundaries=%d runs=%d%n",
          campaign.sagas(), campaign.boundaries(), campaign.cases().size());
      assertThat(wrong).isEmpty();
    } finally {
      cells.parallelStream().forEach(Cell::close);
    }
  }

  private List<Cell> cells() throws Exception {
    var cells = new ArrayList<Cell>();
    for (int i = 0; i < CELLS; i++) {
      cells.add(new Cell(directory.resolve("provider-" + i), Bug.NONE));
    }
    return cells;
  }
}
