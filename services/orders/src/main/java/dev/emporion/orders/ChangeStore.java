package dev.emporion.orders;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Database;
import dev.emporion.platform.Lease;
import dev.emporion.platform.Outbox;
import dev.emporion.platform.SagaRunner;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.statement.SqlStatement;

/** The statements of changes. Each method is one: one round trip, one commit. */
final class ChangeStore {
  /** The unique constraint of who asked. */
  static final String CLAIM = "order_changes_claim";

  /** The unique constraint of returns' ids. */
  static final String RETURN_ID = "order_returns_return_id_key";

  private static final String BEGIN =
      """
      with changed as (
        update orders
        set state = :state, version = :sequence, updated_at = :updated_at,
          active_kind = :kind, active_request_id = :active_request_id, active_since = :updated_at
        where order_id = :aggregate_id and version = :sequence - 1 and active_kind is null
        returning order_id),
      event as (
        insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
        select order_id, :sequence, :event_type, :event_payload, :trace_parent from changed),
      saga as (
        insert into sagas (subject, kind, epoch, owner, lease_until)
        select order_id, :kind, :epoch, :owner, now() + make_interval(secs => :lease_seconds)
        from changed)
      insert into order_changes (order_id, number, kind, caller, rpc, request_id, payload_hash,
        intent, state, created_at)
      select order_id, :sequence, :kind, :caller, :rpc, :request_id, :payload_hash, :intent,
        'ACTIVE', :updated_at
      from changed
      """;

  private static final String FIND =
      "select c.payload_hash, c.state as change_state, c.refusal, "
          + OrderStore.ORDER
          + """
          , h.history from (select 1) one
          left join order_changes c on c.caller = :caller and c.rpc = :rpc
            and c.request_id = :request_id
          left join (orders o join order_lines l using (order_id)) on o.order_id = :order_id
          """
          + StoredHistories.JOIN
          + "order by l.line_number";

  private static final String LOAD =
      "select c.number, c.intent, "
          + OrderStore.ORDER
          + ", h.history from "
          + OrderStore.ORDERS
          + """
          join order_changes c on c.order_id = o.order_id and c.state = 'ACTIVE'
          join order_lines l on l.order_id = o.order_id
          where o.order_id = :order_id
          order by l.line_number
          """;

  private static final String DUE =
      """
      with due as (
        select order_id, renew_at as due_at from orders
        where renew_at <= :now and active_kind is null
          and state in ('CONFIRMED', 'PARTIALLY_SHIPPED')
        order by renew_at limit :limit for update skip locked)
      update orders o set renew_at = :again
      from due where o.order_id = due.order_id
      returning o.order_id, o.version, due.due_at
      """;

  private final Database database;

  ChangeStore(Database database) {
    this.database = database;
  }

  /** How far a change is; stored by name. */
  enum State {
    ACTIVE,
    DONE,
    REFUSED
  }

  /**
   * A change that was asked for before.
   *
   * @param refusal google.rpc.Status; null unless REFUSED
   */
  record Saved(byte[] payloadHash, State state, byte[] refusal) {
    private static Saved read(ResultSet row) throws SQLException {
      String state = row.getString("change_state");
      return state == null
          ? null
          : new Saved(row.getBytes("payload_hash"), State.valueOf(state), row.getBytes("refusal"));
    }
  }

  /** An order together with the change that was begun under a claim, either absent. */
  record Found(Optional<Order> order, Optional<Saved> change) {}

  /**
   * The end of a change.
   *
   * @param refusal google.rpc.Status; null for a good end
   */
  record End(Order before, Order next, int number, byte[] refusal) {
    State state() {
      return refusal == null ? State.DONE : State.REFUSED;
    }
  }

  Found find(UUID orderId, Claim claim) {
    return database.run(
        handle -> {
          var saved = new AtomicReference<Saved>();
          var rows = new ArrayList<OrderRow>();
          claim
              .bind(handle.createQuery(FIND))
              .bind("order_id", orderId)
              .map(
                  (row, context) -> {
                    saved.set(Saved.read(row));
                    return row.getObject("order_id") == null ? null : OrderRow.read(row);
                  })
              .forEach(rows::add);
          rows.removeIf(row -> row == null);
          return new Found(first(rows), Optional.ofNullable(saved.get()));
        });
  }

