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
 * @param closed the provider holds nothing any more: what was not captured is given up as soon as
 *     no capture is under way
 * @param reference the provider's name for it; empty while it is not known
 * @param expireTime until when the provider holds what is not captured; null while it never did
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
    boolean closed,
    Sums sums,
    String reference,
    String declineCode,
    Instant expireTime,
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
        id,
        orderId,
        amount,
        provider,
        State.PENDING,
        false,
        false,
        Sums.ZERO,
        "",
        "",
        null,
        0,
        0,
        now,
        now);
  }

  /** What is left of one that was given up before it was ever seen. */
  static Payment tombstone(UUID id, String provider, Instant now) {
    return new Payment(
        id,
        null,
        null,
        provider,
        State.VOIDED,
        false,
        false,
        Sums.ZERO,
        "",
        "",
        null,
        1,
        0,
        now,
        now);
  }

  /** What the provider knows its authorization by. */
  String authorizationKey() {
    return id.toString();
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
    return isHeld() && !voiding;
  }

  /** Whether the provider holds something. */
  boolean isHeld() {
    return state == State.AUTHORIZED && !closed;
  }

  /** Whether its hold ran out, whatever else became of it. */
  boolean isExpired(Instant now) {
    return expireTime != null && !now.isBefore(expireTime);
  }

  /**
   * Whether something has no outcome yet, so that the provider may be ahead: an operation, the
   * authorization, or the end of a hold that ran out.
   */
  boolean isInFlight(Instant now) {
    return state == State.PENDING
        || voiding
        || sums.capturing + sums.refunding > 0
        || state == State.AUTHORIZED && isExpired(now);
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

  /**
   * @param until when the provider holds it; null if it does not say
   */
  Payment authorized(String providerReference, Instant until, Instant now) {
    return new Payment(
            id,
            orderId,
            amount,
            provider,
            State.AUTHORIZED,
            voiding,
            closed,
            sums,
            providerReference,
            declineCode,
            until,
            sequence,
            revision + 1,
            createTime,
            updateTime)
        .told(now);
  }

  Payment declined(String code, Instant now) {
    return with(State.DECLINED, voiding, closed, sums, reference, code).told(now);
  }

  /** The intent of a Void, or its end where there was nothing to give up. */
  Payment voiding(boolean intent) {
    return with(state, intent, closed, sums, reference, declineCode);
  }

  /**
   * What was not captured is given up.
   *
   * @param providerReference empty if the provider never held anything
   */
  Payment voided(String providerReference, Instant now) {
    return with(State.VOIDED, false, closed, sums, providerReference, declineCode).told(now);
  }

  Payment captureBegun(long minor) {
    return with(new Sums(sums.captured, sums.capturing + minor, sums.refunded, sums.refunding));
  }

  Payment captureRefused(long minor, Instant now) {
    var less = new Sums(sums.captured, sums.capturing - minor, sums.refunded, sums.refunding);
    Payment refused = ended(less, closed);
    return refused.state == state ? refused : refused.told(now);
  }

  /**
   * @param last whether the provider gave up the rest with it
   */
  Payment captured(long minor, boolean last, Instant now) {
    var taken =
        new Sums(sums.captured + minor, sums.capturing - minor, sums.refunded, sums.refunding);
    return ended(taken, closed || last).told(now);
  }

  /** After a capture's end: nothing may be left to hold, or nobody who holds it. */
  private Payment ended(Sums next, boolean over) {
    if (next.captured == amount.minor()) {
      return with(State.CAPTURED, voiding, over, next, reference, declineCode);
    }
    return over && next.capturing == 0 && state == State.AUTHORIZED
        ? with(State.VOIDED, false, true, next, reference, declineCode)
        : with(state, voiding, over, next, reference, declineCode);
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
    return with(state, voiding, closed, next, reference, declineCode);
  }

  private Payment with(
      State next, boolean gone, boolean over, Sums sums, String reference, String code) {
    return new Payment(
        id,
        orderId,
        amount,
        provider,
        next,
        gone,
        over,
        sums,
        reference,
        code,
        expireTime,
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
        closed,
        sums,
        reference,
        declineCode,
        expireTime,
        sequence + 1,
        revision,
        createTime,
        now.isAfter(updateTime) ? now : updateTime);
  }
}
