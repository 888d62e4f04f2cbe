package dev.emporion.payments;

import dev.emporion.platform.Database;
import dev.emporion.platform.Money;
import dev.emporion.platform.OrderBy;
import dev.emporion.platform.Outbox;
import dev.emporion.platform.Pages;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * The statements on payments, but for those of {@link AuthorizationStore}; each is one round trip
 * and one transaction. A change compares and sets the revision; with it go, in the same statement,
 * the operation, the ledger's transactions and the event.
 */
final class PaymentStore {
  /** What {@link PaymentRow#stored} reads. */
  static final String PAYMENT =
      """
      p.payment_id, p.request_hash, p.order_id, p.currency, p.amount, p.provider, p.payment_token,
      p.state, p.voiding, p.closed, p.captured, p.capturing, p.refunded, p.refunding,
      p.provider_reference, p.expires_at, p.decline_code, p.sequence, p.revision, p.created_at, p.updated_at,
      extract(epoch from now() - p.created_at)::float8 as payment_age
      """;

  private static final String OPERATION =
      """
      o.request_id, o.caller, o.kind, o.request_hash as operation_hash,
      o.payment_id as operation_payment_id, o.amount as operation_amount, o.reason,
      o.state as operation_state, o.decline_code as operation_decline_code, o.answer,
      extract(epoch from now() - o.created_at)::float8 as operation_age
      """;

  private static final String FIND =
      "select " + PAYMENT + " from payments p where p.payment_id = :payment_id";

  private static final String LOAD =
      """
      select %s, %s
      from (select 1) one
      left join operations o on o.request_id = :request_id
      left join payments p on p.payment_id = coalesce(o.payment_id, :payment_id)
      """
          .formatted(PAYMENT, OPERATION);

  /** In no order: some may stay unfinished for long, and must not hide the others. */
  private static final String UNFINISHED =
      """
      select %s, p.currency
      from operations o join payments p on p.payment_id = o.payment_id
      where o.state = 'PENDING' and %s
      order by random() limit :limit
      """;

  private static final String UNFINISHED_OF =
      UNFINISHED.formatted(OPERATION, "o.payment_id = :payment_id and o.kind = 'CAPTURE'");

  private static final String UNFINISHED_SINCE =
      UNFINISHED.formatted(OPERATION, "o.created_at < now() - make_interval(secs => :seconds)");

  private static final String SAVED =
      """
      with saved as (
        update payments set state = :state, voiding = :voiding, closed = :closed,
            captured = :captured, capturing = :capturing, refunded = :refunded, refunding = :refunding,
            provider_reference = :provider_reference, decline_code = :decline_code,
            payment_token = case when :state = 'PENDING' then payment_token end,
            sequence = :sequence, revision = :revision, updated_at = :updated_at
        where payment_id = :payment_id and revision = :revision - 1
        returning payment_id, order_id, currency)
      """;

  private static final String BURIED =
      """
      with saved as (
        insert into payments (payment_id, caller, provider, state, sequence, created_at, updated_at)
        values (:payment_id, :caller, :provider, :state, :sequence, :created_at, :updated_at)
        on conflict (payment_id) do nothing
        returning payment_id)
      """;

  private static final String OPENED =
      """
      , operation as (
        insert into operations (request_id, caller, kind, request_hash, payment_id, amount, reason,
            state, answer, finished_at)
        select :request_id, :caller, :kind, :payload_hash, payment_id, :operation_amount, :reason,
            :operation_state, :answer, case when :operation_state <> 'PENDING' then now() end
        from saved)
      """;

  private static final String CLOSED =
      """
      , operation as (
        update operations o set state = :operation_state, decline_code = :operation_decline_code,
            answer = :answer, finished_at = now()
        from saved where o.request_id = :request_id)
      """;

  private static final String POSTED =
      """
      , posted as (
        insert into ledger (transaction_id, debit_entry_id, credit_entry_id, payment_id, order_id,
            kind, debit_account, credit_account, currency, amount)
        select t.transaction_id, t.debit_entry_id, t.credit_entry_id, s.payment_id, s.order_id,
            t.kind, t.debit_account, t.credit_account, s.currency, t.amount
        from saved s, (values""";

  private static final String POSTED_END =
      """
      ) as t (transaction_id, debit_entry_id, credit_entry_id, kind, debit_account, credit_account,
            amount))
      """;

  private static final String TOLD =
      """
      , told as (
        insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
        select payment_id, :sequence, :event_type, :event_payload, :trace_parent from saved)
      """;

  private static final String WHETHER = "select count(*) from saved";

  private static final String PAYMENTS =
      "select " + PAYMENT + " from payments p where %s order by %s limit :limit";

  private static final String ENTRIES =
      """
      select e.entry_id, e.transaction_id, e.account, e.amount, e.currency, e.payment_id, e.order_id,
          e.kind, e.created_at
      from ledger_entries e where %s order by %s limit :limit
      """;

  private final Database database;

  PaymentStore(Database database) {
    this.database = database;
  }

