package dev.emporion.chaos;

import java.util.List;
import java.util.Map;

/**
 * What came of a run.
 *
 * @param orders that clients wished for
 * @param acknowledged orders that were answered for with OK
 * @param answers that made clients repeat a request, by {@link Answers#kind}
 * @param unresolved orders without an end, and wishes without an answer
 * @param settledPercent of all orders, those that were decided 30 s after the last fault
 */
record Result(
    int orders,
    int acknowledged,
    int faults,
    Map<String, Integer> answers,
    List<String> violations,
    int unresolved,
    double settledPercent) {
  static final double LEAST_SETTLED_PERCENT = 99;

  boolean isWell() {
    return violations.isEmpty() && unresolved == 0 && settledPercent >= LEAST_SETTLED_PERCENT;
  }

  String lastLine() {
    return "chaos: orders=%d acknowledged=%d faults=%d violations=%d unresolved=%d"
        .formatted(orders, acknowledged, faults, violations.size(), unresolved);
  }
}
