package dev.emporion.inventory;

import com.google.protobuf.Message;
import dev.emporion.inventory.Demand.Line;
import dev.emporion.inventory.Demand.Outcome;
import dev.emporion.inventory.Reservation.Allocation;
import dev.emporion.inventory.Reservation.Backorder;
import dev.emporion.inventory.Reservation.Place;
import dev.emporion.inventory.Reservation.State;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Database;
import dev.emporion.platform.Outbox;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Promises of what has still to come in, and their fulfilment, the oldest first.
 *
 * <p>Who brings units in gives them away in the same transaction, so that no Reserve is faster than
 * those who wait. It holds stock then, so it waits for nobody: reservations and stock that others
 * have locked it passes over. What is left so, {@link #allocate} gives away: it takes rows in the
 * order of {@link ReservationStore}, reservations before stock, and waits for the stock. The share
 * of a reservation that is locked is kept for it until a later look.
 */
final class BackorderStore {
  /** Of one SKU, in one transaction. */
  private static final int BATCH = 100;

  private static final int MAX_SKUS = 1000;

  private static final String STOCK =
      """
      with stock as materialized (
        select s.sku, s.location_id, s.on_hand - s.reserved as available
        from stock_levels s where s.sku = any (:skus)
        order by s.sku, s.location_id for update of s${wait})
      select now() as now, s.sku, s.location_id, s.available, p.priority
      from (values (1)) one
      left join stock s on true
      left join locations p on p.location_id = s.location_id
      """;
  private static final String LOCK_STOCK = STOCK.replace("${wait}", "");
  private static final String LOCK_FREE_STOCK = STOCK.replace("${wait}", " skip locked");

  /** The stock is locked already. */
  private static final String MAKE =
      """
      with made as (
        insert into reservations
          (reservation_id, caller, request_hash, order_id, state, expire_at, due_at, created_at)
        values (:aggregate_id, :caller, :payload_hash, :order_id, 'ACTIVE', :expire_at, :expire_at,
          :now)
        on conflict do nothing
        returning reservation_id),
      taken as (
        insert into reservation_lines (reservation_id, sku, location_id, quantity)
        select m.reservation_id, t.sku, t.location_id, t.quantity
        from made m
        cross join unnest(:skus, :location_ids, :quantities) as t(sku, location_id, quantity)
        returning sku, location_id, quantity),
      waiting as (
        insert into reservation_backorders (reservation_id, sku, quantity, created_at)
        select m.reservation_id, w.sku, w.quantity, :now
        from made m cross join unnest(:wait_skus, :wait_quantities) as w(sku, quantity)),
      moved as (
        update stock_levels s set reserved = s.reserved + t.quantity
        from taken t where s.sku = t.sku and s.location_id = t.location_id),
      event as (
        insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
        select reservation_id, :sequence, :event_type, :event_payload, :trace_parent from made)
      select count(*) from made
      """;

  private static final String QUEUE =
      """
      with queue as materialized (
        select b.reservation_id, b.sku, b.quantity, b.created_at
        from unnest(:skus) as s(sku)
        cross join lateral (
          select b.reservation_id, b.sku, b.quantity, b.created_at from reservation_backorders b
          where b.sku = s.sku order by b.created_at, b.reservation_id limit :batch) b),
      held as materialized (
        select r.reservation_id from reservations r
        where r.reservation_id in (select q.reservation_id from queue q)
        order by r.reservation_id for update of r skip locked)
      select q.reservation_id, q.sku, q.quantity, h.reservation_id is not null as held
      from queue q left join held h on h.reservation_id = q.reservation_id
      order by q.created_at, q.reservation_id, q.sku
      """;

  /** From one waiting SKU to the next, however many wait for each. */
  private static final String SERVABLE =
      """
      with recursive waiting as (
        (select sku from reservation_backorders order by sku limit 1)
        union all
        select (
          select b.sku from reservation_backorders b where b.sku > w.sku order by b.sku limit 1)
        from waiting w where w.sku is not null)
      select w.sku from waiting w
      where exists (
        select from stock_levels s where s.sku = w.sku and s.on_hand > s.reserved)
      limit :limit
      """;

  private final Database database;
  private final ReservationStore reservations;

  BackorderStore(Database database, ReservationStore reservations) {
    this.database = database;
    this.reservations = reservations;
  }

  /** Promises what there is and, of lines that may wait, the rest. */
  Outcome reserve(Demand demand) {
    Outcome outcome = database.transaction(handle -> reserve(handle, demand));
    return outcome != null
        ? outcome
        : new Outcome.Known(
            reservations.find(List.of(demand.reservationId())).get(demand.reservationId()));
  }

  /** Returns null if there is one of this id by now. */
  private static Outcome reserve(Handle handle, Demand demand) {
    Locked stock = lock(handle, LOCK_STOCK, demand.lines().stream().map(Line::sku).toList());
    Map<String, Long> shortages = demand.shortages(stock.free.units());
    if (!shortages.isEmpty()) {
      return new Outcome.Short(shortages);
    }
    Reservation made = promise(demand, stock);
    return make(handle, demand, made) == 0 ? null : new Outcome.Reserved(made);
  }

  private static Reservation promise(Demand demand, Locked stock) {
    var allocations = new ArrayList<Allocation>();
    var backorders = new ArrayList<Backorder>();
    for (Line line : demand.lines().stream().sorted(Comparator.comparing(Line::sku)).toList()) {
      Map<Place, Integer> taken = stock.free.take(line.sku(), line.quantity());
      taken.forEach((place, units) -> allocations.add(new Allocation(place, units, 0)));
      int missing = line.quantity() - units(taken);
      if (missing > 0) {
        backorders.add(new Backorder(line.sku(), missing));
      }
    }
    Duration after = demand.expireAfter();
    return new Reservation(
        demand.reservationId(),
        demand.claim().caller(),
        demand.claim().payloadHash(),
        demand.orderId(),
        State.ACTIVE,
        1,
        allocations,
        backorders,
        after == null ? null : stock.now.plusNanos(after.toNanos() / 1000 * 1000),
        stock.now);
  }

  private static int units(Map<Place, Integer> taken) {
    return taken.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static int make(Handle handle, Demand demand, Reservation made) {
    List<Allocation> taken = made.allocations();
    Query query =
        Outbox.bind(
            demand.claim().bind(handle.createQuery(MAKE)),
            made.reservationId(),
            made.version(),
            InventoryProto.event(made, made.createdAt()));
    return query
        .bind("trace_parent", demand.traceParent())
        .bind("order_id", made.orderId())
        .bind("expire_at", made.expireAt())
        .bind("now", made.createdAt())
        .bindArray("skus", String.class, taken.stream().map(one -> one.place().sku()).toList())
        .bindArray(
            "location_ids",
            String.class,
            taken.stream().map(one -> one.place().locationId()).toList())
        .bindArray("quantities", Integer.class, taken.stream().map(Allocation::quantity).toList())
        .bindArray(
            "wait_skus", String.class, made.backorders().stream().map(Backorder::sku).toList())
        .bindArray(
            "wait_quantities",
            Integer.class,
            made.backorders().stream().map(Backorder::quantity).toList())
        .mapTo(Integer.class)
        .one();
  }

  /** Changes a reservation, and gives what it frees to those who wait for it. */
  int save(Claim claim, Change change, Instant now, Message answer) {
    return database.transaction(
        handle -> {
          int saved = ReservationStore.save(handle, claim, change, now, answer);
          if (saved > 0) {
            allocateUnlocked(handle, change.freedSkus());
          }
          return saved;
        });
  }

  /** For a transaction that holds stock already. */
  static void allocateUnlocked(Handle handle, Collection<String> skus) {
    allocate(handle, LOCK_FREE_STOCK, skus);
  }

  /** The SKUs that somebody waits for and of which there are units. */
  List<String> servable() {
    return database.run(
        handle -> handle.createQuery(SERVABLE).bind("limit", MAX_SKUS).mapTo(String.class).list());
  }

  /** Gives away what there is of a SKU, and says how many reservations got some of it. */
  int allocate(String sku) {
    return database.transaction(handle -> allocate(handle, LOCK_STOCK, List.of(sku)));
  }

  private static int allocate(Handle handle, String lockStock, Collection<String> skus) {
    List<Waiting> queue = queue(handle, skus);
    if (queue.isEmpty()) {
      return 0;
    }
    // Read when they are locked: the statement that locks them may see what was before.
    Map<UUID, Reservation> held =
        ReservationStore.find(
            handle, queue.stream().filter(Waiting::held).map(Waiting::reservationId).toList());
    Locked stock = lock(handle, lockStock, queue.stream().map(Waiting::sku).distinct().toList());
    return ReservationStore.save(handle, changes(queue, held, stock), stock.now);
  }

  private static List<Change> changes(
      List<Waiting> queue, Map<UUID, Reservation> held, Locked stock) {
    var arrived = new LinkedHashMap<UUID, Map<Place, Integer>>();
    for (Waiting waiting : queue) {
      Reservation reservation = held.get(waiting.reservationId());
      int wanted =
          reservation == null ? waiting.quantity() : reservation.backordered(waiting.sku());
      Map<Place, Integer> taken = stock.free.take(waiting.sku(), wanted);
      if (reservation != null && !taken.isEmpty()) {
        arrived.computeIfAbsent(waiting.reservationId(), id -> new TreeMap<>()).putAll(taken);
      }
    }
    return arrived.entrySet().stream()
        .map(entry -> arrival(held.get(entry.getKey()), entry.getValue(), stock.now))
        .toList();
  }

  private static Change arrival(Reservation before, Map<Place, Integer> arrived, Instant now) {
    return Change.of(before, before.allocate(arrived), now);
  }

  /**
   * One of those who wait for a SKU, the oldest first.
   *
   * @param held whether it is ours to change: if not, its quantity may be of a moment ago
   */
  private record Waiting(UUID reservationId, String sku, int quantity, boolean held) {}

  private static List<Waiting> queue(Handle handle, Collection<String> skus) {
    return handle
        .createQuery(QUEUE)
        .bindArray("skus", String.class, List.copyOf(skus))
        .bind("batch", BATCH)
        .map(
            (row, context) ->
                new Waiting(
                    row.getObject("reservation_id", UUID.class),
                    row.getString("sku"),
                    row.getInt("quantity"),
                    row.getBoolean("held")))
        .list();
  }

  private record Locked(Instant now, FreeStock free) {
    static Locked read(ResultSet row) throws SQLException {
      row.next();
      var locked = new Locked(ReservationRows.instant(row, "now"), new FreeStock());
      do {
        if (row.getString("sku") != null) {
          locked.free.add(
              ReservationRows.place(row), row.getInt("priority"), row.getInt("available"));
        }
      } while (row.next());
      return locked;
    }
  }

  private static Locked lock(Handle handle, String statement, Collection<String> skus) {
    return handle
        .createQuery(statement)
        .bindArray("skus", String.class, List.copyOf(skus))
        .scanResultSet((rows, context) -> Locked.read(rows.get()));
  }
}
