package dev.emporion.inventory;

import dev.emporion.inventory.Reservation.Allocation;
import dev.emporion.inventory.Reservation.Backorder;
import dev.emporion.inventory.Reservation.Place;
import dev.emporion.inventory.v1.ReservationEvent;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** One reservation's next version, and what it means for the rows around it. */
record Change(Reservation before, Reservation after, ReservationEvent event) {
  /**
   * What happens to stock.
   *
   * @param shipped units that leave
   * @param freed units no longer reserved; below 0 for units that came in and are reserved now
   */
  record Move(UUID reservationId, Place place, int shipped, int freed) {
    private Move plus(Move other) {
      return new Move(reservationId, place, shipped + other.shipped, freed + other.freed);
    }
  }

  /** A line as it then is, without units if it is gone. */
  record Line(UUID reservationId, Allocation now) {}

  /** A backorder as it then is, without units if it is gone. */
  record Wait(UUID reservationId, String sku, int quantity) {}

  static Change of(Reservation before, Reservation after, Instant now) {
    return new Change(before, after, InventoryProto.event(after, now));
  }

  private UUID id() {
    return after.reservationId();
  }

  List<Move> moves() {
    var moves = new TreeMap<Place, Move>();
    for (Allocation one : before.allocations()) {
      moves.put(one.place(), new Move(id(), one.place(), -one.committed(), before.held(one)));
    }
    for (Allocation one : after.allocations()) {
      var move = new Move(id(), one.place(), one.committed(), -after.held(one));
      moves.merge(one.place(), move, Move::plus);
    }
    return moves.values().stream().filter(move -> move.freed != 0).toList();
  }

  /** Those that differ. */
  List<Line> lines() {
    var lines = new TreeMap<Place, Allocation>();
    before.allocations().forEach(one -> lines.put(one.place(), new Allocation(one.place(), 0, 0)));
    after.allocations().forEach(one -> lines.put(one.place(), one));
    lines.values().removeAll(before.allocations());
    return lines.values().stream().map(now -> new Line(id(), now)).toList();
  }

  /** Those that differ; there never is a new one. */
  List<Wait> waits() {
    return before.backorders().stream()
        .map(Backorder::sku)
        .filter(sku -> before.backordered(sku) != after.backordered(sku))
        .map(sku -> new Wait(id(), sku, after.backordered(sku)))
        .toList();
  }

  /** The SKUs of which somebody else may have units now. */
  Set<String> freedSkus() {
    return moves().stream()
        .filter(move -> move.freed > move.shipped)
        .map(move -> move.place.sku())
        .collect(Collectors.toSet());
  }
}
