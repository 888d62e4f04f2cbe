package dev.emporion.inventory;

import dev.emporion.inventory.Demand.Line;
import dev.emporion.inventory.Demand.Outcome;
import dev.emporion.platform.Combiner;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where Reserves queue, so that a hot SKU delays nobody but its own buyers.
 *
 * <p>A demand for SKUs that nobody else here is after goes with all others of that kind: what comes
 * while one statement runs is the next one's batch. That statement waits for no lock; what it
 * cannot decide goes on as if its SKU were hot.
 *
 * <p>A hot SKU is a lane of its own with at most one transaction of this instance under way. So
 * however many want it, and however long its row is locked by others, one connection waits for it.
 * A demand for several SKUs waits in the lane of the one that most demands under way here want: in
 * any other lane, each of them would bring a connection of its own to wait for the hot row.
 */
final class Lanes {
  private static final int MAX_BATCH = 64;
  private static final int MAX_WAITING = 2000;
  private static final int COMMON_LANE = 0;

  private final ConcurrentHashMap<String, Integer> underWay = new ConcurrentHashMap<>();
  private final Combiner<Integer, Demand, Optional<Outcome>> common;
  private final Combiner<String, Demand, Outcome> hot;

  Lanes(ReserveStore store) {
    common =
        new Combiner<>(MAX_BATCH, MAX_WAITING, (lane, demands) -> store.reserveUnlocked(demands));
    hot = new Combiner<>(MAX_BATCH, MAX_WAITING, (lane, demands) -> store.reserve(demands));
  }

  Outcome reserve(Demand demand) {
    Entry entry = enter(demand.lines());
    try {
      return Optional.of(demand)
          .filter(one -> entry.isAlone())
          .flatMap(one -> common.call(COMMON_LANE, one))
          .orElseGet(() -> hot.call(entry.busiest(), demand));
    } finally {
      leave(demand.lines());
    }
  }

  /**
   * @param busiest the SKU that most demands under way want
   * @param count how many want it, this demand included
   */
  private record Entry(String busiest, int count) {
    boolean isAlone() {
      return count == 1;
    }
  }

  /** Counts the demand in, and says which of its SKUs is wanted most. */
  private Entry enter(List<Line> lines) {
    Entry busiest = new Entry(null, 0);
    for (Line line : lines) {
      int count = underWay.merge(line.sku(), 1, Integer::sum);
      if (count > busiest.count()) {
        busiest = new Entry(line.sku(), count);
      }
    }
    return busiest;
  }

  private void leave(List<Line> lines) {
    for (Line line : lines) {
      underWay.computeIfPresent(line.sku(), (sku, count) -> count == 1 ? null : count - 1);
    }
  }
}
