package dev.emporion.audit;

import dev.emporion.common.v1.Books;
import dev.emporion.common.v1.Violation;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** What the audit tells whoever started it: how far it is, what is wrong, and the counts. */
final class Report {
  /** Violations of one invariant that are printed; all are counted. */
  private static final int MAX_LISTED = 100;

  private static final long NANOS_A_SECOND = 1_000_000_000;

  private final PrintStream out;
  private final boolean terminal;
  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<String, Long> broken = new TreeMap<>();
  private final List<Finding> listed = new ArrayList<>();
  private long violations;
  private long unlisted;
  private long undecidedOrders;
  private long undecidedPayments;
  private String stage = "";
  private String said = "";

  Report(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  long violations() {
    return violations;
  }

  void stage(String name, Runnable work) {
    long began = System.nanoTime();
    long before = violations;
    stage = name;
    said = "";
    progress();
    work.run();
    erase();
    out.printf(
        "  %-18s %6.1f s  %s%s%n",
        name,
        (System.nanoTime() - began) / (double) NANOS_A_SECOND,
        said,
        violations == before ? "" : "  violations=" + (violations - before));
  }

  /** Rows that were read in this stage. */
  void read(String what, int rows) {
    counts.merge(what, (long) rows, Long::sum);
    said = what + "=" + counts.get(what);
    progress();
  }

  void violation(Finding finding) {
    violations++;
    if (broken.merge(finding.invariant(), 1L, Long::sum) <= MAX_LISTED) {
      listed.add(finding);
    }
  }

  /** What a service found in its own books each time: what it always found, or cannot list. */
  void books(String party, List<Books> looks) {
    Books last = looks.getLast();
    said =
        new TreeMap<>(last.getCountsMap())
            .entrySet().stream()
                .map(count -> count.getKey() + "=" + count.getValue())
                .collect(Collectors.joining(" "));
    if (party.equals("inventory")) {
      counts.put("movements", last.getCountsOrDefault("movements", 0));
    }
    last.getViolationsList().stream()
        .map(one -> finding(party, one))
        .filter(one -> looks.stream().allMatch(look -> isFound(party, one, look)))
        .forEach(this::violation);
    long more = Math.max(0, last.getViolationCount() - last.getViolationsCount());
    unlisted += more;
    violations += more;
  }

  private static boolean isFound(String party, Finding one, Books look) {
    return look.getViolationCount() > look.getViolationsCount()
        || look.getViolationsList().stream()
            .map(found -> finding(party, found))
            .anyMatch(one::isStill);
  }

  private static Finding finding(String party, Violation one) {
    return new Finding(one.getInvariant(), party + " " + one.getSubject(), one.getMessage());
  }

  void undecided(long orders, long payments) {
    undecidedOrders = orders;
    undecidedPayments = payments;
  }

  void print() {
    int invariant = width(Finding::invariant);
    int subject = width(Finding::subject);
    for (Finding one : listed) {
      out.printf(
          "  %-" + invariant + "s  %-" + subject + "s  %s%n",
          one.invariant(),
          one.subject(),
          one.message());
    }
    broken.values().removeIf(count -> count <= MAX_LISTED);
    broken.forEach(
        (name, count) ->
            out.printf("  %-" + invariant + "s  and %d more%n", name, count - MAX_LISTED));
    if (unlisted > 0) {
      out.printf("  and %d more that a service did not list%n", unlisted);
    }
    if (undecidedOrders + undecidedPayments > 0) {
      out.printf(
          "  not compared, since a change was under way all the time: orders=%d payments=%d%n",
          undecidedOrders, undecidedPayments);
    }
    out.printf(
        "audit: orders=%d payments=%d movements=%d violations=%d%n",
        count("orders"), count("payments"), count("movements"), violations);
  }

  private long count(String what) {
    return counts.getOrDefault(what, 0L);
  }

  private int width(Function<Finding, String> column) {
    ToIntFunction<Finding> length = one -> column.apply(one).length();
    return Math.max(1, listed.stream().mapToInt(length).max().orElse(1));
  }

  private void progress() {
    if (terminal) {
      out.printf("\r  %-18s           %s", stage, said);
      out.flush();
    }
  }

  private void erase() {
    if (terminal) {
      out.print("\r\033[K");
    }
  }
}