  /**
   * Writes the order's next version with its event, the change with its claim and intent, and the
   * lease of its saga.
   *
   * @return 0 when the order changed since it was read: nothing was written
   * @throws RuntimeException with the constraint {@code sagas_pkey} when another saga has the
   *     order, with {@link #CLAIM} when a twin of this request began it
   */
  int begin(Order next, Claim claim, Message intent, Lease lease, SagaRunner sagas) {
    return database.run(
        handle -> {
          var statement = claim.bind(bindEvent(handle.createUpdate(BEGIN), next));
          return sagas
              .bind(statement, lease)
              .bind("state", next.state().name())
              .bind("updated_at", next.updatedAt())
              .bind("active_request_id", next.active().requestId())
              .bind("intent", intent.toByteArray())
              .execute();
        });
  }

  /** What the saga of a change works on when it is taken over. */
  <I extends Message> Work<I> load(Lease lease, Parser<I> intents) {
    return database.run(
        handle -> {
          var numbers = new AtomicReference<Integer>();
          var intent = new AtomicReference<byte[]>();
          List<OrderRow> rows =
              handle
                  .createQuery(LOAD)
                  .bind("order_id", lease.subject())
                  .map(
                      (row, context) -> {
                        numbers.set(row.getInt("number"));
                        intent.set(row.getBytes("intent"));
                        return OrderRow.read(row);
                      })
                  .list();
          lease.requireHeld(!rows.isEmpty());
          Order order = first(rows).orElseThrow();
          return new Work<>(order, numbers.get(), parse(intents, intent.get()), order.paying());
        });
  }

  /**
   * Writes what the change leaves: the order's next version, whatever of it is new, its event;
   * marks the change as ended and ends its saga.
   *
   * @throws Lease.LostLease nothing was written
   */
  void end(End end, Lease lease) {
    lease.requireHeld(
        database.run(
            handle -> {
              var statement = bindEvent(handle.createQuery(EndSql.END), end.next());
              lease
                  .bind(statement)
                  .bind("number", end.number())
                  .bind("change_state", end.state().name())
                  .bind("refusal", end.refusal());
              return EndRows.bind(statement, end.before(), end.next())
                  .mapTo(UUID.class)
                  .findOne()
                  .isPresent();
            }));
  }

  /** An order whose payment is to be renewed. */
  record Due(UUID orderId, int version, Instant renewAt) {}

  /**
   * Orders whose payments are to be renewed, each handed out again only after a while: to whoever
   * asks then, should nothing have come of it.
   */
  List<Due> due(Instant now, Instant again, int limit) {
    return database.run(
        handle ->
            handle
                .createQuery(DUE)
                .bind("now", now)
                .bind("again", again)
                .bind("limit", limit)
                .map(
                    (row, context) ->
                        new Due(
                            row.getObject("order_id", UUID.class),
                            row.getInt("version"),
                            row.getTimestamp("due_at").toInstant()))
                .list());
  }

  /**
   * Writes a change that is over at once: the order's next version, what of it is new, its event,
   * and the change with its claim.
   *
   * @return 0 when the order changed since it was read: nothing was written
   * @throws RuntimeException with the constraint {@link #CLAIM} when a twin of this request did it,
   *     with {@link #RETURN_ID} when there is a return of this id
   */
  int once(Order before, Order next, String kind, Claim claim) {
    return database.run(
        handle -> {
          var statement = claim.bind(bindEvent(handle.createQuery(EndSql.ONCE), next));
          return EndRows.bind(statement.bind("kind", kind), before, next)
              .mapTo(UUID.class)
              .list()
              .size();
        });
  }

  private static <S extends SqlStatement<S>> S bindEvent(S statement, Order next) {
    return Outbox.bind(statement, next.orderId(), next.version(), OrderProto.event(next));
  }

  private static Optional<Order> first(List<OrderRow> rows) {
    return OrderRow.assemble(rows).stream().findFirst().map(CheckoutStore.Found::order);
  }

  private static <I extends Message> I parse(Parser<I> parser, byte[] bytes) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("unreadable intent", e);
    }
  }
}
