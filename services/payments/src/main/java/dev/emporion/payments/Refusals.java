package dev.emporion.payments;

import dev.emporion.payments.v1.ErrorReason;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.UUID;

/** Why payments refuses, in one sentence each. */
final class Refusals {
  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  private Refusals() {}

  static Failure notFound(UUID paymentId) {
    return refusal(Code.NOT_FOUND, ErrorReason.ERROR_REASON_PAYMENT_NOT_FOUND, "no such payment")
        .meta("payment_id", paymentId.toString());
  }

  static Failure declined(Payment payment) {
    return refusal(
            ErrorReason.ERROR_REASON_PAYMENT_DECLINED,
            "the payment was declined: " + payment.declineCode())
        .meta("decline_code", payment.declineCode());
  }

  static Failure voided(Payment payment) {
    return refusal(ErrorReason.ERROR_REASON_PAYMENT_VOIDED, "the payment was voided")
        .meta("payment_id", payment.id().toString());
  }

  static Failure state(Payment payment) {
    String state =
        payment.voiding() || payment.closed()
            ? Payment.State.VOIDED.name()
            : payment.state().name();
    return refusal(
            ErrorReason.ERROR_REASON_PAYMENT_STATE,
            "the payment is " + state + ": nothing of it can be captured")
        .meta("state", state);
  }

  static Failure exceeded(Money asked, String what) {
    return refusal(
        ErrorReason.ERROR_REASON_AMOUNT_EXCEEDED, asked + " is more than what is left " + what);
  }

  /** The provider's no to a capture or a refund. */
  static Failure refused(Operation operation) {
    ErrorReason reason =
        operation.kind() == Operation.Kind.CAPTURE
            ? ErrorReason.ERROR_REASON_CAPTURE_REFUSED
            : ErrorReason.ERROR_REASON_REFUND_REFUSED;
    return refusal(reason, "the provider refused: " + operation.declineCode())
        .meta("decline_code", operation.declineCode());
  }

  /** What the provider would say to a capture, were it asked. */
  static Failure expired() {
    return refusal(
            ErrorReason.ERROR_REASON_CAPTURE_REFUSED, "the hold ran out before it was captured")
        .meta("decline_code", PaymentProvider.EXPIRED);
  }

  static Failure providerUnavailable() {
    return refusal(
            Code.UNAVAILABLE,
            ErrorReason.ERROR_REASON_PROVIDER_UNAVAILABLE,
            "the provider did not say what became of it; repeat with the same request_id")
        .retryAfter(RETRY_AFTER);
  }

  static Failure contention() {
    return Failure.of(
        Code.ABORTED,
        dev.emporion.common.v1.ErrorReason.ERROR_REASON_CONTENTION,
        "too many changes of the payment at once; repeat with the same request_id");
  }

  private static Failure refusal(ErrorReason reason, String message) {
    return refusal(Code.FAILED_PRECONDITION, reason, message);
  }

  private static Failure refusal(Code code, ErrorReason reason, String message) {
    return Failure.of(code, reason, message);
  }
}
