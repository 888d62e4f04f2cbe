package dev.emporion.inventory;

import com.google.protobuf.Message;
import dev.emporion.inventory.Reservation.Place;
import dev.emporion.inventory.Stock.Adjusted;
import dev.emporion.inventory.Stock.Level;
import dev.emporion.inventory.Stock.Location;
import dev.emporion.inventory.Stock.Movement;
import dev.emporion.inventory.Stock.Reason;
import dev.emporion.inventory.v1.StockAdjustedEvent;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Columns;
import dev.emporion.platform.Columns.Column;
import dev.emporion.platform.Database;
import dev.emporion.platform.Outbox;
import dev.emporion.platform.Pages;
import dev.emporion.platform.SavedAnswer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** Locations, stock levels and the ledger. */
final class InventoryStore {
  /** What ListMovements can be filtered by. */
  static final Columns MOVEMENTS =
      Columns.of(
          Column.text("sku", "m.sku"),
          Column.text("location_id", "m.location_id"),
          Column.choice("reason", "m.reason", Reason.class),
          Column.timestamp("create_time", "m.created_at"),
          Column.uuid(
              "reservation_id",
              "coalesce(m.reservation_id, '00000000-0000-0000-0000-000000000000')"));

  /** Ids grow with time, and no two are the same. */
  static final Columns MOVEMENT_ORDER = Columns.of(Column.uuid("movement_id", "m.movement_id"));

  static final Columns LOCATION_ORDER =
      Columns.of(
          Column.integer("priority", "l.priority"), Column.text("location_id", "l.location_id"));

  private static final String LOAD_LOCATION =
      """
      select q.payload_hash, q.answer, l.location_id, l.display_name, l.priority, l.version
      from (values (1)) one
      left join requests q
        on q.caller = :caller and q.rpc = :rpc and q.request_id = :request_id
      left join locations l on l.location_id = :location_id
      """;

  private static final String CREATE_LOCATION =
      """
      with saved as (
        insert into locations (location_id, display_name, priority, version)
        values (:location_id, :display_name, :priority, :version)
        on conflict do nothing
        returning location_id)
      insert into requests (caller, rpc, request_id, payload_hash, answer)
      select :caller, :rpc, :request_id, :payload_hash, :answer from saved
      """;

  private static final String UPDATE_LOCATION =
      """
      with saved as (
        update locations
        set display_name = :display_name, priority = :priority, version = :version
        where location_id = :location_id and version = :version - 1
        returning location_id)
      insert into requests (caller, rpc, request_id, payload_hash, answer)
      select :caller, :rpc, :request_id, :payload_hash, :answer from saved
      """;

  private static final String FIND_LOCATION =
      """
      select location_id, display_name, priority, version from locations
      where location_id = :location_id
      """;

  private static final String LIST_LOCATIONS =
      """
      select l.location_id, l.display_name, l.priority, l.version from locations l
      where <condition> order by <order> limit :limit
      """;

  private static final String LEVELS =
      """
      select s.sku, s.location_id, s.on_hand, s.reserved
      from stock_levels s join locations p on p.location_id = s.location_id
      where s.sku = any (:skus)
      order by s.sku, p.priority, p.location_id
      """;

  /**
   * One conditional change of one row. A row that is not there yet can only be received into: what
   * is inserted has to keep the constraints even where it ends as an update.
   */
  private static final String ADJUST =
      """
      with level as (
        insert into stock_levels as s (sku, location_id, on_hand)
        select :sku, p.location_id, greatest(:quantity, 0) from locations p
        where p.location_id = :location_id
          and not exists (
            select from movements m where m.caller = :caller and m.request_id = :request_id)
          and (:quantity < 0 or :alone = false or not exists (
            select from reservation_backorders b where b.sku = :sku))
          and (:quantity > 0 or exists (
            select from stock_levels l where l.sku = :sku and l.location_id = :location_id))
        on conflict (sku, location_id) do update set on_hand = s.on_hand + :quantity
          where s.on_hand + :quantity between s.reserved and :max_on_hand
        returning sku, location_id, on_hand, reserved),
      movement as (
        insert into movements (movement_id, sku, location_id, quantity, reason, note,
          on_hand_after, reserved_after, caller, request_id, request_hash, created_at)
        select :movement_id, sku, location_id, :quantity, :reason, :note,
          on_hand, reserved, :caller, :request_id, :payload_hash, :created_at
        from level),
      event as (
        insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
        select :aggregate_id, :sequence, :event_type, :event_payload, :trace_parent from level)
      select sku, location_id, on_hand, reserved from level
      """;

