package dev.emporion.inventory;

import dev.emporion.platform.Claim;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a Reserve asks for.
 *
 * @param orderId null for a hold without an order
 * @param expireAfter null for an order's
 * @param lines no SKU twice
 * @param traceParent of the call, for the event; null outside of a trace
 */
record Demand(
    Claim claim, UUID orderId, Duration expireAfter, List<Line> lines, String traceParent) {

  /**
   * Units of one SKU, from wherever there are some.
   *
   * @param backorder whether those that are not there are promised all the same
   */
  record Line(String sku, int quantity, boolean backorder) {
    private boolean exceeds(Map<String, Long> available) {
      return available.getOrDefault(sku, 0L) < quantity;
    }
  }

  /** The request's own id, so that a caller who never saw the answer can release it. */
  UUID reservationId() {
    return claim.requestId();
  }

  /** The SKUs of which there is too little to wait for the rest, with what there is. */
  Map<String, Long> shortages(Map<String, Long> available) {
    var shortages = new LinkedHashMap<String, Long>();
    for (Line line : lines) {
      if (!line.backorder() && line.exceeds(available)) {
        shortages.put(line.sku(), available.getOrDefault(line.sku(), 0L));
      }
    }
    return shortages;
  }

  /** Whether a line would wait for units. */
  boolean waitsFor(Map<String, Long> available) {
    return lines.stream().anyMatch(line -> line.backorder() && line.exceeds(available));
  }

  /** What became of a demand. */
  sealed interface Outcome {
    /** Promised just now. */
    record Reserved(Reservation reservation) implements Outcome {}

    /** Nothing was done: there is a reservation of this id, from an earlier call or a release. */
    record Known(Reservation reservation) implements Outcome {}

    /** Nothing was done: of these SKUs there are fewer units than asked for, namely so many. */
    record Short(Map<String, Long> available) implements Outcome {}
  }
}
