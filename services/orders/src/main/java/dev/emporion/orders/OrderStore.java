package dev.emporion.orders;

import dev.emporion.platform.Claim;
import dev.emporion.platform.Columns;
import dev.emporion.platform.Columns.Column;
import dev.emporion.platform.Database;
import dev.emporion.platform.Lease;
import dev.emporion.platform.OrderBy;
import dev.emporion.platform.Outbox;
import dev.emporion.platform.Pages;
import dev.emporion.platform.SagaRunner;
import dev.emporion.platform.SavedAnswer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * The SQL statements of orders, but for those of {@link CheckoutStore}. Each method is one
 * statement: one round trip, one commit.
 */
final class OrderStore {
  /** What ListOrders may filter and sort by. */
  static final Columns COLUMNS =
      Columns.of(
          Column.choice("state", "o.state", OrderState.class),
          Column.text("customer_id", "o.customer_id"),
          Column.text("email", "o.email"),
          Column.timestamp("create_time", "o.created_at"),
          Column.uuid("order_id", "o.order_id"));

  static final String ORDER =
      """
      o.order_id, o.request_hash, o.version, o.state, o.customer_id, o.email, o.cart_id,
      o.shipping_address, o.billing_address, o.delivery_option, o.payment_token, o.currency,
      o.subtotal, o.discount_total, o.delivery_price, o.tax_total, o.total, o.prices_include_tax,
      o.rejection, o.created_at, o.updated_at,
      l.line_number, l.sku, l.title, l.quantity, l.cancelled_quantity, l.shipped_quantity,
      l.returned_quantity, l.unit_price, l.discount, l.tax, l.tax_rate, l.total as line_total,
      l.delivery_share
      """;

  private final Database database;

  OrderStore(Database database) {
    this.database = database;
  }

  /**
   * Writes the order's next version and its event, begins a saga for what follows, and saves the
   * answer under its claim.
   *
   * @return 0 when the order changed since it was read: nothing was written
   * @throws RuntimeException with the constraint {@code sagas_pkey} when another saga has the order
   */
  int begin(Order next, Claim claim, byte[] answer, Lease lease, SagaRunner sagas) {
    return database.run(
        handle -> {
          var statement =
              handle.createUpdate(
                  """
                  with changed as (
                    update orders
                    set state = :state, version = :sequence, updated_at = :updated_at
                    where order_id = :aggregate_id and version = :sequence - 1
                    returning order_id),
                  event as (
                    insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
                    select order_id, :sequence, :event_type, :event_payload, :trace_parent
                    from changed),
                  saga as (
                    insert into sagas (subject, kind, epoch, owner, lease_until)
                    select order_id, :kind, :epoch, :owner,
                      now() + make_interval(secs => :lease_seconds)
                    from changed)
                  insert into requests (caller, rpc, request_id, payload_hash, answer)
                  select :caller, :rpc, :request_id, :payload_hash, :answer from changed
                  """);
          sagas.bind(claim.bind(bindNext(statement, next)), lease);
          return statement.bind("answer", answer).execute();
        });
  }

  /** What a saga that was taken over works on. */
  Order load(Lease lease) {
    return find(lease.subject()).orElseThrow();
  }

  Optional<Order> find(UUID orderId) {
    return one("o.order_id = :order_id", query -> query.bind("order_id", orderId))
        .map(CheckoutStore.Found::order);
  }

  /** The order of this cart that is not rejected. */
  Optional<Order> findByCart(UUID cartId) {
    return one("o.live_cart_id = :cart_id", query -> query.bind("cart_id", cartId))
        .map(CheckoutStore.Found::order);
  }

  /** An order, and the hash of the payload that made it. */
  record Found(Order order, byte[] requestHash) {}

  /** An order together with the answer that was saved under a claim, either absent. */
  record Loaded(Optional<Order> order, Optional<SavedAnswer> saved) {}

  Loaded load(UUID orderId, Claim claim) {
    return database.run(
        handle -> {
          var saved = new AtomicReference<SavedAnswer>();
          var rows =
              claim
                  .bind(
                      handle.createQuery(
                          "select r.payload_hash, r.answer, "
                              + ORDER
                              + """
                              from (select 1) one
                              left join requests r on r.caller = :caller and r.rpc = :rpc
                                and r.request_id = :request_id
                              left join (orders o join order_lines l using (order_id))
                                on o.order_id = :order_id
                              order by l.line_number
                              """))
                  .bind("order_id", orderId)
                  .map(
                      (row, context) -> {
                        saved.set(SavedAnswer.read(row));
                        return row.getObject("order_id") == null ? null : OrderRow.read(row);
                      })
                  .list();
          rows.removeIf(row -> row == null);
          var order = OrderRow.assemble(rows).stream().findFirst().map(CheckoutStore.Found::order);
          return new Loaded(order, Optional.ofNullable(saved.get()));
        });
  }

  /** A page of the caller's orders, or of everyone's for those who may see them all. */
  Pages.Page<Order> list(Pages pages, OrderBy orderBy, Optional<String> customerId) {
    List<Order> orders =
        database.run(
            handle -> {
              var rows =
                  pages
                      .bind(
                          handle.createQuery(
                              "select "
                                  + ORDER
                                  + "from (select o.* from orders o where "
                                  + (customerId.isPresent()
                                      ? "o.customer_id = :customer_id and "
                                      : "")
                                  + pages.sql()
                                  + " order by "
                                  + orderBy.sql()
                                  + " limit :limit) o join order_lines l using (order_id) order by "
                                  + orderBy.sql()
                                  + ", l.line_number"))
                      .bindMap(customerId.map(id -> Map.of("customer_id", id)).orElse(Map.of()))
                      .map((row, context) -> OrderRow.read(row))
                      .list();
              return OrderRow.assemble(rows).stream().map(CheckoutStore.Found::order).toList();
            });
    return pages.page(orders, OrderStore::sortValue);
  }

  /** Versions of many orders at once, for those who wait for a change. */
  Map<UUID, Integer> versions(Collection<UUID> orderIds) {
    return database.run(
        handle -> {
          var versions = new LinkedHashMap<UUID, Integer>();
          handle
              .createQuery("select order_id, version from orders where order_id = any(:ids)")
              .bind("ids", orderIds.toArray(UUID[]::new))
              .map((row, context) -> Map.entry(row.getObject(1, UUID.class), row.getInt(2)))
              .forEach(entry -> versions.put(entry.getKey(), entry.getValue()));
          return versions;
        });
  }

  private static Object sortValue(Order order, String field) {
    return switch (field) {
      case "create_time" -> order.createdAt();
      case "email" -> order.email();
      case "order_id" -> order.orderId();
      default -> throw new IllegalArgumentException(field);
    };
  }

  private Optional<CheckoutStore.Found> one(String where, UnaryOperator<Query> bind) {
    return database.run(
        handle -> {
          var rows =
              bind.apply(
                      handle.createQuery(
                          "select "
                              + ORDER
                              + "from orders o join order_lines l using (order_id) where "
                              + where
                              + " order by l.line_number"))
                  .map((row, context) -> OrderRow.read(row))
                  .list();
          return OrderRow.assemble(rows).stream().findFirst();
        });
  }

  private static <S extends SqlStatement<S>> S bindNext(S statement, Order next) {
    byte[] rejection = next.rejection() == null ? null : next.rejection().toByteArray();
    return Outbox.bind(statement, next.orderId(), next.version(), OrderProto.event(next))
        .bind("state", next.state().name())
        .bind("rejection", rejection)
        .bind("updated_at", next.updatedAt());
  }
}