  private static final String MOVEMENT_COLUMNS =
      """
      m.movement_id, m.sku, m.location_id, m.quantity, m.reason, m.reservation_id, m.note, m.caller,
      m.created_at
      """;

  private static final String LOOK =
      """
      select m.request_hash, m.on_hand_after, m.reserved_after, p.location_id as known,
        s.on_hand, s.reserved, %s,
        exists (select from reservation_backorders b where b.sku = :sku) as wanted
      from (values (1)) one
      left join locations p on p.location_id = :location_id
      left join stock_levels s on s.sku = :sku and s.location_id = :location_id
      left join movements m on m.caller = :caller and m.request_id = :request_id
      """
          .formatted(MOVEMENT_COLUMNS);

  private static final String LIST_MOVEMENTS =
      """
      select %s from movements m where <condition> order by <order> limit :limit
      """
          .formatted(MOVEMENT_COLUMNS);

  private final Database database;

  InventoryStore(Database database) {
    this.database = database;
  }

  /** What a change of a location starts from: the answer of an earlier twin, and the location. */
  record LoadedLocation(SavedAnswer saved, Optional<Location> location) {}

  LoadedLocation loadLocation(Claim claim, String locationId) {
    return database.run(
        handle ->
            claim
                .bind(handle.createQuery(LOAD_LOCATION))
                .bind("location_id", locationId)
                .map(
                    (row, context) ->
                        new LoadedLocation(
                            SavedAnswer.read(row),
                            row.getString("location_id") == null
                                ? Optional.empty()
                                : Optional.of(location(row))))
                .one());
  }

  /** Returns 0 if there is one of this id by now. */
  int createLocation(Claim claim, Location location, Message answer) {
    return save(CREATE_LOCATION, claim, location, answer);
  }

  /** Returns 0 if it changed since it was loaded. */
  int updateLocation(Claim claim, Location location, Message answer) {
    return save(UPDATE_LOCATION, claim, location, answer);
  }

  private int save(String sql, Claim claim, Location location, Message answer) {
    return database.run(
        handle ->
            claim
                .bind(handle.createUpdate(sql))
                .bind("location_id", location.locationId())
                .bind("display_name", location.displayName())
                .bind("priority", location.priority())
                .bind("version", location.version())
                .bind("answer", answer.toByteArray())
                .execute());
  }

  Optional<Location> findLocation(String locationId) {
    return database.run(
        handle ->
            handle
                .createQuery(FIND_LOCATION)
                .bind("location_id", locationId)
                .map((row, context) -> location(row))
                .findOne());
  }

  List<Location> listLocations(Pages pages, String order) {
    return database.run(
        handle ->
            pages
                .bind(handle.createQuery(LIST_LOCATIONS))
                .define("condition", pages.sql())
                .define("order", order)
                .map((row, context) -> location(row))
                .list());
  }

  /** By SKU, then in the order in which locations are used. */
  List<Level> levels(Collection<String> skus) {
    return database.run(
        handle ->
            handle
                .createQuery(LEVELS)
                .bindArray("skus", String.class, List.copyOf(skus))
                .map((row, context) -> level(row, "on_hand", "reserved"))
                .list());
  }

