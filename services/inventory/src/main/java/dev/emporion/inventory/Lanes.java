package dev.emporion.inventory;

import dev.emporion.inventory.Demand.Line;
import dev.emporion.inventory.Demand.Outcome;
import dev.emporion.platform.Combiner;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Where Reserves queue, so that a hot SKU delays nobody but its own buyers. Each SKU is a lane with
 * at most one transaction of this instance under way; what comes meanwhile is done together by the
 * next one. So however many want a SKU, and however long its row is locked by others, one
 * connection waits for it.
 *
 * <p>A demand for several SKUs waits in the lane of the one that most demands under way here want:
 * in any other lane, each of them would bring a connection of its own to wait for the hot row.
 */
final class Lanes {
  private static final int MAX_BATCH = 64;
  private static final int MAX_WAITING = 2000;

  private final ConcurrentHashMap<String, Integer> underWay = new ConcurrentHashMap<>();
  private final Combiner<String, Demand, Outcome> combiner;

  /**
   * @param reserve decides demands together: one outcome each, in their order
   */
  Lanes(Function<List<Demand>, List<Outcome>> reserve) {
    combiner = new Combiner<>(MAX_BATCH, MAX_WAITING, (lane, demands) -> reserve.apply(demands));
  }

  Outcome reserve(Demand demand) {
    String lane = enter(demand.lines());
    try {
      return combiner.call(lane, demand);
    } finally {
      leave(demand.lines());
    }
  }

  /** Counts the demand in, and says which of its SKUs is wanted most. */
  private String enter(List<Line> lines) {
    String busiest = null;
    int most = 0;
    for (Line line : lines) {
      int count = underWay.merge(line.sku(), 1, Integer::sum);
      if (count > most) {
        most = count;
        busiest = line.sku();
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
