package dev.emporion.orders;

import dev.emporion.platform.Claim;
import dev.emporion.platform.Combiner;
import dev.emporion.platform.Database;
import dev.emporion.platform.Lease;
import dev.emporion.platform.Outbox;
import dev.emporion.platform.Rows;
import dev.emporion.platform.SagaRunner;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.statement.Query;

/**
 * The three statements of an order's checkout. What comes while one of a kind runs is done together
 * by the next: a busy instance does many orders with one round trip and one commit, and each order
 * keeps its own claim, event, lease and answer.
 */
final class CheckoutStore {
  private static final int MAX_BATCH = 64;
  private static final int MAX_WAITING = 10_000;

  /** One statement of a kind at once: the next batch gathers while one is being committed. */
  private static final int LANE = 0;

  private static final String KNOWN =
      "select k.number, %s, null as history from unnest(:caller, :request_id) with ordinality"
              .formatted(OrderStore.ORDER)
          + " as k(caller, request_id, number) join orders o on o.caller = k.caller"
          + " and o.request_id = k.request_id join order_lines l using (order_id)"
          + " order by k.number, l.line_number";

  private static final String PLACE =
      """
      with placed as (
        insert into orders (order_id, caller, request_id, request_hash, version, state,
          customer_id, email, cart_id, live_cart_id, shipping_address, billing_address,
          delivery_option, promotion_codes, payment_token, payment_id, renew_at, currency, subtotal,
          discount_total, delivery_price, tax_total, total, prices_include_tax, created_at,
          updated_at)
        select o.order_id, o.caller, o.request_id, o.request_hash, 1, 'PENDING',
          o.customer_id, o.email, o.cart_id, o.cart_id, o.shipping_address, o.billing_address,
          o.delivery_option, string_to_array(o.promotion_codes, ' '), o.payment_token,
          o.payment_id, o.renew_at, o.currency, o.subtotal, o.discount_total, o.delivery_price,
          o.tax_total, o.total, o.prices_include_tax, o.created_at, o.created_at
        from unnest(:order_id, :caller, :request_id, :request_hash, :customer_id, :email,
            :cart_id, :shipping_address, :billing_address, :delivery_option, :promotion_codes,
            :payment_token, :payment_id, :renew_at, :currency, :subtotal, :discount_total,
            :delivery_price, :tax_total, :total,
            :prices_include_tax, :created_at)
          as o(order_id, caller, request_id, request_hash, customer_id, email, cart_id,
            shipping_address, billing_address, delivery_option, promotion_codes, payment_token,
            payment_id, renew_at, currency, subtotal, discount_total, delivery_price, tax_total,
            total, prices_include_tax, created_at)
        on conflict do nothing
        returning order_id),
      lines as (
        insert into order_lines (order_id, line_number, sku, title, quantity, unit_price,
          discount, tax, tax_rate, total, delivery_share, allow_backorder)
        select order_id, l.line_number, l.sku, l.title, l.quantity, l.unit_price, l.discount,
          l.tax, l.tax_rate, l.total, l.delivery_share, l.allow_backorder
        from unnest(:line_order_id, :line_number, :sku, :title, :quantity, :unit_price, :discount,
            :tax, :tax_rate, :line_total, :delivery_share, :allow_backorder)
          as l(order_id, line_number, sku, title, quantity, unit_price, discount, tax, tax_rate,
            total, delivery_share, allow_backorder)
        join placed using (order_id)),
      event as (
        insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
        select e.order_id, 1, :event_type, e.payload, e.trace_parent
        from unnest(:order_id, :event_payload, :trace_parent)
          as e(order_id, payload, trace_parent)
        join placed using (order_id)),
      saga as (
        insert into sagas (subject, kind, epoch, owner, lease_until)
        select s.order_id, s.kind, s.epoch, :owner, now() + make_interval(secs => :lease_seconds)
        from unnest(:order_id, :kind, :epoch) as s(order_id, kind, epoch)
        join placed using (order_id))
      select order_id from placed
      """;

  /** Rows are taken in the order of their ids, so that no two of these wait for each other. */
  private static final String FINISH =
      """
      with ending as materialized (
        select e.order_id, e.epoch, e.state, e.sequence, e.rejection, e.renew_at, e.updated_at
        from unnest(:order_id, :epoch, :state, :sequence, :rejection, :renew_at, :updated_at)
          as e(order_id, epoch, state, sequence, rejection, renew_at, updated_at)),
      held as (
        select s.subject from sagas s
        join ending e on s.subject = e.order_id and s.epoch = e.epoch
        order by s.subject for update of s),
      changed as (
        update orders o
        set state = e.state, version = e.sequence, rejection = e.rejection,
          live_cart_id = case when e.state = 'REJECTED' then null else o.live_cart_id end,
          renew_at = e.renew_at, updated_at = e.updated_at
        from ending e join held h on h.subject = e.order_id
        where o.order_id = e.order_id and o.version = e.sequence - 1
        returning o.order_id),
      event as (
        insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
        select e.order_id, e.sequence, :event_type, e.payload, e.trace_parent
        from unnest(:order_id, :sequence, :event_payload, :trace_parent)
          as e(order_id, sequence, payload, trace_parent)
        join changed using (order_id)),
      ended as (
        delete from sagas s using changed c where s.subject = c.order_id)
      select order_id from changed
      """;

