package dev.emporion.inventory;

import static java.util.Comparator.comparing;

import dev.emporion.inventory.Demand.Line;
import dev.emporion.inventory.Demand.Outcome;
import dev.emporion.inventory.Reservation.Allocation;
import dev.emporion.inventory.Reservation.State;
import dev.emporion.inventory.v1.ReservationEvent;
import dev.emporion.platform.Database;
import dev.emporion.platform.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;

/**
 * The statement that promises stock: one round trip and one commit for one demand or many.
 *
 * <p>Why it cannot oversell. It locks the stock rows first, in the order of their key, and computes
 * with what {@code for update} returns: their newest versions, which nobody changes until it
 * commits. (Its other reads see the moment it began, which is why nothing else is read.) The
 * constraint on the row stands behind that; it fails the statement as a whole.
 *
 * <p>How it allocates. The units of a SKU that are available stand in a row, location after
 * location by priority; the units demanded stand in a row too, demand after demand. A demand gets
 * what lies under it, if all its lines lie within what there is. So each line carries {@code upto},
 * where it ends in that row, and two intervals that overlap are an allocation.
 *
 * <p>Why it is exact all the same. A demand counts in the row even if it is then refused or was
 * made before, so one behind it may miss what is there: such a demand is decided again, in a
 * statement where it stands further in front. The foremost one is decided in any case, so this
 * ends; and one that is refused was refused against all that was available.
 */
final class ReserveStore {
  private static final String STATEMENT =
      """
      with stock as materialized (
        select s.sku, s.location_id, s.on_hand, s.reserved, s.available,
          sum(s.available) over (
            partition by s.sku order by s.priority, s.location_id rows unbounded preceding) as upto
        from (
          select l.sku, l.location_id, p.priority, l.on_hand, l.reserved,
            l.on_hand - l.reserved as available
          from stock_levels l join locations p on p.location_id = l.location_id
          where l.sku = any (:skus)
          order by l.sku, l.location_id for update of l${wait}) s),
      line as materialized (
        select l.reservation_id, l.sku, l.quantity, l.upto
        from unnest(:line_ids, :line_skus, :line_quantities, :line_uptos)
          as l(reservation_id, sku, quantity, upto)),
      short as (
        select l.reservation_id from line l
        where l.upto > coalesce((select max(s.upto) from stock s where s.sku = l.sku), 0)${partial}),
      made as (
        insert into reservations
          (reservation_id, caller, request_hash, order_id, state, expire_at, due_at)
        select d.reservation_id, d.caller, d.request_hash, d.order_id, 'ACTIVE',
          now() + d.expire_micros * interval '1 microsecond',
          now() + d.expire_micros * interval '1 microsecond'
        from unnest(:ids, :callers, :request_hashes, :order_ids, :expire_micros)
          as d(reservation_id, caller, request_hash, order_id, expire_micros)
        where d.reservation_id not in (select reservation_id from short)
        on conflict do nothing
        returning reservation_id, created_at, expire_at, %s as create_time, %s as expire_time),
      taken as (
        insert into reservation_lines (reservation_id, sku, location_id, quantity)
        select m.reservation_id, l.sku, s.location_id,
          least(l.upto, s.upto) - greatest(l.upto - l.quantity, s.upto - s.available)
        from made m
        join line l on l.reservation_id = m.reservation_id
        join stock s on s.sku = l.sku and s.available > 0
          and s.upto - s.available < l.upto and l.upto - l.quantity < s.upto
        returning reservation_id, sku, location_id, quantity),
      moved as (
        update stock_levels s set on_hand = k.on_hand, reserved = k.reserved + t.quantity
        from (
          select sku, location_id, sum(quantity) as quantity from taken
          group by sku, location_id) t
        join stock k on k.sku = t.sku and k.location_id = t.location_id
        where s.sku = k.sku and s.location_id = k.location_id),
      event as (
        insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
        select m.reservation_id, 1, :event_type, %s, e.trace_parent
        from made m
        join unnest(:ids, :event_heads, :trace_parents)
          as e(reservation_id, head, trace_parent) on e.reservation_id = m.reservation_id
        join (
          select reservation_id, string_agg(%s, '' order by sku, location_id) as allocations
          from taken group by reservation_id) t on t.reservation_id = m.reservation_id)
      select m.reservation_id, m.created_at, m.expire_at, t.sku, t.location_id, t.quantity
      from made m join taken t on t.reservation_id = m.reservation_id
      union all
      select null, null, null, sku, location_id, available from stock
      """
          .formatted(
              EventBytes.timestamp("created_at"),
              EventBytes.timestamp("expire_at"),
              EventBytes.made("e.head", "m.create_time", "m.expire_time", "t.allocations"),
              EventBytes.allocation("sku", "location_id", "quantity"));

