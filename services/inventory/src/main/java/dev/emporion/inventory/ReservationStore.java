package dev.emporion.inventory;

import com.google.protobuf.Message;
import dev.emporion.inventory.Change.Line;
import dev.emporion.inventory.Change.Move;
import dev.emporion.inventory.Change.Wait;
import dev.emporion.inventory.v1.ReservationEvent;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Database;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Outbox;
import dev.emporion.platform.SavedAnswer;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * What happens to reservations after they were made: load, compute, compare and set.
 *
 * <p>Rows are locked in one order everywhere: reservations, then stock in the order of its key. A
 * reservation is changed only when all of its stock is locked, because a Reserve that meets a
 * changed reservation waits for the change while it holds stock; a locked one it passes.
 */
final class ReservationStore {
  private static final String COLUMNS =
      """
      r.reservation_id, r.caller as reserver, r.request_hash, r.order_id, r.state, r.version,
      r.expire_at, r.created_at, l.sku, l.location_id, l.quantity, l.committed
      """;

  /** A backorder is a line without a location. */
  private static final String LINES =
      """
      (select reservation_id, sku, location_id, quantity, committed from reservation_lines
        union all
        select reservation_id, sku, null, quantity, 0 from reservation_backorders) l
      """;

  private static final String FIND =
      """
      select %s
      from reservations r left join %s on l.reservation_id = r.reservation_id
      where r.reservation_id = any (:ids)
      order by r.reservation_id, l.sku, l.location_id
      """
          .formatted(COLUMNS, LINES);

  /** Tombstones and holds are nobody's order. */
  private static final String PAGE =
      """
      select %s
      from (
        select reservation_id, caller, request_hash, order_id, state, version, expire_at, created_at
        from reservations where reservation_id > :after and order_id is not null
        order by reservation_id limit :limit) r
      left join %s on l.reservation_id = r.reservation_id
      order by r.reservation_id, l.sku, l.location_id
      """
          .formatted(COLUMNS, LINES);

  private static final String LOAD =
      """
      select q.payload_hash, q.answer, now() as now, p.priority, %s,
        exists (
          select from reservation_backorders b
          where b.sku = l.sku and b.reservation_id <> r.reservation_id) as wanted
      from (values (1)) one
      left join requests q
        on q.caller = :caller and q.rpc = :rpc and q.request_id = :request_id
      left join reservations r on r.reservation_id = :reservation_id
      left join %s on l.reservation_id = r.reservation_id
      left join locations p on p.location_id = l.location_id
      order by l.sku, l.location_id
      """
          .formatted(COLUMNS, LINES);

  private static final String DUE =
      """
      select reservation_id from reservations where due_at <= now()
      order by due_at limit :batch for update skip locked
      """;

  /** Without a claim (its rpc is null) for what no request asked for. */
  private static final String SAVE =
      """
      with held as materialized (
        select r.reservation_id, n.state, n.version, n.event
        from unnest(:ids, :versions, :states, :events) as n(reservation_id, version, state, event)
        join reservations r
          on r.reservation_id = n.reservation_id and r.version = n.version - 1
        order by r.reservation_id for update of r),
      change as materialized (
        select c.reservation_id, c.sku, c.location_id, c.shipped, c.freed, c.movement_id
        from unnest(:change_ids, :skus, :location_ids, :shipped, :freed, :movement_ids)
          as c(reservation_id, sku, location_id, shipped, freed, movement_id)
        join held on held.reservation_id = c.reservation_id),
      stock as materialized (
        select s.sku, s.location_id
        from stock_levels s
        where (s.sku, s.location_id) in (select c.sku, c.location_id from change c)
        order by s.sku, s.location_id for update of s),
      moved as (
        update stock_levels s
        set on_hand = s.on_hand - c.shipped, reserved = s.reserved - c.freed
        from (
          select sku, location_id, sum(shipped) as shipped, sum(freed) as freed from change
          group by sku, location_id) c
        join stock on stock.sku = c.sku and stock.location_id = c.location_id
        where s.sku = c.sku and s.location_id = c.location_id
        returning s.sku, s.location_id, s.on_hand, s.reserved),
      part as materialized (
        select c.reservation_id, c.sku, c.location_id, c.quantity, c.committed
        from unnest(:line_ids, :line_skus, :line_location_ids, :line_quantities, :line_committed)
          as c(reservation_id, sku, location_id, quantity, committed)
        join held on held.reservation_id = c.reservation_id),
      line as (
        insert into reservation_lines (reservation_id, sku, location_id, quantity, committed)
        select reservation_id, sku, location_id, quantity, committed from part where quantity > 0
        on conflict (reservation_id, sku, location_id)
          do update set quantity = excluded.quantity, committed = excluded.committed),
      line_gone as (
        delete from reservation_lines l using part c
        where l.reservation_id = c.reservation_id and l.sku = c.sku
          and l.location_id = c.location_id and c.quantity = 0),
      wait as materialized (
        select w.reservation_id, w.sku, w.quantity
        from unnest(:wait_ids, :wait_skus, :wait_quantities) as w(reservation_id, sku, quantity)
        join held on held.reservation_id = w.reservation_id),
      waiting as (
        update reservation_backorders b set quantity = w.quantity
        from wait w
        where b.reservation_id = w.reservation_id and b.sku = w.sku and w.quantity > 0),
      wait_over as (
        delete from reservation_backorders b using wait w
        where b.reservation_id = w.reservation_id and b.sku = w.sku and w.quantity = 0),
      movement as (
        insert into movements (movement_id, sku, location_id, quantity, reason, reservation_id,
          on_hand_after, reserved_after, caller, created_at)
        select c.movement_id, c.sku, c.location_id, - c.shipped, 'SHIPPED', c.reservation_id,
          m.on_hand, m.reserved, :caller, :now
        from change c join moved m on m.sku = c.sku and m.location_id = c.location_id
        where c.shipped > 0),
      saved as (
        update reservations r
        set state = h.state, version = h.version,
          due_at = case when h.state = 'ACTIVE' then r.due_at end
        from held h
        where r.reservation_id = h.reservation_id and (select count(*) from moved) >= 0
        returning r.reservation_id),
      event as (
        insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
        select h.reservation_id, h.version, :event_type, h.event, :trace_parent
        from held h join saved on saved.reservation_id = h.reservation_id),
      claim as (
        insert into requests (caller, rpc, request_id, payload_hash, answer)
        select :caller, :rpc, :request_id, :payload_hash, :answer
        from saved where :rpc is not null)
      select count(*) from saved
      """;

