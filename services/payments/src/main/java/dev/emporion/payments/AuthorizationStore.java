package dev.emporion.payments;

import dev.emporion.payments.PaymentStore.Stored;
import dev.emporion.payments.v1.PaymentEvent;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Combiner;
import dev.emporion.platform.Database;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Money;
import dev.emporion.platform.Outbox;
import dev.emporion.platform.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.statement.Query;

/**
 * The two statements of an authorization: its intent and its outcome. What comes while one of a
 * kind runs is done together by the next, with one round trip and one commit; each payment keeps
 * its own claim, revision, ledger entries and event.
 */
final class AuthorizationStore {
  private static final int MAX_BATCH = 64;
  private static final int MAX_WAITING = 10_000;

  /** One statement of a kind at once: the next batch gathers while one is being committed. */
  private static final int LANE = 0;

  private static final String BEGIN =
      """
      insert into payments (payment_id, caller, request_hash, order_id, currency, amount, provider,
        payment_token, state)
      select p.payment_id, p.caller, p.request_hash, p.order_id, p.currency, p.amount, p.provider,
        p.payment_token, 'PENDING'
      from unnest(:payment_id, :caller, :request_hash, :order_id, :currency, :amount, :provider,
          :payment_token)
        as p(payment_id, caller, request_hash, order_id, currency, amount, provider, payment_token)
      on conflict (payment_id) do nothing
      returning payment_id, created_at as written_at
      """;

  /** Rows are taken in the order of their ids, so that no two of these wait for each other. */
  private static final String SAVE =
      """
      with outcome as materialized (
        select p.payment_id, p.revision, p.state, p.provider_reference, p.decline_code, p.sequence,
          p.updated_at, p.expires_at
        from unnest(:payment_id, :revision, :state, :provider_reference, :decline_code, :sequence,
            :updated_at, :expires_at)
          as p(payment_id, revision, state, provider_reference, decline_code, sequence,
            updated_at, expires_at)),
      held as (
        select p.payment_id from payments p
        join outcome o on p.payment_id = o.payment_id and p.revision = o.revision - 1
        order by p.payment_id for update of p),
      saved as (
        update payments p set state = o.state, provider_reference = o.provider_reference,
          decline_code = o.decline_code, payment_token = null, sequence = o.sequence,
          revision = o.revision, updated_at = o.updated_at, expires_at = o.expires_at
        from outcome o join held h on h.payment_id = o.payment_id
        where p.payment_id = o.payment_id and p.revision = o.revision - 1
        returning p.payment_id, p.order_id, p.currency, p.expires_at),
      due as (
        insert into hold_expiries (expires_at, payment_id)
        select s.expires_at, s.payment_id from saved s where s.expires_at is not null),
      posted as (
        insert into ledger (transaction_id, debit_entry_id, credit_entry_id, payment_id, order_id,
          kind, debit_account, credit_account, currency, amount)
        select t.transaction_id, t.debit_entry_id, t.credit_entry_id, s.payment_id, s.order_id,
          t.kind, t.debit_account, t.credit_account, s.currency, t.amount
        from unnest(:posted_payment_id, :transaction_id, :debit_entry_id, :credit_entry_id,
            :posting_kind, :debit_account, :credit_account, :posted_amount)
          as t(payment_id, transaction_id, debit_entry_id, credit_entry_id, kind, debit_account,
            credit_account, amount)
        join saved s on s.payment_id = t.payment_id),
      told as (
        insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
        select s.payment_id, e.sequence, :event_type, e.payload, e.trace_parent
        from unnest(:payment_id, :sequence, :event_payload, :trace_parent)
          as e(payment_id, sequence, payload, trace_parent)
        join saved s on s.payment_id = e.payment_id)
      select payment_id, now() as written_at from saved
      """;

  private static final String EVENT_TYPE = Outbox.type(PaymentEvent.getDefaultInstance());

  private final Database database;
  private final PaymentStore payments;
  private final Combiner<Integer, Intent, Optional<Instant>> intents;
  private final Combiner<Integer, Result, Boolean> results;

  AuthorizationStore(Database database, PaymentStore payments) {
    this.database = database;
    this.payments = payments;
    intents = new Combiner<>(MAX_BATCH, MAX_WAITING, (lane, batch) -> begin(batch));
    results = new Combiner<>(MAX_BATCH, MAX_WAITING, (lane, batch) -> save(batch));
  }

  private record Intent(Claim claim, UUID orderId, Money amount, String provider, String token) {}

  private record Result(Payment before, Payment after, byte[] event, String traceParent) {}

  private record Posted(UUID paymentId, Posting posting) {}

