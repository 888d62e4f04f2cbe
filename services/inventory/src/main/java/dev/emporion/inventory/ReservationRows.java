package dev.emporion.inventory;

import dev.emporion.inventory.Reservation.Allocation;
import dev.emporion.inventory.Reservation.Backorder;
import dev.emporion.inventory.Reservation.Place;
import dev.emporion.inventory.Reservation.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Reads reservations: one row a line or backorder (a line without a location), and one without
 * either for a tombstone.
 */
final class ReservationRows {
  private final Map<UUID, Reservation> found = new LinkedHashMap<>();

  /** All rows of a result that has them next to each other. */
  static Map<UUID, Reservation> read(ResultSet row) throws SQLException {
    var rows = new ReservationRows();
    while (row.next()) {
      rows.add(row);
    }
    return rows.found;
  }

  /** A row that an outer join left empty adds nothing. */
  void add(ResultSet row) throws SQLException {
    UUID id = row.getObject("reservation_id", UUID.class);
    if (id == null) {
      return;
    }
    Reservation reservation = found.get(id);
    if (reservation == null) {
      reservation = reservation(id, row);
      found.put(id, reservation);
    }
    String sku = row.getString("sku");
    if (sku != null && row.getString("location_id") == null) {
      reservation.backorders().add(new Backorder(sku, row.getInt("quantity")));
    } else if (sku != null) {
      reservation
          .allocations()
          .add(new Allocation(place(row), row.getInt("quantity"), row.getInt("committed")));
    }
  }

  Map<UUID, Reservation> found() {
    return found;
  }

  private static Reservation reservation(UUID id, ResultSet row) throws SQLException {
    return new Reservation(
        id,
        row.getString("reserver"),
        row.getBytes("request_hash"),
        row.getObject("order_id", UUID.class),
        State.valueOf(row.getString("state")),
        row.getInt("version"),
        new ArrayList<>(),
        new ArrayList<>(),
        instant(row, "expire_at"),
        instant(row, "created_at"));
  }

  static Place place(ResultSet row) throws SQLException {
    return new Place(row.getString("sku"), row.getString("location_id"));
  }

  /** Null for a null. */
  static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