  /**
   * A payment with what only the steps need.
   *
   * @param requestHash of its Authorize; null for a tombstone
   * @param token of the means of payment; null once the outcome is known
   * @param age since the intent was committed, by the database's clock
   */
  record Stored(Payment payment, byte[] requestHash, String token, Duration age) {}

  /** What an operation starts from; each may be null. */
  record Found(Stored stored, Operation operation) {
    Payment payment() {
      return stored == null ? null : stored.payment();
    }
  }

  /**
   * One side of a transaction of the ledger.
   *
   * @param amount debit above zero, credit below
   */
  record Entry(
      UUID entryId,
      UUID transactionId,
      String account,
      Money amount,
      UUID paymentId,
      UUID orderId,
      String kind,
      Instant createTime) {}

  Optional<Stored> find(UUID paymentId) {
    return database.run(
        handle ->
            handle
                .createQuery(FIND)
                .bind("payment_id", paymentId)
                .map((row, context) -> PaymentRow.stored(row))
                .findOne());
  }

  Found load(UUID requestId, UUID paymentId) {
    return database.run(
        handle ->
            handle
                .createQuery(LOAD)
                .bind("request_id", requestId)
                .bind("payment_id", paymentId)
                .map((row, context) -> new Found(PaymentRow.stored(row), PaymentRow.operation(row)))
                .one());
  }

  /** Captures of a payment that have no outcome yet. */
  List<Operation> unfinishedCaptures(UUID paymentId, int limit) {
    return database.run(
        handle ->
            unfinished(handle.createQuery(UNFINISHED_OF).bind("payment_id", paymentId), limit));
  }

  /** Operations that have had no outcome for so long. */
  List<Operation> unfinishedSince(int seconds, int limit) {
    return database.run(
        handle -> unfinished(handle.createQuery(UNFINISHED_SINCE).bind("seconds", seconds), limit));
  }

  private static List<Operation> unfinished(Query query, int limit) {
    return query.bind("limit", limit).map((row, context) -> PaymentRow.operation(row)).list();
  }

  /**
   * Saves a change with a new operation. False: somebody else changed the payment first, or the
   * request id was used meanwhile, and nothing was written.
   */
  boolean open(Payment before, Payment after, Operation operation) {
    return unlessUsed(() -> write(SAVED, OPENED, before, after, operation));
  }

  /** Saves a change with the outcome of an operation. False: somebody else was first. */
  boolean close(Payment before, Payment after, Operation operation) {
    return write(SAVED, CLOSED, before, after, operation);
  }

  /** Saves a tombstone with the Void that made it. False: there is a payment after all. */
  boolean bury(Payment tombstone, Operation operation) {
    return unlessUsed(() -> write(BURIED, OPENED, tombstone, tombstone, operation));
  }

  private static boolean unlessUsed(BooleanSupplier write) {
    try {
      return write.getAsBoolean();
    } catch (UnableToExecuteStatementException e) {
      if (Database.violated(e, "operations_pkey")) {
        return false;
      }
      throw e;
    }
  }

  private boolean write(
      String saved, String operated, Payment before, Payment after, Operation operation) {
    List<Posting> postings = Posting.between(before, after);
    boolean told = saved.equals(BURIED) || after.sequence() > before.sequence();
    String sql = saved + operated + posted(postings) + (told ? TOLD : "") + WHETHER;
    return database.run(
        handle -> {
          var query = PaymentRow.bind(handle.createQuery(sql), after);
          PaymentRow.bind(query, operation);
          PaymentRow.bind(query, postings);
          if (told) {
            Outbox.bind(query, after.id(), after.sequence(), PaymentProto.event(after));
          }
          return query.mapTo(Integer.class).one() == 1;
        });
  }

  /** Kinds and accounts are constants of ours, so that a few statements serve all changes. */
  private static String posted(List<Posting> postings) {
    if (postings.isEmpty()) {
      return "";
    }
    var rows = new StringJoiner(", ", POSTED, POSTED_END);
    for (int i = 0; i < postings.size(); i++) {
      rows.add(row(i, postings.get(i)));
    }
    return rows.toString();
  }

  private static String row(int i, Posting posting) {
    String ids = "(:transaction_" + i + "::uuid, :debit_" + i + "::uuid, :credit_" + i + "::uuid";
    String names = posting.kind().label() + "', '" + posting.debit().label();
    return ids + ", '" + names + "', '" + posting.credit().label() + "', :minor_" + i + "::bigint)";
  }

  List<Payment> payments(Pages pages, OrderBy order) {
    return database.run(
        handle ->
            pages
                .bind(handle.createQuery(PAYMENTS.formatted(pages.sql(), order.sql())))
                .map((row, context) -> PaymentRow.stored(row).payment())
                .list());
  }

  List<Entry> entries(Pages pages, OrderBy order) {
    return database.run(
        handle ->
            pages
                .bind(handle.createQuery(ENTRIES.formatted(pages.sql(), order.sql())))
                .map((row, context) -> PaymentRow.entry(row))
                .list());
  }
}
