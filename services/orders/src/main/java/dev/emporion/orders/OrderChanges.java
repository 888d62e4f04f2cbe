package dev.emporion.orders;

import com.google.protobuf.Message;
import dev.emporion.platform.Attempt;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Database;
import dev.emporion.platform.Idempotent;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Lease;
import dev.emporion.platform.SagaRunner;
import io.grpc.MethodDescriptor;
import java.time.InstantSource;
import java.util.UUID;

/**
 * Changes orders, one change of an order at a time: begins the saga of a change, however often it
 * is asked for, and waits for its end.
 */
final class OrderChanges {
  private final ChangeStore store;
  private final SagaRunner sagas;
  private final OrderWaiters waiters;
  private final InstantSource clock;

  OrderChanges(ChangeStore store, SagaRunner sagas, OrderWaiters waiters, InstantSource clock) {
    this.store = store;
    this.sagas = sagas;
    this.waiters = waiters;
    this.clock = clock;
  }

  /**
   * Who asks, for a change of which order.
   *
   * @param etag of the order as it was read; empty for whatever it is now
   */
  record Asked(Claim claim, UUID orderId, String etag) {
    static Asked of(MethodDescriptor<?, ?> rpc, Message request, String orderId, String etag) {
      return new Asked(Claim.of(rpc, request), Ids.parse("order_id", orderId), etag);
    }
  }

  /**
   * The order after the change, or with the change still under way when the caller's patience ends.
   *
   * @throws dev.emporion.platform.Failure the change's refusal, before or after it began
   */
  <R, I extends Message> Order make(ChangeSaga<R, I> kind, R request, Asked asked) {
    begin(kind, request, asked);
    return outcome(asked);
  }

  /** Begins the change, unless it was begun before or there is nothing to do. */
  <R, I extends Message> void begin(ChangeSaga<R, I> kind, R request, Asked asked) {
    Idempotent.write(() -> attempt(kind, request, asked));
  }

  private <R, I extends Message> Attempt<Order> attempt(
      ChangeSaga<R, I> kind, R request, Asked asked) {
    ChangeStore.Found found = store.find(asked.orderId(), asked.claim());
    if (found.change().isPresent()) {
      asked.claim().requireSamePayload(found.change().get().payloadHash());
      return Attempt.done(found.order().orElseThrow());
    }
    Order order = requireVisible(found, asked);
    if (order.isMoving()) {
      if (joins(kind.change(), order)) {
        return Attempt.done(order);
      }
      throw Refusals.busy(order);
    }
    return kind.change()
        .plan(order, request)
        .map(intent -> begin(kind, order, intent, asked))
        .orElseGet(() -> Attempt.done(order));
  }

  /** The order that is to be changed, if it is the caller's and as the caller saw it. */
  static Order requireVisible(ChangeStore.Found found, Asked asked) {
    Order order =
        found
            .order()
            .filter(one -> Caller.current().maySee(one.buyer().customerId()))
            .orElseThrow(() -> Refusals.notFound(asked.orderId().toString()));
    Refusals.requireEtag(order, asked.etag());
    return order;
  }

  private static boolean joins(Change<?, ?> change, Order order) {
    return change.joins() && order.active() != null && order.active().kind().equals(change.kind());
  }

  private <I extends Message> Attempt<Order> begin(
      ChangeSaga<?, I> kind, Order order, I intent, Asked asked) {
    sagas.requireCapacity();
    Change<?, I> change = kind.change();
    Order next =
        order.begin(
            new Order.Active(change.kind(), asked.claim().requestId(), clock.instant()),
            change.meanwhile(order));
    Lease lease = sagas.newLease(order.orderId(), change.kind());
    int rows;
    try {
      rows = store.begin(next, asked.claim(), intent, lease, sagas);
    } catch (RuntimeException e) {
      if (Database.violated(e, ChangeStore.CLAIM)) {
        return Attempt.stale(); // a twin began it this instant: the next look finds it
      }
      throw Database.violated(e, "sagas_pkey") ? Refusals.busy(order) : e;
    }
    if (rows == 1) {
      waiters.tell(next);
      sagas.start(kind.saga(), lease, Work.of(next, intent));
    }
    return Attempt.saved(rows, next);
  }

  /** Waits for the change of this claim alone; one that came after it is none of the caller's. */
  private Order outcome(Asked asked) {
    ChangeStore.Found found =
        waiters.until(
            asked.orderId(),
            () -> store.find(asked.orderId(), asked.claim()),
            one -> one.order().orElseThrow().version(),
            OrderChanges::isMoving);
    byte[] refusal = found.change().map(ChangeStore.Saved::refusal).orElse(null);
    if (refusal != null) {
      throw Refusals.restored(refusal);
    }
    return found.order().orElseThrow();
  }

  /** Without a change of its own a request waits for the one that it joined. */
  private static boolean isMoving(ChangeStore.Found found) {
    return found
        .change()
        .map(change -> change.state() == ChangeStore.State.ACTIVE)
        .orElseGet(() -> found.order().orElseThrow().isMoving());
  }
}
