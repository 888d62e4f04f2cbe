package dev.emporion.payments;

import dev.emporion.payments.Payment.Sums;
import dev.emporion.payments.PaymentStore.Entry;
import dev.emporion.payments.PaymentStore.Stored;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;

/** Rows to domain and back. */
final class PaymentRow {
  private static final double MILLIS = 1000;

  private PaymentRow() {}

  /** Null where an outer join found none. */
  static Stored stored(ResultSet row) throws SQLException {
    UUID id = row.getObject("payment_id", UUID.class);
    if (id == null) {
      return null;
    }
    var payment =
        new Payment(
            id,
            row.getObject("order_id", UUID.class),
            money(row, "amount"),
            row.getString("provider"),
            Payment.State.valueOf(row.getString("state")),
            row.getBoolean("voiding"),
            row.getBoolean("closed"),
            new Sums(
                row.getLong("captured"),
                row.getLong("capturing"),
                row.getLong("refunded"),
                row.getLong("refunding")),
            row.getString("provider_reference"),
            row.getString("decline_code"),
            instant(row, "expires_at"),
            row.getInt("sequence"),
            row.getInt("revision"),
            instant(row, "created_at"),
            instant(row, "updated_at"));
    return new Stored(
        payment,
        row.getBytes("request_hash"),
        row.getString("payment_token"),
        age(row, "payment_age"));
  }

  /** Null where an outer join found none. */
  static Operation operation(ResultSet row) throws SQLException {
    UUID requestId = row.getObject("request_id", UUID.class);
    if (requestId == null) {
      return null;
    }
    return new Operation(
        new Claim(row.getString("caller"), "", requestId, row.getBytes("operation_hash")),
        Operation.Kind.valueOf(row.getString("kind")),
        row.getObject("operation_payment_id", UUID.class),
        money(row, "operation_amount"),
        row.getString("reason"),
        Operation.State.valueOf(row.getString("operation_state")),
        row.getString("operation_decline_code"),
        row.getBytes("answer"),
        age(row, "operation_age"));
  }

  static Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        row.getObject("entry_id", UUID.class),
        row.getObject("transaction_id", UUID.class),
        row.getString("account"),
        money(row, "amount"),
        row.getObject("payment_id", UUID.class),
        row.getObject("order_id", UUID.class),
        row.getString("kind"),
        instant(row, "created_at"));
  }

  static Query bind(Query query, Payment payment) {
    return query
        .bind("payment_id", payment.id())
        .bind("provider", payment.provider())
        .bind("state", payment.state().name())
        .bind("voiding", payment.voiding())
        .bind("closed", payment.closed())
        .bind("captured", payment.sums().captured())
        .bind("capturing", payment.sums().capturing())
        .bind("refunded", payment.sums().refunded())
        .bind("refunding", payment.sums().refunding())
        .bind("provider_reference", payment.reference())
        .bind("decline_code", payment.declineCode())
        .bind("sequence", payment.sequence())
        .bind("revision", payment.revision())
        .bind("created_at", payment.createTime())
        .bind("updated_at", payment.updateTime());
  }

  static void bind(Query query, Operation operation) {
    Money amount = operation.amount();
    operation
        .claim()
        .bind(query)
        .bind("kind", operation.kind().name())
        .bind("operation_amount", amount == null ? null : amount.minor())
        .bind("reason", operation.reason())
        .bind("operation_state", operation.state().name())
        .bind("operation_decline_code", operation.declineCode())
        .bind("answer", operation.answer());
  }

  static void bind(Query query, List<Posting> postings) {
    for (int i = 0; i < postings.size(); i++) {
      query
          .bind("transaction_" + i, Ids.newId())
          .bind("debit_" + i, Ids.newId())
          .bind("credit_" + i, Ids.newId())
          .bind("minor_" + i, postings.get(i).minor());
    }
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static Money money(ResultSet row, String column) throws SQLException {
    String currency = row.getString("currency");
    long minor = row.getLong(column);
    return currency == null || row.wasNull() ? null : new Money(currency, minor);
  }

  private static Duration age(ResultSet row, String column) throws SQLException {
    return Duration.ofMillis((long) (row.getDouble(column) * MILLIS));
  }
}
