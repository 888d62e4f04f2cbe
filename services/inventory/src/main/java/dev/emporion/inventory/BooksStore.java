package dev.emporion.inventory;

import dev.emporion.common.v1.Books;
import dev.emporion.platform.BooksCheck;
import dev.emporion.platform.Database;

/** What must always hold, each rule one statement. */
final class BooksStore {
  private static final String ON_HAND =
      """
      select s.sku || '@' || s.location_id as subject,
        format('on hand is %s, movements sum to %s', s.on_hand, coalesce(m.quantity, 0))
          as message
      from stock_levels s
      left join (
        select sku, location_id, sum(quantity) as quantity from movements
        group by sku, location_id) m on m.sku = s.sku and m.location_id = s.location_id
      where s.on_hand <> coalesce(m.quantity, 0)
      """;

  /** What waits counts in no stock level, but it has to be for an active reservation. */
  private static final String RESERVED =
      """
      select coalesce(s.sku, h.sku) || '@' || coalesce(s.location_id, h.location_id)
          as subject,
        format('reserved is %s, reservations hold %s', coalesce(s.reserved, 0),
          coalesce(h.quantity, 0)) as message
      from stock_levels s
      full join (
        select l.sku, l.location_id, sum(l.quantity - l.committed) as quantity
        from reservation_lines l
        join reservations r on r.reservation_id = l.reservation_id
        where r.state = 'ACTIVE'
        group by l.sku, l.location_id) h
        on h.sku = s.sku and h.location_id = s.location_id
      where coalesce(s.reserved, 0) <> coalesce(h.quantity, 0)
      union all
      select b.reservation_id::text,
        format('%s of %s are backordered, and it is %s', b.quantity, b.sku,
          coalesce(r.state, 'not there'))
      from reservation_backorders b
      left join reservations r on r.reservation_id = b.reservation_id
      where r.state is distinct from 'ACTIVE'
      """;

  private static final String WITHIN =
      """
      select s.sku || '@' || s.location_id as subject,
        format('reserved is %s, on hand is %s', s.reserved, s.on_hand) as message
      from stock_levels s
      where s.reserved < 0 or s.reserved > s.on_hand
      """;

  /**
   * Sequences are above 0 and unique, so as many events as the last one's number means that none is
   * missing. A movement of a shipment is told by its reservation's event.
   */
  private static final String EVENTS =
      """
      select coalesce(c.id, e.id)::text as subject,
        format('%s is at version %s, its events are %s and end at %s',
          coalesce(c.what, 'nothing'), coalesce(c.version, 0), coalesce(e.events, 0),
          coalesce(e.last, 0)) as message
      from (
        select reservation_id as id, version, 'reservation' as what from reservations
        union all
        select movement_id, 1, 'adjustment' from movements where request_id is not null) c
      full join (
        select aggregate_id as id, count(*) as events, max(sequence) as last
        from outbox group by aggregate_id) e on e.id = c.id
      where c.version is distinct from e.events or c.version is distinct from e.last
      """;

  private final Database database;

  BooksStore(Database database) {
    this.database = database;
  }

  Books check() {
    return new BooksCheck(database)
        .count("stock_levels", "stock_levels")
        .count("movements", "movements")
        .count("reservations", "reservations")
        .invariant("on-hand-is-the-sum-of-movements", ON_HAND)
        .invariant("reserved-is-what-reservations-hold", RESERVED)
        .invariant("reserved-within-on-hand", WITHIN)
        .invariant("one-event-a-change", EVENTS)
        .run();
  }
}
