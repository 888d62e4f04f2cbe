package dev.emporion.payments;

import dev.emporion.platform.Money;
import java.time.Instant;
import java.util.UUID;

/**
 * Money held and taken under one authorization. Every change is another Payment with the next
 * revision; one that is told is also an event with the next sequence.
 *
 * @param id the request id of its Authorize
 * @param orderId null for a tombstone
 * @param amount null for a tombstone
 * @param voiding a Void is committed: nothing may use the payment any more
 * @param reference the provider's name for it; empty while it is not known
 * @param sequence of the latest event; 0 while nothing was told
 * @param revision counts every write
 */
record Payment(
    UUID id,
    UUID orderId,
    Money amount,
    String provider,
    State state,
    boolean voiding,
    Sums sums,
    String reference,
    String declineCode,
    int sequence,
    int revision,
    Instant createTime,
    Instant updateTime) {

  enum State {
    PENDING,
    AUTHORIZED,
    DECLINED,
    CAPTURED,
    VOIDED
  }

  /**
   * In minor units of the amount's currency; those in -ing are reserved by unfinished operations.
   */
  record Sums(long captured, long capturing, long refunded, long refunding) {
    static final Sums ZERO = new Sums(0, 0, 0, 0);
  }

  /** The intent of an authorization. */
  static Payment pending(UUID id, UUID orderId, Money amount, String provider, Instant now) {
    return new Payment(
        id, orderId, amount, provider, State.PENDING, false, Sums.ZERO, "", "", 0, 0, now, now);
  }

  /** What is left of one that was given up before it was ever seen. */
  static Payment tombstone(UUID id, String provider, Instant now) {
    return new Payment(
        id, null, null, provider, State.VOIDED, false, Sums.ZERO, "", "", 1, 0, now, now);
  }

  boolean isTombstone() {
    return amount == null;
  }

  /** Whether the provider holds something, or may do so. */
  boolean isOpen() {
    return state == State.PENDING || state == State.AUTHORIZED;
  }

  /** Whether a capture may begin. */
  boolean isCapturable() {
    return state == State.AUTHORIZED && !voiding;
  }

  boolean hasRoomToCapture(Money part) {
    return !isTombstone()
        && part.currency().equals(amount.currency())
        && part.minor() <= amount.minor() - sums.captured - sums.capturing;
  }

  boolean hasRoomToRefund(Money part) {
    return !isTombstone()
        && part.currency().equals(amount.currency())
        && part.minor() <= sums.captured - sums.refunded - sums.refunding;
  }

  Payment authorized(String providerReference, Instant now) {
    return with(State.AUTHORIZED, voiding, sums, providerReference, declineCode).told(now);
  }

  Payment declined(String code, Instant now) {
    return with(State.DECLINED, voiding, sums, reference, code).told(now);
  }

  /** The intent of a Void, or its end where there was nothing to give up. */
  Payment voiding(boolean intent) {
    return with(state, intent, sums, reference, declineCode);
  }

  /**
   * What was not captured is given up.
   *
   * @param providerReference empty if the provider never held anything
   */
  Payment voided(String providerReference, Instant now) {
    return with(State.VOIDED, false, sums, providerReference, declineCode).told(now);
  }

  Payment captureBegun(long minor) {
    return with(new Sums(sums.captured, sums.capturing + minor, sums.refunded, sums.refunding));
  }

  Payment captureRefused(long minor) {
    return captureBegun(-minor);
  }

  Payment captured(long minor, Instant now) {
    long captured = sums.captured + minor;
    State next = captured == amount.minor() ? State.CAPTURED : state;
    var taken = new Sums(captured, sums.capturing - minor, sums.refunded, sums.refunding);
    return with(next, voiding, taken, reference, declineCode).told(now);
  }

  Payment refundBegun(long minor) {
    return with(new Sums(sums.captured, sums.capturing, sums.refunded, sums.refunding + minor));
  }

  Payment refundRefused(long minor) {
    return refundBegun(-minor);
  }

  Payment refunded(long minor, Instant now) {
    long refunding = sums.refunding - minor;
    return with(new Sums(sums.captured, sums.capturing, sums.refunded + minor, refunding))
        .told(now);
  }

  private Payment with(Sums next) {
    return with(state, voiding, next, reference, declineCode);
  }

  private Payment with(State next, boolean gone, Sums sums, String reference, String code) {
    return new Payment(
        id,
        orderId,
        amount,
        provider,
        next,
        gone,
        sums,
        reference,
        code,
        sequence,
        revision + 1,
        createTime,
        updateTime);
  }

  /** The same change, told to the world. Time does not run backwards, whatever the clocks say. */
  private Payment told(Instant now) {
    return new Payment(
        id,
        orderId,
        amount,
        provider,
        state,
        voiding,
        sums,
        reference,
        declineCode,
        sequence + 1,
        revision,
        createTime,
        now.isAfter(updateTime) ? now : updateTime);
  }
}
