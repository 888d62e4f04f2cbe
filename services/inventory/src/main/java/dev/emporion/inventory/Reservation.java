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
import java.util.UUID;

/**
 * A promise of stock. It holds what was allocated and has not left, for as long as it is active.
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

  /** What is left behind so that a Reserve that arrives late is refused. */
  static Reservation tombstone(UUID reservationId, String caller, Instant now) {
    return new Reservation(
        reservationId, caller, null, null, State.RELEASED, 1, List.of(), null, now);
  }

  /** Units of an allocation of this reservation that count as reserved. */
  int held(Allocation allocation) {
    return state == State.ACTIVE ? allocation.left() : 0;
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
    return state == State.ACTIVE ? next(State.RELEASED, allocations) : this;
  }

  /** Gives back what it holds, because its time ran out. */
  Reservation expire() {
    return next(State.EXPIRED, allocations);
  }

  /**
   * Lets stock leave.
   *
   * @param parts how much from where; empty for all that is left
   */
  Reservation commit(Map<Place, Integer> parts) {
    if (state != State.ACTIVE) {
      throw refusal(ErrorReason.ERROR_REASON_RESERVATION_NOT_ACTIVE, "is " + state);
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
    boolean all = next.stream().allMatch(allocation -> allocation.left() == 0);
    return next(all ? State.COMMITTED : State.ACTIVE, next);
  }

  private Reservation next(State nextState, List<Allocation> nextAllocations) {
    return new Reservation(
        reservationId,
        caller,
        requestHash,
        orderId,
        nextState,
        version + 1,
        List.copyOf(nextAllocations),
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
