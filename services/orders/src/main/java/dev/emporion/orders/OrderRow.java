package dev.emporion.orders;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import dev.emporion.common.v1.PostalAddress;
import dev.emporion.orders.v1.Rejection;
import dev.emporion.platform.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** An order and one of its lines, as the statements return them. */
record OrderRow(UUID orderId, byte[] requestHash, Order head, OrderLine line, String history) {

  Order order(List<OrderLine> lines) {
    return head.with(
        order -> {
          order.lines = lines;
          order.history = StoredHistories.parse(history, head.totals().total().currency());
        });
  }

  static OrderRow read(ResultSet row) throws SQLException {
    String currency = row.getString("currency");
    UUID orderId = row.getObject("order_id", UUID.class);
    return new OrderRow(
        orderId,
        row.getBytes("request_hash"),
        head(row, orderId, currency),
        line(row, currency),
        row.getString("history"));
  }

  private static Order head(ResultSet row, UUID orderId, String currency) throws SQLException {
    return new Order(
        orderId,
        row.getInt("version"),
        OrderState.valueOf(row.getString("state")),
        parse(Rejection.parser(), row.getBytes("rejection")),
        buyer(row),
        row.getObject("cart_id", UUID.class),
        List.of(),
        new Order.Delivery(
            parse(PostalAddress.parser(), row.getBytes("shipping_address")),
            row.getString("delivery_option")),
        paying(row),
        totals(row, currency),
        History.NONE,
        active(row),
        time(row, "created_at"),
        time(row, "updated_at"));
  }

  private static Order.Buyer buyer(ResultSet row) throws SQLException {
    return new Order.Buyer(
        row.getString("customer_id"),
        row.getString("email"),
        parse(PostalAddress.parser(), row.getBytes("billing_address")),
        List.of((String[]) row.getArray("promotion_codes").getArray()));
  }

  private static Order.Paying paying(ResultSet row) throws SQLException {
    return new Order.Paying(
        row.getString("payment_token"),
        row.getObject("payment_id", UUID.class),
        row.getString("payment_problem"),
        time(row, "renew_at"));
  }

  private static Order.Active active(ResultSet row) throws SQLException {
    String kind = row.getString("active_kind");
    return kind == null
        ? null
        : new Order.Active(
            kind, row.getObject("active_request_id", UUID.class), time(row, "active_since"));
  }

  private static Order.Totals totals(ResultSet row, String currency) throws SQLException {
    return new Order.Totals(
        money(row, "subtotal", currency),
        money(row, "discount_total", currency),
        money(row, "delivery_price", currency),
        money(row, "tax_total", currency),
        money(row, "total", currency),
        row.getBoolean("prices_include_tax"));
  }

  private static OrderLine line(ResultSet row, String currency) throws SQLException {
    return new OrderLine(
        row.getInt("line_number"),
        row.getString("sku"),
        row.getString("title"),
        new OrderLine.Units(
            row.getInt("quantity"),
            row.getInt("cancelled_quantity"),
            row.getInt("shipped_quantity"),
            row.getInt("returned_quantity")),
        new OrderLine.Prices(
            money(row, "unit_price", currency),
            money(row, "discount", currency),
            money(row, "tax", currency),
            row.getString("tax_rate"),
            money(row, "line_total", currency),
            money(row, "delivery_share", currency)),
        row.getBoolean("allow_backorder"));
  }

  private static Instant time(ResultSet row, String column) throws SQLException {
    Timestamp time = row.getTimestamp(column);
    return time == null ? null : time.toInstant();
  }

  private static Money money(ResultSet row, String column, String currency) throws SQLException {
    return new Money(currency, row.getLong(column));
  }

  private static <T> T parse(Parser<T> parser, byte[] bytes) {
    try {
      return bytes == null ? null : parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("unreadable column", e);
    }
  }

  /** Rows come line by line, the lines of an order together. */
  static List<CheckoutStore.Found> assemble(List<OrderRow> rows) {
    var found = new ArrayList<CheckoutStore.Found>();
    var lines = new ArrayList<OrderLine>();
    for (int i = 0; i < rows.size(); i++) {
      OrderRow row = rows.get(i);
      lines.add(row.line());
      boolean last = i + 1 == rows.size() || !rows.get(i + 1).orderId().equals(row.orderId());
      if (last) {
        found.add(new CheckoutStore.Found(row.order(List.copyOf(lines)), row.requestHash()));
        lines.clear();
      }
    }
    return found;
  }
}
