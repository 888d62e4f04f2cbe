package dev.emporion.orders;

import dev.emporion.orders.v1.AbandonSagaRequest;
import dev.emporion.orders.v1.AbandonSagaResponse;
import dev.emporion.orders.v1.ErrorReason;
import dev.emporion.orders.v1.ListParkedSagasRequest;
import dev.emporion.orders.v1.ListParkedSagasResponse;
import dev.emporion.orders.v1.OrdersServiceGrpc;
import dev.emporion.orders.v1.ParkedSaga;
import dev.emporion.orders.v1.Rejection;
import dev.emporion.orders.v1.RejectionReason;
import dev.emporion.orders.v1.ResumeSagaRequest;
import dev.emporion.orders.v1.ResumeSagaResponse;
import dev.emporion.platform.Attempt;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Idempotent;
import dev.emporion.platform.Ids;
import dev.emporion.platform.ParkedSagas;
import io.grpc.Status.Code;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator does about changes that did not end within their tries. */
final class ParkedChanges {
  private static final Logger LOG = LoggerFactory.getLogger(ParkedChanges.class);
  private static final String RESUME = OrdersServiceGrpc.getResumeSagaMethod().getFullMethodName();
  private static final String ABANDON =
      OrdersServiceGrpc.getAbandonSagaMethod().getFullMethodName();

  private final ParkedSagas parked;
  private final OrderStore orders;

  ParkedChanges(ParkedSagas parked, OrderStore orders) {
    this.parked = parked;
    this.orders = orders;
  }

  ListParkedSagasResponse list(ListParkedSagasRequest request) {
    Caller.requireOperator();
    var page = parked.list("ListParkedSagas", request.getPageSize(), request.getPageToken());
    var response = ListParkedSagasResponse.newBuilder().setNextPageToken(page.nextPageToken());
    page.rows().forEach(saga -> response.addParkedSagas(toProto(saga)));
    return response.build();
  }

  ResumeSagaResponse resume(ResumeSagaRequest request) {
    Caller.requireOperator();
    Claim claim = Claim.of(RESUME, request);
    UUID orderId = Ids.parse("order_id", request.getOrderId());
    return Idempotent.write(
        claim, ResumeSagaResponse.parser(), () -> resume(orderId, request.getReason(), claim));
  }

  private Attempt<ResumeSagaResponse> resume(UUID orderId, String reason, Claim claim) {
    var found = parked.load(orderId, claim);
    if (found.saved().isPresent()) {
      return Attempt.replay(found.saved().get());
    }
    requireOrder(orderId);
    var answer = ResumeSagaResponse.getDefaultInstance();
    parked.resume(orderId, claim, answer.toByteArray());
    log("resumed", orderId, reason);
    return Attempt.done(answer);
  }

  AbandonSagaResponse abandon(AbandonSagaRequest request) {
    Caller.requireOperator();
    Claim claim = Claim.of(ABANDON, request);
    UUID orderId = Ids.parse("order_id", request.getOrderId());
    return Idempotent.write(
        claim, AbandonSagaResponse.parser(), () -> abandon(orderId, request.getReason(), claim));
  }

  private Attempt<AbandonSagaResponse> abandon(UUID orderId, String reason, Claim claim) {
    var found = parked.load(orderId, claim);
    if (found.saved().isPresent()) {
      return Attempt.replay(found.saved().get());
    }
    requireOrder(orderId);
    var saga = found.saga().orElseThrow(() -> notAbandonable(orderId, "is not parked"));
    if (!saga.abandonable()) {
      throw notAbandonable(
          orderId, saga.goesBack() ? "goes back already" : "may have done what cannot be undone");
    }
    var answer = AbandonSagaResponse.getDefaultInstance();
    byte[] refusal = refusal(saga.kind(), reason);
    int rows = parked.abandon(orderId, refusal, claim, answer.toByteArray());
    if (rows > 0) {
      log("abandoned", orderId, reason);
    }
    return Attempt.saved(rows, answer);
  }

  /** As a step of this saga would refuse. */
  private static byte[] refusal(String kind, String reason) {
    if (kind.equals(PlaceOrder.KIND)) {
      return Rejection.newBuilder()
          .setReason(RejectionReason.REJECTION_REASON_ABANDONED)
          .setMessage(reason)
          .build()
          .toByteArray();
    }
    return Failure.of(Code.ABORTED, ErrorReason.ERROR_REASON_ABANDONED, reason)
        .toStatus()
        .toByteArray();
  }

  private static void log(String what, UUID orderId, String reason) {
    LOG.warn("{} {} the change of order {}: {}", Caller.current().name(), what, orderId, reason);
  }

  private void requireOrder(UUID orderId) {
    if (orders.find(orderId).isEmpty()) {
      throw Refusals.notFound(orderId.toString());
    }
  }

  private static Failure notAbandonable(UUID orderId, String why) {
    return Failure.of(
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_SAGA_NOT_ABANDONABLE,
        "the change of order " + orderId + " " + why);
  }

  private static ParkedSaga toProto(ParkedSagas.ParkedSaga saga) {
    return ParkedSaga.newBuilder()
        .setOrderId(saga.subject().toString())
        .setKind(saga.kind())
        .setStep(saga.step())
        .setReason(saga.reason())
        .setAttempts(saga.attempts())
        .setGoingBack(saga.goesBack())
        .setAbandonable(saga.abandonable())
        .setStartTime(OrderProto.toProto(saga.startedAt()))
        .setParkTime(OrderProto.toProto(saga.parkedAt()))
        .build();
  }
}