  private static final String RESERVE = STATEMENT.replace("${wait}", "").replace("${partial}", "");

  /** Leaves alone what others have locked, and every SKU that it did not get whole. */
  private static final String RESERVE_UNLOCKED =
      STATEMENT
          .replace("${wait}", " skip locked")
          .replace(
              "${partial}",
              """

          or (select count(*) from stock s where s.sku = l.sku)
            < (select count(*) from stock_levels a where a.sku = l.sku)""");

  /** Bounds the work of one statement, whose joins grow with the square of its lines. */
  private static final int MAX_LINES = 256;

  private final Database database;
  private final ReservationStore reservations;
  private final BackorderStore backorders;

  ReserveStore(Database database, ReservationStore reservations, BackorderStore backorders) {
    this.database = database;
    this.reservations = reservations;
    this.backorders = backorders;
  }

  /** Promises stock for each demand, or not: all of its lines or none. One outcome each. */
  List<Outcome> reserve(List<Demand> demands) {
    var outcomes = new IdentityHashMap<Demand, Outcome>();
    List<Demand> open = new ArrayList<>(demands);
    while (!open.isEmpty()) {
      decide(firstOf(open), outcomes);
      open.removeIf(outcomes::containsKey);
    }
    return demands.stream().map(outcomes::get).toList();
  }

  /**
   * Promises stock for the demands that can be decided without waiting for anybody; of the others,
   * those that are refused included, nothing is said.
   */
  List<Optional<Outcome>> reserveUnlocked(List<Demand> demands) {
    List<Demand> batch = firstOf(demands);
    Answer answer = ask(RESERVE_UNLOCKED, batch);
    return demands.stream()
        .map(
            demand ->
                Optional.of(demand)
                    .filter(batch::contains)
                    .map(one -> answer.made.get(one.reservationId()))
                    .<Outcome>map(made -> new Outcome.Reserved(made.reservation(demand))))
        .toList();
  }

  private Answer ask(String statement, List<Demand> batch) {
    return database.run(handle -> Answer.read(bind(handle.createQuery(statement), batch)));
  }

  /** As many as one statement takes, and no id twice: a twin finds what the other one made. */
  private static List<Demand> firstOf(List<Demand> open) {
    var batch = new ArrayList<Demand>();
    var ids = new HashSet<UUID>();
    int lines = 0;
    // Everybody inserts in this order, so that no two wait for each other's reservations.
    for (Demand demand : open.stream().sorted(comparing(Demand::reservationId)).toList()) {
      lines += demand.lines().size();
      if (lines > MAX_LINES) {
        break;
      }
      if (ids.add(demand.reservationId())) {
        batch.add(demand);
      }
    }
    return batch;
  }

  private void decide(List<Demand> batch, Map<Demand, Outcome> outcomes) {
    Answer answer = ask(RESERVE, batch);
    List<Demand> missing = new ArrayList<>();
    for (Demand demand : batch) {
      Made made = answer.made.get(demand.reservationId());
      if (made == null) {
        missing.add(demand);
      } else {
        outcomes.put(demand, new Outcome.Reserved(made.reservation(demand)));
      }
    }
    if (!missing.isEmpty()) {
      explain(missing, answer.available, outcomes);
    }
  }

