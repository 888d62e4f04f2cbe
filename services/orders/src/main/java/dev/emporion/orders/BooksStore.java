package dev.emporion.orders;

import dev.emporion.common.v1.Books;
import dev.emporion.platform.BooksCheck;
import dev.emporion.platform.Database;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.statement.Query;

/** What must always hold, each rule one statement; and orders as others' books must have them. */
final class BooksStore {
  /**
   * Units and amounts that are kept twice. Units ship and return from the first, so that what was
   * taken in all is the exact price of the first ones of each line.
   */
  private static final String LINES =
      """
      select o.order_id::text as subject,
        format('line %s: shipped %s and returned %s, its shipments hold %s, its returns %s',
          l.line_number, l.shipped_quantity, l.returned_quantity, coalesce(s.units, 0),
          coalesce(r.units, 0)) as message
      from orders o
      join order_lines l on l.order_id = o.order_id
      left join (
        select order_id, line_number, sum(quantity) as units
        from order_shipment_lines group by order_id, line_number) s
        on s.order_id = l.order_id and s.line_number = l.line_number
      left join (
        select order_id, line_number, sum(restocked_quantity + written_off_quantity) as units
        from order_return_lines group by order_id, line_number) r
        on r.order_id = l.order_id and r.line_number = l.line_number
      where l.shipped_quantity <> coalesce(s.units, 0)
        or l.returned_quantity <> coalesce(r.units, 0)
      union all
      select coalesce(s.order_id, p.order_id)::text,
        format('payment %s: captured %s, its shipments sum to %s (%s, minor units)',
          coalesce(s.payment_id, p.payment_id), coalesce(p.captured, 0), coalesce(s.amount, 0),
          o.currency)
      from (
        select order_id, payment_id, sum(amount) as amount
        from order_shipments where payment_id is not null group by order_id, payment_id) s
      full join order_payments p on p.order_id = s.order_id and p.payment_id = s.payment_id
      join orders o on o.order_id = coalesce(s.order_id, p.order_id)
      where coalesce(p.captured, 0) <> coalesce(s.amount, 0)
      union all
      select o.order_id::text,
        format('what was shipped is worth %s, its shipments sum to %s (%s, minor units)',
          w.worth, coalesce(s.amount, 0), o.currency)
      from orders o
      join (
        select order_id, sum(total / quantity * shipped_quantity
            + least(shipped_quantity, total % quantity)
            + delivery_share / quantity * shipped_quantity
            + least(shipped_quantity, delivery_share % quantity)) as worth
        from order_lines group by order_id) w on w.order_id = o.order_id
      left join (
        select order_id, sum(amount) as amount from order_shipments group by order_id) s
        on s.order_id = o.order_id
      where w.worth <> coalesce(s.amount, 0)
      union all
      select o.order_id::text,
        format('returns were paid %s, payments gave back %s (%s, minor units)',
          r.refunded, coalesce(p.refunded, 0), o.currency)
      from orders o
      join (
        select order_id, sum(refunded) as refunded from order_returns
        where refunded is not null group by order_id) r on r.order_id = o.order_id
      left join (
        select order_id, sum(refunded) as refunded from order_payments group by order_id) p
        on p.order_id = o.order_id
      where r.refunded > coalesce(p.refunded, 0)
      union all
      select o.order_id::text,
        format('is %s with %s units open and %s shipped, of %s shipments %s arrived',
          o.state, u.open, u.shipped, coalesce(s.shipments, 0), coalesce(s.delivered, 0))
      from orders o
      join (
        select order_id, sum(quantity - cancelled_quantity - shipped_quantity) as open,
          sum(shipped_quantity) as shipped
        from order_lines group by order_id) u on u.order_id = o.order_id
      left join (
        select order_id, count(*) as shipments, count(delivered_at) as delivered
        from order_shipments group by order_id) s on s.order_id = o.order_id
      where o.state not in ('PENDING', 'REJECTED', 'CANCELLING')
        and o.state <> case
          when u.shipped = 0 and u.open = 0 then 'CANCELLED'
          when u.shipped = 0 then 'CONFIRMED'
          when u.open > 0 then 'PARTIALLY_SHIPPED'
          when s.delivered = s.shipments then 'DELIVERED'
          else 'SHIPPED' end
      """;