  /**
   * Changes what is on hand, with the entry in the ledger. Units that somebody waits for do not
   * come in this way.
   *
   * @return empty if nothing was done: {@link #look} says why
   */
  Optional<Level> adjust(Claim claim, Movement movement, StockAdjustedEvent event) {
    return unlessDone(() -> database.run(handle -> adjust(handle, claim, movement, event, true)));
  }

  /** Brings in units that somebody waits for, and gives them to those in the same transaction. */
  Optional<Level> receive(Claim claim, Movement movement, StockAdjustedEvent event) {
    return unlessDone(
        () ->
            database.transaction(
                handle -> {
                  var level = adjust(handle, claim, movement, event, false);
                  if (level.isPresent()) {
                    BackorderStore.allocateUnlocked(handle, Set.of(movement.place().sku()));
                  }
                  return level;
                }));
  }

  private static Optional<Level> adjust(
      Handle handle, Claim claim, Movement movement, StockAdjustedEvent event, boolean alone) {
    return Outbox.bind(
            bind(claim.bind(handle.createQuery(ADJUST)), movement), movement.movementId(), 1, event)
        .bind("alone", alone)
        .map((row, context) -> level(row, "on_hand", "reserved"))
        .findOne();
  }

  private static Optional<Level> unlessDone(Supplier<Optional<Level>> adjustment) {
    try {
      return adjustment.get();
    } catch (RuntimeException e) {
      if (Database.violated(e, "movements_request")) {
        return Optional.empty(); // a twin did it this instant
      }
      throw e;
    }
  }

  private static <S extends SqlStatement<S>> S bind(S statement, Movement movement) {
    return statement
        .bind("sku", movement.place().sku())
        .bind("location_id", movement.place().locationId())
        .bind("quantity", movement.quantity())
        .bind("max_on_hand", Stock.MAX_ON_HAND)
        .bind("movement_id", movement.movementId())
        .bind("reason", movement.reason().name())
        .bind("note", movement.note())
        .bind("created_at", movement.createdAt());
  }

  /**
   * What an adjustment met.
   *
   * @param made what this claim did before, with the hash of its payload; null if nothing
   * @param level all zero where nothing was ever received
   * @param wanted whether somebody waits for units of the SKU
   */
  record Look(
      Adjusted made, byte[] requestHash, boolean locationKnown, Level level, boolean wanted) {}

  Look look(Claim claim, Place place) {
    return database.run(
        handle ->
            claim
                .bind(handle.createQuery(LOOK))
                .bind("sku", place.sku())
                .bind("location_id", place.locationId())
                .map((row, context) -> look(row, place))
                .one());
  }

  private static Look look(ResultSet row, Place place) throws SQLException {
    byte[] hash = row.getBytes("request_hash");
    return new Look(
        hash == null
            ? null
            : new Adjusted(movement(row), level(row, "on_hand_after", "reserved_after")),
        hash,
        row.getString("known") != null,
        new Level(place, row.getInt("on_hand"), row.getInt("reserved")),
        row.getBoolean("wanted"));
  }

  List<Movement> listMovements(Pages pages, String order) {
    return database.run(
        handle ->
            pages
                .bind(handle.createQuery(LIST_MOVEMENTS))
                .define("condition", pages.sql())
                .define("order", order)
                .map((row, context) -> movement(row))
                .list());
  }

  private static Location location(ResultSet row) throws SQLException {
    return new Location(
        row.getString("location_id"),
        row.getString("display_name"),
        row.getInt("priority"),
        row.getInt("version"));
  }

  private static Level level(ResultSet row, String onHand, String reserved) throws SQLException {
    return new Level(ReservationRows.place(row), row.getInt(onHand), row.getInt(reserved));
  }

  private static Movement movement(ResultSet row) throws SQLException {
    return new Movement(
        row.getObject("movement_id", UUID.class),
        ReservationRows.place(row),
        row.getInt("quantity"),
        Reason.valueOf(row.getString("reason")),
        row.getObject("reservation_id", UUID.class),
        row.getString("note"),
        row.getString("caller"),
        ReservationRows.instant(row, "created_at"));
  }
}
