package dev.emporion.inventory;

import dev.emporion.inventory.v1.ErrorReason;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Failure;
import io.grpc.Status.Code;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A promise of stock. It holds what was allocated and has not left, for as long as it is active.
 * What has still to come in is backordered: it becomes allocations as stock comes in.
 *
 * @param requestHash of the Reserve that made it; null for a tombstone, which a release left that
 *     came before its Reserve
 * @param orderId null for a hold without an order
 * @param expireAt null for an order's: only its saga ends it
 */
record Reservation(
    UUID reservationId,
    String caller,
    byte[] requestHash,
    UUID orderId,
    State state,
    int version,
    List<Allocation> allocations,
    List<Backorder> backorders,
    Instant expireAt,
    Instant createdAt) {
  private static final byte[] NO_HASH = {};

  enum State {
    ACTIVE,
    COMMITTED,
    RELEASED,
    EXPIRED
  }

  /** Where stock is counted: one SKU at one location. */
  record Place(String sku, String locationId) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::sku).thenComparing(Place::locationId);

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }

  /** Units of one SKU at one location: promised at first, and left since. */
  record Allocation(Place place, int quantity, int committed) {
    int left() {
      return quantity - committed;
    }
  }

  /** Units of one SKU that have still to come in, above 0. */
  record Backorder(String sku, int quantity) {}

  /** What is left behind so that a Reserve that arrives late is refused. */
  static Reservation tombstone(UUID reservationId, String caller, Instant now) {
    return new Reservation(
        reservationId, caller, null, null, State.RELEASED, 1, List.of(), List.of(), null, now);
  }

  /** Units of an allocation of this reservation that count as reserved. */
  int held(Allocation allocation) {
    return state == State.ACTIVE ? allocation.left() : 0;
  }

  /** Units of a SKU that have still to come in. */
  int backordered(String sku) {
    return backorders.stream()
        .filter(backorder -> backorder.sku().equals(sku))
        .mapToInt(Backorder::quantity)
        .sum();
  }

  /**
   * The answer to a repeated Reserve: as it now stands, if it was this very request that made it.
   */
  Reservation replay(Claim claim) {
    if (requestHash != null) {
      claim.requireSamePayload(caller.equals(claim.caller()) ? requestHash : NO_HASH);
    }
    if (state == State.RELEASED) {
      throw refusal(ErrorReason.ERROR_REASON_RESERVATION_RELEASED, "was released");
    }
    return this;
  }

  /** Gives back what it holds; without effect on one that holds nothing any more. */
  Reservation release() {
    return state == State.ACTIVE ? next(State.RELEASED, allocations, List.of()) : this;
  }

  /** Gives back what it holds, because its time ran out. */
  Reservation expire() {
    return next(State.EXPIRED, allocations, List.of());
  }

  /**
   * Lets stock leave.
   *
   * @param parts how much from where; empty for all that is left and not backordered
   */
  Reservation commit(Map<Place, Integer> parts) {
    requireActive();
    if (allocations.stream().allMatch(allocation -> allocation.left() == 0)) {
      throw refusal(ErrorReason.ERROR_REASON_RESERVATION_EXCEEDED, "waits for all that it holds");
    }
    var open = new HashMap<>(parts);
    var next = new ArrayList<Allocation>();
    for (Allocation allocation : allocations) {
      Integer part = open.remove(allocation.place());
      int leaving = parts.isEmpty() ? allocation.left() : part == null ? 0 : part;
      if (leaving > allocation.left()) {
        throw exceeded(allocation.place(), leaving, allocation.left());
      }
      next.add(
          new Allocation(
              allocation.place(), allocation.quantity(), allocation.committed() + leaving));
    }
    open.forEach(
        (place, quantity) -> {
          throw exceeded(place, quantity, 0);
        });
    return next(next, backorders);
  }

  /**
   * Gives some units back: backordered ones first, then from the location used last.
   *
   * @param units how many of which SKU
   * @param priorities of the locations of its allocations; the lower, the earlier used
   */
  Reservation reduce(Map<String, Integer> units, Map<String, Integer> priorities) {
    requireActive();
    var open = new HashMap<>(units);
    var waiting = new ArrayList<Backorder>();
    for (Backorder backorder : backorders) {
      int rest = backorder.quantity() - take(open, backorder.sku(), backorder.quantity());
      if (rest > 0) {
        waiting.add(new Backorder(backorder.sku(), rest));
      }
    }
    var next = new TreeMap<Place, Allocation>();
    for (Allocation allocation : usedLastFirst(priorities)) {
      Place place = allocation.place();
      int rest = allocation.quantity() - take(open, place.sku(), allocation.left());
      if (rest > 0) {
        next.put(place, new Allocation(place, rest, allocation.committed()));
      }
    }
    open.forEach((sku, more) -> requireNone(sku, units.get(sku), more));
    return next(List.copyOf(next.values()), waiting);
  }

  private List<Allocation> usedLastFirst(Map<String, Integer> priorities) {
    Comparator<Allocation> usedFirst =
        Comparator.comparing((Allocation one) -> priorities.get(one.place().locationId()))
            .thenComparing(Allocation::place);
    return allocations.stream().sorted(usedFirst.reversed()).toList();
  }

  /** Takes what is still open of the SKU, up to so many units, and says how many. */
  private static int take(Map<String, Integer> open, String sku, int most) {
    int units = Math.min(most, open.getOrDefault(sku, 0));
    open.computeIfPresent(sku, (key, before) -> before - units);
    return units;
  }

  private void requireNone(String sku, int wanted, int tooMany) {
    if (tooMany > 0) {
      throw refusal(
          ErrorReason.ERROR_REASON_RESERVATION_EXCEEDED,
          "holds %d of %s, not %d".formatted(wanted - tooMany, sku, wanted));
    }
  }

  /** Backordered units that came in: no more of a SKU than {@link #backordered}. */
  Reservation allocate(Map<Place, Integer> arrived) {
    var next = new TreeMap<Place, Allocation>();
    allocations.forEach(allocation -> next.put(allocation.place(), allocation));
    var came = new HashMap<String, Integer>();
    arrived.forEach(
        (place, units) -> {
          came.merge(place.sku(), units, Integer::sum);
          next.merge(
              place,
              new Allocation(place, units, 0),
              (one, more) -> new Allocation(place, one.quantity() + units, one.committed()));
        });
    var waiting = new ArrayList<Backorder>();
    for (Backorder backorder : backorders) {
      int rest = backorder.quantity() - came.getOrDefault(backorder.sku(), 0);
      if (rest > 0) {
        waiting.add(new Backorder(backorder.sku(), rest));
      }
    }
    return next(State.ACTIVE, List.copyOf(next.values()), waiting);
  }

  private void requireActive() {
    if (state != State.ACTIVE) {
      throw refusal(ErrorReason.ERROR_REASON_RESERVATION_NOT_ACTIVE, "is " + state);
    }
  }

  /** One that holds nothing any more is over: committed if anything of it left. */
  private Reservation next(List<Allocation> nextAllocations, List<Backorder> nextBackorders) {
    boolean holds =
        !nextBackorders.isEmpty() || nextAllocations.stream().anyMatch(one -> one.left() > 0);
    State over = nextAllocations.isEmpty() ? State.RELEASED : State.COMMITTED;
    return next(holds ? State.ACTIVE : over, nextAllocations, nextBackorders);
  }

  private Reservation next(
      State nextState, List<Allocation> nextAllocations, List<Backorder> nextBackorders) {
    return new Reservation(
        reservationId,
        caller,
        requestHash,
        orderId,
        nextState,
        version + 1,
        List.copyOf(nextAllocations),
        List.copyOf(nextBackorders),
        expireAt,
        createdAt);
  }

  private Failure exceeded(Place place, int wanted, int left) {
    return refusal(
        ErrorReason.ERROR_REASON_RESERVATION_EXCEEDED,
        "holds %d of %s at %s, not %d".formatted(left, place.sku(), place.locationId(), wanted));
  }

  private Failure refusal(ErrorReason reason, String message) {
    return Failure.of(
            Code.FAILED_PRECONDITION, reason, "reservation " + reservationId + " " + message)
        .meta("reservation_id", reservationId.toString())
        .meta("state", state.name());
  }
}
