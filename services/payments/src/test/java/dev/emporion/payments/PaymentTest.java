package dev.emporion.payments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.payments.Payment.State;
import dev.emporion.payments.Payment.Sums;
import dev.emporion.payments.Posting.Account;
import dev.emporion.payments.Posting.Kind;
import dev.emporion.platform.Money;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PaymentTest {
  private static final Instant T0 = Instant.parse("2026-01-31T08:00:00Z");
  private static final Instant T1 = T0.plusSeconds(1);
  private static final Payment PENDING =
      Payment.pending(UUID.randomUUID(), UUID.randomUUID(), euros(100), "simulator", T0);
  private static final Payment AUTHORIZED = PENDING.authorized("ref", T0.plusSeconds(60), T1);

  @Test
  void whatIsToldHasTheNextSequenceAndAnIntentHasNot() {
    assertThat(PENDING.sequence()).isZero();
    assertThat(AUTHORIZED.sequence()).isEqualTo(1);
    assertThat(AUTHORIZED.captureBegun(10).sequence()).isEqualTo(1);
    assertThat(AUTHORIZED.voiding(true).sequence()).isEqualTo(1);
    assertThat(AUTHORIZED.captureBegun(10).captured(10, false, T1).sequence()).isEqualTo(2);
  }

  @Test
  void everyChangeIsTheNextRevision() {
    assertThat(AUTHORIZED.revision()).isEqualTo(1);
    assertThat(AUTHORIZED.captureBegun(10).captureRefused(10, T1).revision()).isEqualTo(3);
  }

  @Test
  void whatIsBeingCapturedIsNoLongerThereToCapture() {
    Payment begun = AUTHORIZED.captureBegun(60);
    assertThat(begun.hasRoomToCapture(euros(40))).isTrue();
    assertThat(begun.hasRoomToCapture(euros(41))).isFalse();
    assertThat(begun.captureRefused(60, T1).hasRoomToCapture(euros(100))).isTrue();
  }

  @Test
  void onlyWhatWasCapturedIsThereToRefund() {
    Payment captured = AUTHORIZED.captureBegun(60).captured(60, false, T1);
    assertThat(AUTHORIZED.captureBegun(60).hasRoomToRefund(euros(1))).isFalse();
    assertThat(captured.hasRoomToRefund(euros(60))).isTrue();
    assertThat(captured.refundBegun(50).hasRoomToRefund(euros(11))).isFalse();
    assertThat(captured.hasRoomToRefund(new Money("USD", 1))).isFalse();
  }

  @Test
  void theLastPartMakesItCapturedEvenWhileAVoidWaits() {
    Payment waiting = AUTHORIZED.captureBegun(100).voiding(true);
    assertThat(waiting.isCapturable()).isFalse();
    assertThat(waiting.captured(100, false, T1).state()).isEqualTo(State.CAPTURED);
  }

  @Test
  void timeDoesNotRunBackwards() {
    assertThat(AUTHORIZED.voided("ref", T0).updateTime()).isEqualTo(T1);
  }

  @Test
  void aTombstoneHasNoRoomForAnything() {
    Payment tombstone = Payment.tombstone(UUID.randomUUID(), "simulator", T0);
    assertThat(tombstone.hasRoomToCapture(euros(1))).isFalse();
    assertThat(tombstone.hasRoomToRefund(euros(1))).isFalse();
    assertThat(tombstone.sums()).isEqualTo(Sums.ZERO);
    assertThat(tombstone.isOpen()).isFalse();
  }

  @Test
  void intentsAndRefusalsMeanNothingToTheBooks() {
    Payment begun = AUTHORIZED.captureBegun(60);
    assertThat(Posting.between(AUTHORIZED, begun)).isEmpty();
    assertThat(Posting.between(begun, begun.captureRefused(60, T1))).isEmpty();
    assertThat(Posting.between(AUTHORIZED, AUTHORIZED.voiding(true))).isEmpty();
    assertThat(Posting.between(PENDING, PENDING.declined("card_declined", T1))).isEmpty();
  }

  @Test
  void aHoldThatWasNeverBookedIsNotReleased() {
    assertThat(Posting.between(PENDING, PENDING.voided("ref", T1))).isEmpty();
  }

  @Test
  void aCaptureReleasesTheHoldAndEarnsTheMoney() {
    Payment begun = AUTHORIZED.captureBegun(60);
    assertThat(Posting.between(begun, begun.captured(60, false, T1)))
        .containsExactly(
            new Posting(
                Kind.CAPTURE, Account.AUTHORIZATION_OBLIGATIONS, Account.AUTHORIZED_FUNDS, 60),
            new Posting(Kind.CAPTURE, Account.PROVIDER_RECEIVABLE, Account.SALES_CLEARING, 60));
  }

  @Test
  void aVoidReleasesOnlyTheRest() {
    Payment part = AUTHORIZED.captureBegun(60).captured(60, false, T1);
    assertThat(Posting.between(part, part.voided("ref", T1)))
        .containsExactly(
            new Posting(
                Kind.VOID, Account.AUTHORIZATION_OBLIGATIONS, Account.AUTHORIZED_FUNDS, 40));
  }

  @Test
  void whereOneCaptureIsAllowedTheRestIsGivenUpWithIt() {
    Payment begun = AUTHORIZED.captureBegun(60);
    Payment captured = begun.captured(60, true, T1);
    assertThat(captured.state()).isEqualTo(State.VOIDED);
    assertThat(captured.sums()).isEqualTo(new Sums(60, 0, 0, 0));
    assertThat(Posting.between(begun, captured))
        .extracting(Posting::minor)
        .containsExactly(60L, 60L, 40L);
    assertThat(captured.hasRoomToRefund(euros(60))).isTrue();
    assertThat(AUTHORIZED.captureBegun(100).captured(100, true, T1).state())
        .isEqualTo(State.CAPTURED);
  }

  @Test
  void theRestIsGivenUpWhenTheLastCaptureThatHadBegunHasEnded() {
    Payment closed = AUTHORIZED.captureBegun(60).captureBegun(40).captured(60, true, T1);
    assertThat(closed.state()).isEqualTo(State.AUTHORIZED);
    assertThat(closed.isCapturable()).isFalse();
    Payment voided = closed.captureRefused(40, T1);
    assertThat(voided.state()).isEqualTo(State.VOIDED);
    assertThat(voided.sequence()).isEqualTo(closed.sequence() + 1);
    assertThat(Posting.between(closed, voided)).extracting(Posting::minor).containsExactly(40L);
  }

  @Test
  void aHoldRunsOutAtItsTime() {
    Instant end = AUTHORIZED.expireTime();
    assertThat(AUTHORIZED.isExpired(end.minusNanos(1))).isFalse();
    assertThat(AUTHORIZED.isExpired(end)).isTrue();
    assertThat(AUTHORIZED.isInFlight(T1)).isFalse();
    assertThat(AUTHORIZED.isInFlight(end)).isTrue();
    assertThat(AUTHORIZED.voided("ref", end).isInFlight(end)).isFalse();
    assertThat(PENDING.isExpired(end)).isFalse();
  }

  private static Money euros(long cents) {
    return new Money("EUR", cents);
  }
}
