package dev.emporion.mesh.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * All that is wrong, of all files at once: nobody wants to mend a line only to hear of the next.
 */
public final class Problems {
  private final List<Problem> found = new ArrayList<>();

  public void add(Where where, String what) {
    Problem problem = where.problem(what);
    if (!found.contains(problem)) {
      found.add(problem);
    }
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  public int count() {
    return found.size();
  }

  /** By file, then by line. */
  public List<Problem> sorted() {
    return found.stream()
        .sorted(
            Comparator.comparing((Problem problem) -> problem.where().file())
                .thenComparingInt(problem -> problem.where().line()))
        .toList();
  }
}
