package dev.emporion.simulator;

import dev.emporion.platform.Money;
import dev.emporion.simulator.v1.ErrorReason;
import java.time.Duration;
import java.time.Instant;

/**
 * What the provider keeps of one authorization. Every change is another Hold.
 *
 * @param number position in the record, from 1
 * @param key the idempotency key that made it
 * @param reference what the merchant calls it
 * @param capturedMinor taken so far, in minor units of the amount's currency
 * @param refundedMinor given back of that
 * @param declineCode empty unless declined
 * @param expireTime until when it is held
 */
record Hold(
    long number,
    String key,
    String reference,
    Money amount,
    long capturedMinor,
    long refundedMinor,
    State state,
    String declineCode,
    Instant createTime,
    Instant expireTime) {
  static final Duration HELD_FOR = Duration.ofDays(7);

  /** EXPIRED is never decided: it is what HELD is called once its time is over. */
  enum State {
    HELD,
    DECLINED,
    VOIDED,
    CAPTURED,
    EXPIRED
  }

  /**
   * What a call comes to.
   *
   * @param hold after it
   * @param refusal why nothing changed; unspecified if it was allowed
   */
  record Decision(Hold hold, ErrorReason refusal) {
    static Decision allowed(Hold hold) {
      return new Decision(hold, ErrorReason.ERROR_REASON_UNSPECIFIED);
    }
  }

  /** A new one, declined if there is a code for it. */
  static Hold of(
      long number,
      String key,
      String reference,
      Money amount,
      String declineCode,
      Instant now,
      Duration heldFor) {
    State state = declineCode.isEmpty() ? State.HELD : State.DECLINED;
    return new Hold(
        number, key, reference, amount, 0, 0, state, declineCode, now, now.plus(heldFor));
  }

  /** As it stands at this time. */
  Hold at(Instant now) {
    return state == State.HELD && !now.isBefore(expireTime)
        ? with(capturedMinor, refundedMinor, State.EXPIRED)
        : this;
  }

  /**
   * @param once whether what is not taken now is given up
   */
  Decision capture(Money part, boolean once) {
    if (state != State.HELD) {
      return new Decision(this, ErrorReason.ERROR_REASON_AUTHORIZATION_STATE);
    }
    if (exceeds(part, amount.minor() - capturedMinor)) {
      return new Decision(this, ErrorReason.ERROR_REASON_AMOUNT_EXCEEDED);
    }
    long captured = capturedMinor + part.minor();
    State next = once || captured == amount.minor() ? State.CAPTURED : State.HELD;
    return Decision.allowed(with(captured, refundedMinor, next));
  }

  Decision refund(Money part) {
    if (exceeds(part, capturedMinor - refundedMinor)) {
      return new Decision(this, ErrorReason.ERROR_REASON_AMOUNT_EXCEEDED);
    }
    return Decision.allowed(with(capturedMinor, refundedMinor + part.minor(), state));
  }

  /** Gives up what is held; where nothing is, it stays as it is. */
  Decision giveUp() {
    State next = state == State.HELD ? State.VOIDED : state;
    return Decision.allowed(with(capturedMinor, refundedMinor, next));
  }

  private boolean exceeds(Money part, long room) {
    return !part.currency().equals(amount.currency()) || part.minor() > room;
  }

  private Hold with(long captured, long refunded, State next) {
    return new Hold(
        number,
        key,
        reference,
        amount,
        captured,
        refunded,
        next,
        declineCode,
        createTime,
        expireTime);
  }
}