  private static final String CARTS =
      """
      select 'cart ' || cart_id as subject,
        format('has %s orders that are not rejected: %s', count(*),
          string_agg(order_id::text, ' ' order by order_id)) as message
      from orders where state <> 'REJECTED'
      group by cart_id having count(*) > 1
      union all
      select order_id::text,
        format('is %s, and its cart is %s', state,
          case when live_cart_id is null then 'free to be ordered' else 'taken' end)
      from orders
      where live_cart_id is distinct from case when state = 'REJECTED' then null else cart_id end
      """;

  /** A lease that ended is taken over within seconds, if there is anybody to do it. */
  private static final String SAGAS =
      """
      select s.subject::text as subject,
        format('%s of %s is overdue: its lease ended %s ago', s.kind, s.owner,
          date_trunc('second', now() - s.lease_until)) as message
      from sagas s
      where s.parked_at is null and s.lease_until < now() - interval '30 seconds'
      union all
      select o.order_id::text,
        format('is %s, %s is under way since %s, and no saga moves it', o.state,
          coalesce(o.active_kind, 'place-order'), coalesce(o.active_since, o.created_at))
      from orders o
      left join sagas s on s.subject = o.order_id
      where (o.state = 'PENDING' or o.active_kind is not null) and s.subject is null
      union all
      select s.subject::text,
        format('%s is under way, and the order is %s', s.kind,
          coalesce(o.state || ' with ' || coalesce(o.active_kind, 'no change'), 'not there'))
      from sagas s
      left join orders o on o.order_id = s.subject
      where s.kind is distinct from
        case when o.state = 'PENDING' then 'place-order' else o.active_kind end
      union all
      select coalesce(o.order_id, c.order_id)::text,
        format('%s is under way, and of its changes %s', coalesce(o.active_kind, 'nothing'),
          coalesce(c.kind || ' number ' || c.number, 'none'))
      from (select order_id, active_kind, active_request_id from orders
        where active_kind is not null) o
      full join (select order_id, number, kind, request_id from order_changes
        where state = 'ACTIVE') c on c.order_id = o.order_id
      where o.active_request_id is distinct from c.request_id
        or o.active_kind is distinct from c.kind
      """;

  private static final String ORDERS =
      "select "
          + OrderStore.ORDER
          + """
          , h.history, exists (
            select from sagas s where s.subject = o.order_id and s.parked_at is not null) as parked
          from (select o.* from orders o where %s) o
          """
          + StoredHistories.JOIN
          + "join order_lines l using (order_id) order by o.order_id, l.line_number";

  private static final String BY_ID = ORDERS.formatted("o.order_id = any(:ids)");
  private static final String PAGE =
      ORDERS.formatted("o.order_id > :after order by o.order_id limit :limit");

  private final Database database;

  BooksStore(Database database) {
    this.database = database;
  }

  /**
   * @param parked whether the change under way is
   */
  record Audited(Order order, boolean parked) {}

  Books check() {
    return new BooksCheck(database)
        .count("orders", "orders")
        .count("events", "outbox")
        .count("sagas", "sagas")
        .count("parked_sagas", "sagas where parked_at is not null")
        .oneEventAChange("orders", "order_id", "version")
        .invariant("lines-agree-with-shipments", LINES)
        .invariant("one-live-order-a-cart", CARTS)
        .invariant("saga-finished-parked-or-due", SAGAS)
        .run();
  }

  List<Audited> find(Collection<UUID> orderIds) {
    return read(BY_ID, query -> query.bind("ids", orderIds.toArray(UUID[]::new)));
  }

  List<Audited> page(UUID after, int limit) {
    return read(PAGE, query -> query.bind("after", after).bind("limit", limit));
  }

  private List<Audited> read(String sql, UnaryOperator<Query> bind) {
    return database.run(
        handle -> {
          var parked = new HashSet<UUID>();
          List<OrderRow> rows =
              bind.apply(handle.createQuery(sql))
                  .map(
                      (row, context) -> {
                        OrderRow read = OrderRow.read(row);
                        if (row.getBoolean("parked")) {
                          parked.add(read.orderId());
                        }
                        return read;
                      })
                  .list();
          return OrderRow.assemble(rows).stream()
              .map(CheckoutStore.Found::order)
              .map(order -> new Audited(order, parked.contains(order.orderId())))
              .toList();
        });
  }
}
