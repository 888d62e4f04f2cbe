package dev.emporion.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What did not agree while everything was read once, or could not be compared. Whoever writes goes
 * on writing meanwhile, so each is looked at again until it agrees, or until two looks in a row
 * find the same fault while nothing changed between them; then it counts. What keeps changing for
 * all rounds stays undecided and does not count.
 *
 * @param <C> what is looked at again: by id, at everyone who has a record of it
 */
final class Suspects<C> {
  /** Looks in a row that have to find the same. */
  private static final int CONFIRMING_LOOKS = 2;

  /** How many are held at once; the next one has these settled first. */
  private static final int CAPACITY = 5_000;

  private final AuditConfig config;
  private final Reads reads;
  private final BinaryOperator<C> merge;
  private final Function<List<C>, List<Reading>> look;
  private final Consumer<Finding> confirmed;
  private final Map<String, C> waiting = new LinkedHashMap<>();
  private long undecided;

  /**
   * @param merge of two cases of one id
   * @param look reads some again, and says for each in turn what it came to
   */
  Suspects(
      AuditConfig config,
      Reads reads,
      BinaryOperator<C> merge,
      Function<List<C>, List<Reading>> look,
      Consumer<Finding> confirmed) {
    this.config = config;
    this.reads = reads;
    this.merge = merge;
    this.look = look;
    this.confirmed = confirmed;
  }

  void add(String id, C suspect) {
    waiting.merge(id, suspect, merge);
    if (waiting.size() >= CAPACITY) {
      settle();
    }
  }

  /** How many kept changing. */
  long undecided() {
    return undecided;
  }

  /** Decides all that wait. */
  void settle() {
    List<Open<C>> open = waiting.values().stream().map(Open::new).toList();
    waiting.clear();
    for (int round = 0; round < config.rounds() && !open.isEmpty(); round++) {
      if (round > 0) {
        reads.rest(config.pauseMillis());
      }
      open = round(open);
    }
    undecided += open.size();
  }

  private List<Open<C>> round(List<Open<C>> open) {
    var left = new ArrayList<Open<C>>();
    for (int i = 0; i < open.size(); i += config.pageSize()) {
      List<Open<C>> some = open.subList(i, Math.min(i + config.pageSize(), open.size()));
      List<Reading> readings = look.apply(some.stream().map(Open::suspect).toList());
      for (int j = 0; j < some.size(); j++) {
        decide(some.get(j), readings.get(j), left);
      }
    }
    return left;
  }

  private void decide(Open<C> before, Reading reading, List<Open<C>> left) {
    if (!reading.isUndecided() && reading.findings().isEmpty()) {
      return;
    }
    Open<C> now = before.after(reading);
    if (now.looks >= CONFIRMING_LOOKS) {
      now.reading.findings().forEach(confirmed);
    } else {
      left.add(now);
    }
  }

  /**
   * @param looks how many in a row found the same
   */
  private record Open<C>(C suspect, Reading reading, int looks) {
    Open(C suspect) {
      this(suspect, Reading.undecided(), 0);
    }

    Open<C> after(Reading next) {
      if (next.isUndecided()) {
        return new Open<>(suspect, next, 0);
      }
      boolean unchanged = next.stamp().equals(reading.stamp());
      List<Finding> same =
          next.findings().stream()
              .filter(found -> reading.findings().stream().anyMatch(found::isStill))
              .toList();
      return unchanged && !same.isEmpty()
          ? new Open<>(suspect, new Reading(next.stamp(), same), looks + 1)
          : new Open<>(suspect, next, 1);
    }
  }
}
