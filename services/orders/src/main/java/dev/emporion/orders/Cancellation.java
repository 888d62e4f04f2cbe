package dev.emporion.orders;

import dev.emporion.common.v1.ErrorReason;
import dev.emporion.orders.v1.CancelOrderRequest;
import dev.emporion.orders.v1.CancelOrderResponse;
import dev.emporion.orders.v1.OrdersServiceGrpc;
import dev.emporion.platform.Attempt;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Database;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Idempotent;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Lease;
import dev.emporion.platform.Saga;
import dev.emporion.platform.SagaRunner;
import io.grpc.Status.Code;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;

/** CancelOrder: begins the saga that gives everything back, and waits for it. */
final class Cancellation {
  private static final String RPC = OrdersServiceGrpc.getCancelOrderMethod().getFullMethodName();
  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  private final OrderStore store;
  private final SagaRunner sagas;
  private final Saga<Order> saga;
  private final OrderWaiters waiters;
  private final InstantSource clock;

  Cancellation(
      OrderStore store,
      SagaRunner sagas,
      Saga<Order> saga,
      OrderWaiters waiters,
      InstantSource clock) {
    this.store = store;
    this.sagas = sagas;
    this.saga = saga;
    this.waiters = waiters;
    this.clock = clock;
  }

  /** The order as it stands when nothing moves it any more, or when the caller's patience ends. */
  Order cancel(CancelOrderRequest request) {
    UUID orderId = Ids.parse("order_id", request.getOrderId());
    Claim claim = Claim.of(RPC, request);
    Idempotent.write(claim, CancelOrderResponse.parser(), () -> attempt(request, orderId, claim));
    return waiters.settled(orderId, () -> store.find(orderId).orElseThrow());
  }

  private Attempt<CancelOrderResponse> attempt(
      CancelOrderRequest request, UUID orderId, Claim claim) {
    OrderStore.Loaded loaded = store.load(orderId, claim);
    if (loaded.saved().isPresent()) {
      return Attempt.replay(loaded.saved().get());
    }
    Order order =
        loaded
            .order()
            .filter(found -> Caller.current().maySee(found.customerId()))
            .orElseThrow(() -> OrdersService.notFound(request.getOrderId()));
    requireEtag(order, request.getEtag());
    return switch (order.state()) {
      case CONFIRMED -> begin(order, claim);
      case CANCELLING, CANCELLED -> Attempt.done(answer(order));
      case PENDING -> throw busy(order);
      case REJECTED, PARTIALLY_SHIPPED, SHIPPED, DELIVERED -> throw wrongState(order);
    };
  }

  private Attempt<CancelOrderResponse> begin(Order order, Claim claim) {
    sagas.requireCapacity();
    Order cancelling = order.startCancelling(clock.instant());
    CancelOrderResponse answer = answer(cancelling);
    Lease lease = sagas.newLease(order.orderId(), saga.kind());
    int rows;
    try {
      rows = store.begin(cancelling, claim, answer.toByteArray(), lease, sagas);
    } catch (RuntimeException e) {
      throw Database.violated(e, "sagas_pkey") ? busy(order) : e;
    }
    if (rows == 1) {
      waiters.tell(cancelling);
      sagas.start(saga, lease, cancelling);
    }
    return Attempt.saved(rows, answer);
  }

  private static CancelOrderResponse answer(Order order) {
    return CancelOrderResponse.newBuilder().setOrder(OrderProto.toProto(order)).build();
  }

  private static void requireEtag(Order order, String etag) {
    if (!etag.isEmpty() && !etag.equals(OrderProto.etag(order))) {
      throw Failure.of(
              Code.ABORTED,
              ErrorReason.ERROR_REASON_ETAG_MISMATCH,
              "the order changed since it was read")
          .meta("etag", OrderProto.etag(order));
    }
  }

  private static Failure busy(Order order) {
    return Failure.of(
            Code.ABORTED,
            dev.emporion.orders.v1.ErrorReason.ERROR_REASON_ORDER_BUSY,
            "another change of order " + order.orderId() + " is under way")
        .retryAfter(RETRY_AFTER);
  }

  private static Failure wrongState(Order order) {
    return Failure.of(
            Code.FAILED_PRECONDITION,
            dev.emporion.orders.v1.ErrorReason.ERROR_REASON_ORDER_STATE,
            "an order that is " + order.state() + " cannot be cancelled")
        .meta("state", order.state().name());
  }
}
