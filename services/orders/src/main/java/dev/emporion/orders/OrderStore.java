package dev.emporion.orders;

import com.google.protobuf.ProtocolMessageEnum;
import dev.emporion.platform.Columns;
import dev.emporion.platform.Columns.Column;
import dev.emporion.platform.Database;
import dev.emporion.platform.Lease;
import dev.emporion.platform.OrderBy;
import dev.emporion.platform.Pages;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.statement.Query;

/**
 * What reads orders, but for the statements of {@link CheckoutStore} and {@link ChangeStore}. Each
 * method is one statement: one round trip, one commit.
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
      o.shipping_address, o.billing_address, o.delivery_option, o.promotion_codes,
      o.payment_token, o.payment_id, o.payment_problem, o.renew_at, o.currency, o.subtotal,
      o.discount_total, o.delivery_price, o.tax_total, o.total, o.prices_include_tax, o.rejection,
      o.active_kind, o.active_request_id, o.active_since, o.created_at, o.updated_at,
      l.line_number, l.sku, l.title, l.quantity, l.cancelled_quantity, l.shipped_quantity,
      l.returned_quantity, l.unit_price, l.discount, l.tax, l.tax_rate, l.total as line_total,
      l.delivery_share, l.allow_backorder
      """;

  /** Orders with what happened to them, to be selected from with {@link #ORDER} and history. */
  static final String ORDERS = "orders o " + StoredHistories.JOIN;

  private final Database database;

  OrderStore(Database database) {
    this.database = database;
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
                                  + ", h.history from (select o.* from orders o where "
                                  + (customerId.isPresent()
                                      ? "o.customer_id = :customer_id and "
                                      : "")
                                  + pages.sql()
                                  + " order by "
                                  + orderBy.sql()
                                  + " limit :limit) o "
                                  + StoredHistories.JOIN
                                  + "join order_lines l using (order_id) order by "
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

  /** The name of an enum of the contract as it is stored: without the enum's own. */
  static String shortName(ProtocolMessageEnum value) {
    String prefix =
        value.getDescriptorForType().getName().replaceAll("([a-z])([A-Z])", "$1_$2") + "_";
    return value.getValueDescriptor().getName().substring(prefix.length());
  }

  private static Object sortValue(Order order, String field) {
    return switch (field) {
      case "create_time" -> order.createdAt();
      case "email" -> order.buyer().email();
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
                              + ", h.history from "
                              + ORDERS
                              + "join order_lines l using (order_id) where "
                              + where
                              + " order by l.line_number"))
                  .map((row, context) -> OrderRow.read(row))
                  .list();
          return OrderRow.assemble(rows).stream().findFirst();
        });
  }
}