  private static final String BURY =
      """
      with made as (
        insert into reservations (reservation_id, caller, state, created_at)
        values (:aggregate_id, :caller, 'RELEASED', :now)
        on conflict do nothing
        returning reservation_id),
      event as (
        insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
        select :aggregate_id, :sequence, :event_type, :event_payload, :trace_parent from made)
      insert into requests (caller, rpc, request_id, payload_hash, answer)
      select :caller, :rpc, :request_id, :payload_hash, :answer from made
      """;

  private static final String REMEMBER =
      """
      insert into requests (caller, rpc, request_id, payload_hash, answer)
      values (:caller, :rpc, :request_id, :payload_hash, :answer)
      """;

  private final Database database;

  ReservationStore(Database database) {
    this.database = database;
  }

  /**
   * What a change starts from: the answer of an earlier twin, the time, and the reservation.
   *
   * @param wanted whether others wait for units of a SKU that it may hold
   * @param priorities of the locations of its allocations
   */
  record Loaded(
      SavedAnswer saved,
      Instant now,
      Reservation reservation,
      boolean wanted,
      Map<String, Integer> priorities) {}

  Map<UUID, Reservation> find(Collection<UUID> ids) {
    return database.run(handle -> find(handle, ids));
  }

  /** Those for an order, by id, from the one after this. */
  Collection<Reservation> page(UUID after, int limit) {
    return database.run(
        handle ->
            handle
                .createQuery(PAGE)
                .bind("after", after)
                .bind("limit", limit)
                .scanResultSet((rows, context) -> ReservationRows.read(rows.get()))
                .values());
  }

  static Map<UUID, Reservation> find(Handle handle, Collection<UUID> ids) {
    return handle
        .createQuery(FIND)
        .bindArray("ids", UUID.class, List.copyOf(ids))
        .scanResultSet((rows, context) -> ReservationRows.read(rows.get()));
  }

  Loaded load(Claim claim, UUID reservationId) {
    return database.run(
        handle ->
            claim
                .bind(handle.createQuery(LOAD))
                .bind("reservation_id", reservationId)
                .scanResultSet(
                    (rows, context) -> {
                      ResultSet row = rows.get();
                      row.next();
                      SavedAnswer saved = SavedAnswer.read(row);
                      Instant now = ReservationRows.instant(row, "now");
                      var reservations = new ReservationRows();
                      boolean wanted = false;
                      var priorities = new HashMap<String, Integer>();
                      do {
                        reservations.add(row);
                        wanted |= row.getBoolean("wanted");
                        priorities.put(row.getString("location_id"), row.getInt("priority"));
                      } while (row.next());
                      var found = reservations.found().get(reservationId);
                      return new Loaded(saved, now, found, wanted, priorities);
                    }));
  }

  /** Returns 0 if the reservation changed since it was loaded. */
  int save(Claim claim, Change change, Instant now, Message answer) {
    return database.run(handle -> save(handle, claim, change, now, answer));
  }

