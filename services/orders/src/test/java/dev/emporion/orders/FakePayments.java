package dev.emporion.orders;

import static dev.emporion.orders.FakeShop.refusal;

import com.google.protobuf.Timestamp;
import dev.emporion.payments.v1.AuthorizeRequest;
import dev.emporion.payments.v1.AuthorizeResponse;
import dev.emporion.payments.v1.CaptureRequest;
import dev.emporion.payments.v1.CaptureResponse;
import dev.emporion.payments.v1.ErrorReason;
import dev.emporion.payments.v1.Payment;
import dev.emporion.payments.v1.PaymentState;
import dev.emporion.payments.v1.PaymentsServiceGrpc.PaymentsServiceImplBase;
import dev.emporion.payments.v1.RefundRequest;
import dev.emporion.payments.v1.RefundResponse;
import dev.emporion.payments.v1.VoidRequest;
import dev.emporion.payments.v1.VoidResponse;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.platform.Unary;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The payments of a {@link FakeShop}. */
final class FakePayments extends PaymentsServiceImplBase {
  /** What each payment still holds; those that hold nothing are not in it. */
  final Map<String, Money> authorized = new ConcurrentHashMap<>();

  /** What was taken from each payment. */
  final Map<String, Money> captured = new ConcurrentHashMap<>();

  /** What was given back of that. */
  final Map<String, Money> refunded = new ConcurrentHashMap<>();

  /** The token that each payment was authorized with. */
  final Map<String, String> tokens = new ConcurrentHashMap<>();

  /** Tokens that are declined. */
  final Set<String> declined = ConcurrentHashMap.newKeySet();

  /** Whether the first capture gives up the rest. */
  volatile boolean singleCapture;

  /** How long a hold lasts; null for good. */
  volatile Duration holdFor;

  private final FakeShop shop;
  private final Map<String, Failure> refusals = new ConcurrentHashMap<>();
  private final Set<String> captures = new HashSet<>();

  FakePayments(FakeShop shop) {
    this.shop = shop;
  }

  @Override
  public void authorize(AuthorizeRequest request, StreamObserver<AuthorizeResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          shop.before("Authorize");
          hold(request);
          shop.before("Authorize answer");
          return AuthorizeResponse.newBuilder().setPayment(payment(request.getRequestId())).build();
        });
  }

  private synchronized void hold(AuthorizeRequest request) {
    String id = request.getRequestId();
    if (shop.tombstones.contains(id)) {
      throw refusal(Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_PAYMENT_VOIDED);
    }
    if (shop.declines || declined.contains(request.getPaymentToken())) {
      throw refusal(Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_PAYMENT_DECLINED)
          .meta("decline_code", "insufficient_funds");
    }
    if (tokens.putIfAbsent(id, request.getPaymentToken()) == null) {
      authorized.put(id, Money.fromProto(request.getAmount(), "amount"));
    }
  }

  private Payment payment(String id) {
    Instant now = Instant.now();
    var payment =
        Payment.newBuilder()
            .setPaymentId(id)
            .setCreateTime(timestamp(now))
            .setState(
                authorized.containsKey(id)
                    ? PaymentState.PAYMENT_STATE_AUTHORIZED
                    : PaymentState.PAYMENT_STATE_VOIDED);
    if (holdFor != null) {
      payment.setExpireTime(timestamp(now.plus(holdFor)));
    }
    return payment.build();
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  @Override
  public void capture(CaptureRequest request, StreamObserver<CaptureResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          shop.before("Capture");
          take(request);
          shop.before("Capture answer");
          return CaptureResponse.newBuilder().setPayment(payment(request.getPaymentId())).build();
        });
  }

  private synchronized void take(CaptureRequest request) {
    String id = request.getPaymentId();
    if (!captures.add(request.getRequestId())) {
      return;
    }
    Money amount = Money.fromProto(request.getAmount(), "amount");
    Money left = authorized.get(id);
    if (left == null || left.minor() < amount.minor()) {
      captures.remove(request.getRequestId());
      throw refusal(
          Code.FAILED_PRECONDITION,
          left == null
              ? ErrorReason.ERROR_REASON_PAYMENT_STATE
              : ErrorReason.ERROR_REASON_AMOUNT_EXCEEDED);
    }
    captured.merge(id, amount, Money::plus);
    authorized.put(id, left.minus(amount));
    if (singleCapture || left.equals(amount)) {
      authorized.remove(id);
    }
  }

  @Override
  public void refund(RefundRequest request, StreamObserver<RefundResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          decide(request.getRequestId());
          giveBack(request);
          shop.before("Refund answer");
          return RefundResponse.getDefaultInstance();
        });
  }

  /** A refusal is for good, as it is there. */
  private void decide(String requestId) {
    if (refusals.containsKey(requestId)) {
      throw refusals.get(requestId);
    }
    try {
      shop.before("Refund");
    } catch (Failure failure) {
      if (failure.is(ErrorReason.ERROR_REASON_REFUND_REFUSED)) {
        refusals.put(requestId, failure);
      }
      throw failure;
    }
  }

  private synchronized void giveBack(RefundRequest request) {
    String id = request.getPaymentId();
    if (!captures.add(request.getRequestId())) {
      return;
    }
    Money amount = Money.fromProto(request.getAmount(), "amount");
    Money before = refunded.getOrDefault(id, Money.zero(amount.currency()));
    if (before.plus(amount).minor() > captured.get(id).minor()) {
      captures.remove(request.getRequestId());
      throw refusal(Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_AMOUNT_EXCEEDED);
    }
    refunded.put(id, before.plus(amount));
  }

  static long sum(Map<String, Money> amounts) {
    return amounts.values().stream().mapToLong(Money::minor).sum();
  }

  @Override
  public void void_(VoidRequest request, StreamObserver<VoidResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          shop.before("Void");
          shop.tombstones.add(request.getPaymentId());
          authorized.remove(request.getPaymentId());
          return VoidResponse.getDefaultInstance();
        });
  }
}
