package dev.emporion.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.tests.crash.Boundary.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Scenarios, each once undisturbed, and whatever that passes is a boundary: none is listed, so none
 * is left out. Then each again, for every boundary and every way.
 */
record Campaign(List<Case> cases) {
  private static final int MAX_RECORDINGS = 10;

  /** One run to be made. */
  record Case(Scenario scenario, Boundary boundary, Way way) {
    @Override
    public String toString() {
      return "%s: %s %s".formatted(scenario, way, boundary);
    }
  }

  /** Runs the scenarios undisturbed. */
  static Campaign record(Cell cell, List<Scenario> scenarios) {
    var cases = new ArrayList<Case>();
    for (Scenario scenario : scenarios) {
      for (Boundary boundary : boundaries(cell, scenario)) {
        for (Way way : Way.values()) {
          cases.add(new Case(scenario, boundary, way));
        }
      }
    }
    return new Campaign(List.copyOf(cases));
  }

  /** As two runs in a row passed them: on a machine that is slow a call may be made twice. */
  private static List<Boundary> boundaries(Cell cell, Scenario scenario) {
    List<Boundary> before = List.of();
    for (int i = 0; i < MAX_RECORDINGS; i++) {
      Run.Recorded recorded = Run.record(cell, scenario);
      assertThat(recorded.wrong()).as("%s, undisturbed", scenario).isEmpty();
      if (!before.isEmpty() && recorded.boundaries().equals(before)) {
        return before;
      }
      before = recorded.boundaries();
    }
    throw new AssertionError(scenario + " passes other boundaries each time");
  }

  long sagas() {
    return cases.stream().map(one -> one.scenario().saga()).distinct().count();
  }

  int boundaries() {
    return cases.size() / Way.values().length;
  }

  /** Makes every run, one at a time in a cell. Returns what is wrong. */
  List<String> run(List<Cell> cells) throws Exception {
    var todo = new ConcurrentLinkedQueue<>(cases);
    var wrong = new ArrayList<String>();
    List<Callable<List<String>>> work = new ArrayList<>();
    cells.forEach(cell -> work.add(() -> run(cell, todo)));
    try (var threads = Executors.newFixedThreadPool(cells.size())) {
      for (Future<List<String>> part : threads.invokeAll(work)) {
        wrong.addAll(part.get());
      }
    }
    cells.forEach(cell -> wrong.addAll(Books.wrong(cell)));
    assertThat(todo).isEmpty();
    return wrong;
  }

  /** Only what happens at boundaries of which this is said. */
  Campaign at(String where) {
    return new Campaign(
        cases.stream().filter(one -> one.boundary().toString().contains(where)).toList());
  }

  /** The first thing that is wrong. */
  String first(Cell cell) {
    return cases.stream()
        .flatMap(one -> run(cell, one).stream())
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing is wrong"));
  }

  private static List<String> run(Cell cell, ConcurrentLinkedQueue<Case> todo) {
    var wrong = new ArrayList<String>();
    for (Case next = todo.poll(); next != null; next = todo.poll()) {
      wrong.addAll(run(cell, next));
    }
    return wrong;
  }

  private static List<String> run(Cell cell, Case one) {
    try {
      return Run.disturbed(cell, one.scenario(), one.boundary(), one.way()).stream()
          .map(what -> one + ": " + what)
          .toList();
    } catch (RuntimeException | AssertionError e) {
      cell.wake();
      return List.of(one + ": " + e);
    }
  }
}