  static int save(Handle handle, Claim claim, Change change, Instant now, Message answer) {
    return save(
        claim.bind(handle.createQuery(SAVE)).bind("answer", answer.toByteArray()),
        List.of(change),
        now);
  }

  /** Changes that no request asked for, of reservations that are locked. */
  static int save(Handle handle, List<Change> changes, Instant now) {
    return changes.isEmpty() ? 0 : save(unclaimed(handle.createQuery(SAVE)), changes, now);
  }

  /** Leaves a tombstone; returns 0 if there is a reservation by now. */
  int bury(Claim claim, Reservation tombstone, ReservationEvent event, Message answer) {
    return database.run(
        handle ->
            Outbox.bind(
                    claim.bind(handle.createUpdate(BURY)),
                    tombstone.reservationId(),
                    tombstone.version(),
                    event)
                .bind("now", tombstone.createdAt())
                .bind("answer", answer.toByteArray())
                .execute());
  }

  /** Saves the answer to a request that changed nothing. */
  int remember(Claim claim, Message answer) {
    return database.run(
        handle ->
            claim
                .bind(handle.createUpdate(REMEMBER))
                .bind("answer", answer.toByteArray())
                .execute());
  }

  /**
   * Gives back holds whose time ran out, at most so many, and says how many there were. Their lines
   * are read when they are locked, by another statement: the one that locks them would see the
   * lines as they were before it waited.
   */
  int expire(int batch) {
    return database.transaction(
        handle -> {
          Instant now = handle.createQuery("select now()").mapTo(Instant.class).one();
          List<UUID> due = handle.createQuery(DUE).bind("batch", batch).mapTo(UUID.class).list();
          List<Change> changes =
              find(handle, due).values().stream()
                  .map(hold -> Change.of(hold, hold.expire(), now))
                  .toList();
          return save(handle, changes, now);
        });
  }

  private static Query unclaimed(Query query) {
    return query
        .bind("caller", "")
        .bind("rpc", (String) null)
        .bind("request_id", (UUID) null)
        .bind("payload_hash", (byte[]) null)
        .bind("answer", (byte[]) null);
  }

  private static int save(Query query, List<Change> changes, Instant now) {
    return bindLines(bindMoves(query, changes), changes)
        .bindArray("ids", UUID.class, each(changes, change -> change.after().reservationId()))
        .bindArray("versions", Integer.class, each(changes, change -> change.after().version()))
        .bindArray("states", String.class, each(changes, change -> change.after().state().name()))
        .bind(
            "events",
            changes.stream().map(change -> change.event().toByteArray()).toArray(byte[][]::new))
        .bind("event_type", ReservationEvent.getDescriptor().getFullName())
        .bind("trace_parent", Outbox.traceParent())
        .bind("now", now)
        .mapTo(Integer.class)
        .one();
  }

  /** What each change means for the stock: units that leave, and units no longer reserved. */
  private static Query bindMoves(Query query, List<Change> changes) {
    List<Move> moves = changes.stream().flatMap(change -> change.moves().stream()).toList();
    return query
        .bindArray("change_ids", UUID.class, each(moves, Move::reservationId))
        .bindArray("skus", String.class, each(moves, move -> move.place().sku()))
        .bindArray("location_ids", String.class, each(moves, move -> move.place().locationId()))
        .bindArray("shipped", Integer.class, each(moves, Move::shipped))
        .bindArray("freed", Integer.class, each(moves, Move::freed))
        .bindArray("movement_ids", UUID.class, each(moves, move -> Ids.newId()));
  }

  private static Query bindLines(Query query, List<Change> changes) {
    List<Line> lines = changes.stream().flatMap(change -> change.lines().stream()).toList();
    List<Wait> waits = changes.stream().flatMap(change -> change.waits().stream()).toList();
    return query
        .bindArray("line_ids", UUID.class, each(lines, Line::reservationId))
        .bindArray("line_skus", String.class, each(lines, line -> line.now().place().sku()))
        .bindArray(
            "line_location_ids", String.class, each(lines, line -> line.now().place().locationId()))
        .bindArray("line_quantities", Integer.class, each(lines, line -> line.now().quantity()))
        .bindArray("line_committed", Integer.class, each(lines, line -> line.now().committed()))
        .bindArray("wait_ids", UUID.class, each(waits, Wait::reservationId))
        .bindArray("wait_skus", String.class, each(waits, Wait::sku))
        .bindArray("wait_quantities", Integer.class, each(waits, Wait::quantity));
  }

  private static <S, T> List<T> each(List<S> from, Function<S, T> value) {
    return from.stream().map(value).toList();
  }
}