  /**
   * Why nothing was made: it is there already, or there is too little; or it stood behind. One that
   * would wait for what is missing is made here, by statements of its own.
   */
  private void explain(
      List<Demand> missing, Map<String, Long> available, Map<Demand, Outcome> outcomes) {
    var known = reservations.find(missing.stream().map(Demand::reservationId).toList());
    for (Demand demand : missing) {
      Reservation before = known.get(demand.reservationId());
      if (before != null) {
        outcomes.put(demand, new Outcome.Known(before));
      } else if (!demand.shortages(available).isEmpty()) {
        outcomes.put(demand, new Outcome.Short(demand.shortages(available)));
      } else if (demand.waitsFor(available)) {
        outcomes.put(demand, backorders.reserve(demand));
      }
    }
  }

  private static Query bind(Query query, List<Demand> batch) {
    var ends = new HashMap<String, Long>();
    var lineIds = new ArrayList<UUID>();
    var lines = new ArrayList<Line>();
    var uptos = new ArrayList<Long>();
    for (Demand demand : batch) {
      for (Line line : demand.lines()) {
        lineIds.add(demand.reservationId());
        lines.add(line);
        uptos.add(ends.merge(line.sku(), (long) line.quantity(), Long::sum));
      }
    }
    query
        .bindArray("skus", String.class, List.copyOf(ends.keySet()))
        .bindArray("line_ids", UUID.class, lineIds)
        .bindArray("line_uptos", Long.class, uptos)
        // Null where an order has the reservation, which numbers of Rows cannot be.
        .bindArray(
            "expire_micros",
            Long.class,
            Arrays.asList(batch.stream().map(ReserveStore::expireMicros).toArray(Long[]::new)))
        .bind("event_type", ReservationEvent.getDescriptor().getFullName());
    return Rows.bind(query, batch)
        .uuids("ids", Demand::reservationId)
        .texts("callers", demand -> demand.claim().caller())
        .blobs("request_hashes", demand -> demand.claim().payloadHash())
        .uuids("order_ids", Demand::orderId)
        .blobs("event_heads", InventoryProto::eventHead)
        .texts("trace_parents", Demand::traceParent)
        .and(lines)
        .texts("line_skus", Line::sku)
        .ints("line_quantities", Line::quantity)
        .statement();
  }

  private static Long expireMicros(Demand demand) {
    Duration after = demand.expireAfter();
    return after == null ? null : after.toNanos() / 1000;
  }

  /** What one statement made, and what was available before it, by SKU. */
  private record Answer(Map<UUID, Made> made, Map<String, Long> available) {
    static Answer read(Query query) {
      return query.scanResultSet(
          (rows, context) -> {
            var answer = new Answer(new HashMap<>(), new HashMap<>());
            ResultSet row = rows.get();
            while (row.next()) {
              answer.add(row);
            }
            return answer;
          });
    }

    private void add(ResultSet row) throws SQLException {
      UUID id = row.getObject("reservation_id", UUID.class);
      if (id == null) {
        available.merge(row.getString("sku"), row.getLong("quantity"), Long::sum);
      } else {
        Made one = made.get(id);
        if (one == null) {
          made.put(id, one = Made.read(row));
        }
        one.allocations.add(new Allocation(ReservationRows.place(row), row.getInt("quantity"), 0));
      }
    }
  }

  private record Made(Instant createdAt, Instant expireAt, List<Allocation> allocations) {
    static Made read(ResultSet row) throws SQLException {
      return new Made(
          ReservationRows.instant(row, "created_at"),
          ReservationRows.instant(row, "expire_at"),
          new ArrayList<>());
    }

    Reservation reservation(Demand demand) {
      return new Reservation(
          demand.reservationId(),
          demand.claim().caller(),
          demand.claim().payloadHash(),
          demand.orderId(),
          State.ACTIVE,
          1,
          allocations.stream().sorted(comparing(Allocation::place)).toList(),
          List.of(),
          expireAt,
          createdAt);
    }
  }
}
