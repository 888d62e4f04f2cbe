package dev.emporion.simulator;

import com.google.protobuf.Message;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.platform.Unary;
import dev.emporion.simulator.Book.Answer;
import dev.emporion.simulator.v1.Authorization;
import dev.emporion.simulator.v1.BatchGetAuthorizationsRequest;
import dev.emporion.simulator.v1.BatchGetAuthorizationsResponse;
import dev.emporion.simulator.v1.CaptureAuthorizationRequest;
import dev.emporion.simulator.v1.CaptureAuthorizationResponse;
import dev.emporion.simulator.v1.CreateAuthorizationRequest;
import dev.emporion.simulator.v1.CreateAuthorizationResponse;
import dev.emporion.simulator.v1.ErrorReason;
import dev.emporion.simulator.v1.GetAuthorizationRequest;
import dev.emporion.simulator.v1.GetAuthorizationResponse;
import dev.emporion.simulator.v1.ListAuthorizationsRequest;
import dev.emporion.simulator.v1.ListAuthorizationsResponse;
import dev.emporion.simulator.v1.RefundAuthorizationRequest;
import dev.emporion.simulator.v1.RefundAuthorizationResponse;
import dev.emporion.simulator.v1.SetBehaviorRequest;
import dev.emporion.simulator.v1.SetBehaviorResponse;
import dev.emporion.simulator.v1.SimulatorServiceGrpc.SimulatorServiceImplBase;
import dev.emporion.simulator.v1.VoidAuthorizationRequest;
import dev.emporion.simulator.v1.VoidAuthorizationResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Function;

/** The RPCs: misbehave before, do it, misbehave after. */
final class SimulatorService extends SimulatorServiceImplBase {
  private static final int DEFAULT_PAGE = 200;

  private final Book book;
  private final Misbehavior misbehavior;

  SimulatorService(Book book, Misbehavior misbehavior) {
    this.book = book;
    this.misbehavior = misbehavior;
  }

  @Override
  public void createAuthorization(
      CreateAuthorizationRequest request, StreamObserver<CreateAuthorizationResponse> observer) {
    Unary.reply(
        observer,
        () -> CreateAuthorizationResponse.newBuilder().setAuthorization(created(request)).build());
  }

  private Authorization created(CreateAuthorizationRequest request) {
    Money amount = SimulatorProto.amount(request.getAmount());
    String key = request.getIdempotencyKey();
    String token = request.getPaymentToken();
    misbehavior.before(token, key);
    Book.Maker maker =
        (number, now) ->
            Hold.of(
                number,
                key,
                request.getMerchantReference(),
                amount,
                misbehavior.declineCode(token),
                now,
                misbehavior.holdFor());
    long fingerprint = SimulatorProto.fingerprint(request);
    return answered(misbehavior.deliver(() -> book.create(key, fingerprint, maker)), token);
  }

  @Override
  public void captureAuthorization(
      CaptureAuthorizationRequest request, StreamObserver<CaptureAuthorizationResponse> observer) {
    Unary.reply(
        observer,
        () ->
            CaptureAuthorizationResponse.newBuilder().setAuthorization(captured(request)).build());
  }

  private Authorization captured(CaptureAuthorizationRequest request) {
    Money amount = SimulatorProto.amount(request.getAmount());
    return changed(
        request,
        request.getIdempotencyKey(),
        request.getAuthorizationId(),
        hold -> hold.capture(amount, misbehavior.singleCapture()));
  }

  @Override
  public void voidAuthorization(
      VoidAuthorizationRequest request, StreamObserver<VoidAuthorizationResponse> observer) {
    Unary.reply(
        observer,
        () -> VoidAuthorizationResponse.newBuilder().setAuthorization(voided(request)).build());
  }

  private Authorization voided(VoidAuthorizationRequest request) {
    return changed(
        request, request.getIdempotencyKey(), request.getAuthorizationId(), Hold::giveUp);
  }

  @Override
  public void refundAuthorization(
      RefundAuthorizationRequest request, StreamObserver<RefundAuthorizationResponse> observer) {
    Unary.reply(
        observer,
        () -> RefundAuthorizationResponse.newBuilder().setAuthorization(refunded(request)).build());
  }

  private Authorization refunded(RefundAuthorizationRequest request) {
    Money amount = SimulatorProto.amount(request.getAmount());
    return changed(
        request,
        request.getIdempotencyKey(),
        request.getAuthorizationId(),
        hold -> hold.refund(amount));
  }

  private Authorization changed(
      Message request, String key, String id, Function<Hold, Hold.Decision> change) {
    misbehavior.before();
    long fingerprint = SimulatorProto.fingerprint(request);
    return answered(misbehavior.deliver(() -> book.change(key, fingerprint, id, change)), "");
  }

  @Override
  public void getAuthorization(
      GetAuthorizationRequest request, StreamObserver<GetAuthorizationResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          misbehavior.before();
          Hold hold =
              request.hasAuthorizationId()
                  ? book.byId(request.getAuthorizationId())
                  : book.byKey(request.getIdempotencyKey());
          misbehavior.after();
          return GetAuthorizationResponse.newBuilder().setAuthorization(proto(hold)).build();
        });
  }

  @Override
  public void batchGetAuthorizations(
      BatchGetAuthorizationsRequest request,
      StreamObserver<BatchGetAuthorizationsResponse> observer) {
    Unary.reply(
        observer,
        () ->
            BatchGetAuthorizationsResponse.newBuilder()
                .addAllAuthorizations(
                    book.byKeys(request.getIdempotencyKeysList()).stream()
                        .map(this::proto)
                        .toList())
                .build());
  }

  @Override
  public void listAuthorizations(
      ListAuthorizationsRequest request, StreamObserver<ListAuthorizationsResponse> observer) {
    Unary.reply(observer, () -> page(request));
  }

  private ListAuthorizationsResponse page(ListAuthorizationsRequest request) {
    int size = request.getPageSize() == 0 ? DEFAULT_PAGE : request.getPageSize();
    long after = SimulatorProto.pageToken(request.getPageToken());
    List<Hold> holds = book.list(after, request.getMerchantReference(), size + 1);
    var response = ListAuthorizationsResponse.newBuilder();
    holds.stream().limit(size).map(this::proto).forEach(response::addAuthorizations);
    if (holds.size() > size) {
      response.setNextPageToken(String.valueOf(holds.get(size - 1).number()));
    }
    return response.build();
  }

  @Override
  public void setBehavior(
      SetBehaviorRequest request, StreamObserver<SetBehaviorResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          misbehavior.set(request);
          book.keepKeys(
              request.hasKeepKeys()
                  ? SimulatorProto.duration(request.getKeepKeys())
                  : Book.KEEP_KEYS);
          return SetBehaviorResponse.getDefaultInstance();
        });
  }

  private Authorization answered(Answer answer, String token) {
    boolean refused = answer.refusal() != ErrorReason.ERROR_REASON_UNSPECIFIED;
    misbehavior.after(token, !answer.replay() && !refused);
    if (refused) {
      throw Failure.of(Status.Code.FAILED_PRECONDITION, answer.refusal(), "the provider refuses")
          .meta("state", answer.hold().state().name());
    }
    return proto(answer.hold());
  }

  private Authorization proto(Hold hold) {
    return SimulatorProto.authorization(book.journalId(), hold);
  }
}