  /** Commits the intent of an authorization, or finds what is already there under its id. */
  Stored begin(Claim claim, UUID orderId, Money amount, String provider, String token) {
    return intents
        .call(LANE, new Intent(claim, orderId, amount, provider, token))
        .map(
            madeAt ->
                new Stored(
                    Payment.pending(claim.requestId(), orderId, amount, provider, madeAt),
                    claim.payloadHash(),
                    token,
                    Duration.ZERO))
        .or(() -> payments.find(claim.requestId()))
        .orElseThrow(Refusals::contention);
  }

  /** Saves an outcome. False: somebody else changed the payment first, and nothing was written. */
  boolean save(Payment before, Payment after) {
    byte[] event = PaymentProto.event(after).toByteArray();
    return results.call(LANE, new Result(before, after, event, Outbox.traceParent()));
  }

  private List<Optional<Instant>> begin(List<Intent> batch) {
    // Of twins in one batch the first makes the payment and the others find it.
    Map<UUID, Intent> first = distinct(batch, intent -> intent.claim().requestId());
    Map<UUID, Instant> made =
        written(BEGIN, query -> bindIntents(query, List.copyOf(first.values())));
    return batch.stream()
        .map(
            intent ->
                Optional.of(intent)
                    .filter(one -> first.get(one.claim().requestId()) == one)
                    .map(one -> made.get(one.claim().requestId())))
        .toList();
  }

  private List<Boolean> save(List<Result> batch) {
    Map<UUID, Result> first = distinct(batch, result -> result.after().id());
    Map<UUID, Instant> saved =
        written(SAVE, query -> bindResults(query, List.copyOf(first.values())));
    return batch.stream()
        .map(
            result ->
                first.get(result.after().id()) == result && saved.containsKey(result.after().id()))
        .toList();
  }

  private static Query bindIntents(Query query, List<Intent> intents) {
    return Rows.bind(query, intents)
        .uuids("payment_id", intent -> intent.claim().requestId())
        .texts("caller", intent -> intent.claim().caller())
        .blobs("request_hash", intent -> intent.claim().payloadHash())
        .uuids("order_id", Intent::orderId)
        .texts("currency", intent -> intent.amount().currency())
        .longs("amount", intent -> intent.amount().minor())
        .texts("provider", Intent::provider)
        .texts("payment_token", Intent::token)
        .statement();
  }

  private static Query bindResults(Query query, List<Result> results) {
    List<Posted> postings =
        results.stream()
            .flatMap(
                result ->
                    Posting.between(result.before(), result.after()).stream()
                        .map(posting -> new Posted(result.after().id(), posting)))
            .toList();
    return Rows.bind(query.bind("event_type", EVENT_TYPE), results)
        .uuids("payment_id", result -> result.after().id())
        .ints("revision", result -> result.after().revision())
        .texts("state", result -> result.after().state().name())
        .texts("provider_reference", result -> result.after().reference())
        .texts("decline_code", result -> result.after().declineCode())
        .ints("sequence", result -> result.after().sequence())
        .times("updated_at", result -> result.after().updateTime())
        .times("expires_at", result -> result.after().expireTime())
        .blobs("event_payload", Result::event)
        .texts("trace_parent", Result::traceParent)
        .and(postings)
        .uuids("posted_payment_id", Posted::paymentId)
        .uuids("transaction_id", posted -> Ids.newId())
        .uuids("debit_entry_id", posted -> Ids.newId())
        .uuids("credit_entry_id", posted -> Ids.newId())
        .texts("posting_kind", posted -> posted.posting().kind().label())
        .texts("debit_account", posted -> posted.posting().debit().label())
        .texts("credit_account", posted -> posted.posting().credit().label())
        .longs("posted_amount", posted -> posted.posting().minor())
        .statement();
  }

  /** The first of each id, in the order of the ids: everybody inserts in this order. */
  private static <T> Map<UUID, T> distinct(List<T> batch, Function<T, UUID> id) {
    var first = new LinkedHashMap<UUID, T>();
    batch.stream()
        .sorted(Comparator.comparing(id))
        .forEach(one -> first.putIfAbsent(id.apply(one), one));
    return first;
  }

  /** The rows that a statement wrote, and when. */
  private Map<UUID, Instant> written(String sql, UnaryOperator<Query> bind) {
    return database.run(
        handle ->
            bind.apply(handle.createQuery(sql))
                .scanResultSet((rows, context) -> times(rows.get())));
  }

  private static Map<UUID, Instant> times(ResultSet row) throws SQLException {
    var times = new HashMap<UUID, Instant>();
    while (row.next()) {
      times.put(row.getObject("payment_id", UUID.class), PaymentRow.instant(row, "written_at"));
    }
    return times;
  }
}
