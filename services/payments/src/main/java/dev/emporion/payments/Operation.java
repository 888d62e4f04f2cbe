package dev.emporion.payments;

import dev.emporion.platform.Claim;
import dev.emporion.platform.Money;
import java.time.Duration;
import java.util.UUID;

/**
 * A capture, void or refund of a payment: an intent until its outcome is known.
 *
 * @param amount null for a void
 * @param declineCode why the provider refused; empty if it did not
 * @param answer the payment as first answered; null unless done
 * @param age since the intent was committed, by the database's clock
 */
record Operation(
    Claim claim,
    Kind kind,
    UUID paymentId,
    Money amount,
    String reason,
    State state,
    String declineCode,
    byte[] answer,
    Duration age) {
  private static final byte[] NO_HASH = new byte[0];

  enum Kind {
    CAPTURE,
    VOID,
    REFUND
  }

  enum State {
    PENDING,
    DONE,
    REFUSED
  }

  static Operation wanted(Claim claim, Kind kind, UUID paymentId, Money amount, String reason) {
    return new Operation(
        claim, kind, paymentId, amount, reason, State.PENDING, "", null, Duration.ZERO);
  }

  UUID requestId() {
    return claim.requestId();
  }

  /** What the provider knows it by. The kind is in it, as one id may name steps of two kinds. */
  String key() {
    return switch (kind) {
      case CAPTURE -> "capture/" + requestId();
      case VOID -> "void/" + requestId();
      case REFUND -> "refund/" + requestId();
    };
  }

  /** Refuses, REQUEST_ID_REUSED, when this request id was used for something else. */
  void requireSame(Operation known) {
    claim.requireSamePayload(known.kind == kind ? known.claim.payloadHash() : NO_HASH);
  }

  boolean isFinished() {
    return state != State.PENDING;
  }

  Operation done(dev.emporion.payments.v1.Payment payment) {
    return finished(State.DONE, "", payment.toByteArray());
  }

  Operation refused(String code) {
    return finished(State.REFUSED, code, null);
  }

  private Operation finished(State end, String code, byte[] firstAnswer) {
    return new Operation(claim, kind, paymentId, amount, reason, end, code, firstAnswer, age);
  }
}
