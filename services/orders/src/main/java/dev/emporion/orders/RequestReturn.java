package dev.emporion.orders;

import dev.emporion.common.v1.ErrorReason;
import dev.emporion.orders.History.Return;
import dev.emporion.orders.OrderChanges.Asked;
import dev.emporion.orders.v1.OrdersServiceGrpc;
import dev.emporion.orders.v1.RequestReturnRequest;
import dev.emporion.platform.Attempt;
import dev.emporion.platform.Database;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Idempotent;
import io.grpc.Status.Code;
import java.time.InstantSource;
import java.util.UUID;

/** Announces that units come back. It asks nobody else, so it is done at once. */
final class RequestReturn {
  static final String KIND = "request-return";

  private final ChangeStore store;
  private final OrderWaiters waiters;
  private final InstantSource clock;

  RequestReturn(ChangeStore store, OrderWaiters waiters, InstantSource clock) {
    this.store = store;
    this.waiters = waiters;
    this.clock = clock;
  }

  /** The order with the return in it; the request's id is the return's. */
  Order request(RequestReturnRequest request) {
    var asked =
        Asked.of(
            OrdersServiceGrpc.getRequestReturnMethod(),
            request,
            request.getOrderId(),
            request.getEtag());
    return Idempotent.write(() -> attempt(request, asked));
  }

  private Attempt<Order> attempt(RequestReturnRequest request, Asked asked) {
    ChangeStore.Found found = store.find(asked.orderId(), asked.claim());
    if (found.change().isPresent()) {
      asked.claim().requireSamePayload(found.change().get().payloadHash());
      return Attempt.done(found.order().orElseThrow());
    }
    Order order = OrderChanges.requireVisible(found, asked);
    if (order.isMoving()) {
      throw Refusals.busy(order);
    }
    Returning.requireShipped(order);
    var now = clock.instant();
    UUID returnId = asked.claim().requestId();
    if (order.history().returned(returnId).isPresent()) {
      throw taken(asked);
    }
    var wanted = Returning.requested(order, request.getLinesList());
    Return announced = Return.requested(returnId, wanted, now);
    return save(
        order, order.next(now, draft -> draft.history = draft.history.with(announced)), asked);
  }

  private Attempt<Order> save(Order before, Order next, Asked asked) {
    try {
      int rows = store.once(before, next, KIND, asked.claim());
      if (rows == 1) {
        waiters.tell(next);
      }
      return Attempt.saved(rows, next);
    } catch (RuntimeException e) {
      if (Database.violated(e, ChangeStore.CLAIM)) {
        return Attempt.stale(); // a twin did it this instant: the next look finds it
      }
      throw Database.violated(e, ChangeStore.RETURN_ID) ? taken(asked) : e;
    }
  }

  /** Somebody else's return has this id. */
  private static Failure taken(Asked asked) {
    return Failure.of(
        Code.ALREADY_EXISTS,
        ErrorReason.ERROR_REASON_REQUEST_ID_REUSED,
        "request_id " + asked.claim().requestId() + " was used before");
  }
}
