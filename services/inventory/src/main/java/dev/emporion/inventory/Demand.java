package dev.emporion.inventory;

import dev.emporion.platform.Claim;
import java.time.Duration;
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

  /** Units of one SKU, from wherever there are some. */
  record Line(String sku, int quantity) {}

  /** The request's own id, so that a caller who never saw the answer can release it. */
  UUID reservationId() {
    return claim.requestId();
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