  private final Database database;
  private final Combiner<Integer, Claim, Optional<Found>> known;
  private final Combiner<Integer, Placement, Boolean> placements;
  private final Combiner<Integer, End, Boolean> ends;

  CheckoutStore(Database database) {
    this.database = database;
    known = new Combiner<>(MAX_BATCH, MAX_WAITING, (lane, claims) -> known(claims));
    placements = new Combiner<>(MAX_BATCH, MAX_WAITING, (lane, batch) -> place(batch));
    ends = new Combiner<>(MAX_BATCH, MAX_WAITING, (lane, batch) -> finish(batch));
  }

  /** How a placement ended. */
  enum Placed {
    NEW,
    /** The same request or another order of the same cart was there first; nothing was written. */
    CONFLICT
  }

  /** An order, and the hash of the payload that made it. */
  record Found(Order order, byte[] requestHash) {}

  record Placement(
      Order order, Claim claim, Lease lease, SagaRunner sagas, byte[] event, String traceParent) {}

  record PlacedLine(UUID orderId, OrderLine line) {}

  record End(Order next, Lease lease, byte[] event, String traceParent) {}

  /**
   * The order that this request made, without its history, and the hash of the payload that made
   * it.
   */
  Optional<Found> findByRequest(Claim claim) {
    return known.call(LANE, claim);
  }

  /**
   * The order, its lines, its first event and the lease of its saga: the intent for all that
   * follows.
   */
  Placed place(Order order, Claim claim, Lease lease, SagaRunner sagas) {
    byte[] event = OrderProto.event(order).toByteArray();
    var placement = new Placement(order, claim, lease, sagas, event, Outbox.traceParent());
    return placements.call(LANE, placement) ? Placed.NEW : Placed.CONFLICT;
  }

  /**
   * Writes the order's next version, with its event, and ends the saga that brought it there.
   *
   * @throws Lease.LostLease nothing was written
   */
  void finish(Order next, Lease lease) {
    byte[] event = OrderProto.event(next).toByteArray();
    var end = new End(next, lease, event, Outbox.traceParent());
    lease.requireHeld(ends.call(LANE, end));
  }

  private List<Optional<Found>> known(List<Claim> claims) {
    Map<Integer, List<OrderRow>> rows =
        database.run(
            handle ->
                Rows.bind(handle.createQuery(KNOWN), claims)
                    .texts("caller", Claim::caller)
                    .uuids("request_id", Claim::requestId)
                    .statement()
                    .scanResultSet((all, context) -> numbered(all.get())));
    var found = new ArrayList<Optional<Found>>();
    for (int i = 1; i <= claims.size(); i++) {
      found.add(OrderRow.assemble(rows.getOrDefault(i, List.of())).stream().findFirst());
    }
    return found;
  }

  private static Map<Integer, List<OrderRow>> numbered(ResultSet row) throws SQLException {
    var rows = new HashMap<Integer, List<OrderRow>>();
    while (row.next()) {
      rows.computeIfAbsent(row.getInt("number"), number -> new ArrayList<>())
          .add(OrderRow.read(row));
    }
    return rows;
  }

  private List<Boolean> place(List<Placement> batch) {
    // Everybody inserts in this order, so that no two wait for each other's carts.
    List<Placement> sorted =
        batch.stream().sorted(Comparator.comparing(one -> one.order().cartId())).toList();
    List<PlacedLine> lines =
        sorted.stream()
            .flatMap(one -> one.order().lines().stream().map(line -> line(one, line)))
            .toList();
    Set<UUID> placed =
        ids(
            PLACE,
            statement -> {
              batch.getFirst().sagas().bindOwner(statement);
              var rows = CheckoutRows.orders(statement, sorted);
              return CheckoutRows.lines(rows, lines);
            });
    return batch.stream().map(one -> placed.contains(one.order().orderId())).toList();
  }

  private static PlacedLine line(Placement placement, OrderLine line) {
    return new PlacedLine(placement.order().orderId(), line);
  }

  private List<Boolean> finish(List<End> batch) {
    // An order ends once: of two ends in one batch the second finds nothing to end.
    var first = new HashMap<UUID, End>();
    batch.forEach(end -> first.putIfAbsent(end.lease().subject(), end));
    Set<UUID> changed =
        ids(FINISH, statement -> CheckoutRows.ends(statement, List.copyOf(first.values())));
    return batch.stream()
        .map(
            end ->
                first.get(end.lease().subject()) == end && changed.contains(end.lease().subject()))
        .toList();
  }

  private Set<UUID> ids(String sql, UnaryOperator<Query> bind) {
    return database.run(
        handle ->
            bind.apply(handle.createQuery(sql))
                .scanResultSet(
                    (rows, context) -> {
                      var ids = new HashSet<UUID>();
                      for (ResultSet row = rows.get(); row.next(); ) {
                        ids.add(row.getObject(1, UUID.class));
                      }
                      return ids;
                    }));
  }
}
