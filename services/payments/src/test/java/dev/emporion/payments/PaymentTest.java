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
  private static final Payment AUTHORIZED = PENDING.authorized("ref", T1);

  @Test
  void whatIsToldHasTheNextSequenceAndAnIntentHasNot() {
    assertThat(PENDING.sequence()).isZero();
    assertThat(AUTHORIZED.sequence()).isEqualTo(1);
    assertThat(AUTHORIZED.captureBegun(10).sequence()).isEqualTo(1);
    assertThat(AUTHORIZED.voiding(true).sequence()).isEqualTo(1);
    assertThat(AUTHORIZED.captureBegun(10).captured(10, T1).sequence()).isEqualTo(2);
  }

  @Test
  void everyChangeIsTheNextRevision() {
    assertThat(AUTHORIZED.revision()).isEqualTo(1);
    assertThat(AUTHORIZED.captureBegun(10).captureRefused(10).revision()).isEqualTo(3);
  }

  @Test
  void whatIsBeingCapturedIsNoLongerThereToCapture() {
    Payment begun = AUTHORIZED.captureBegun(60);
    assertThat(begun.hasRoomToCapture(euros(40))).isTrue();
    assertThat(begun.hasRoomToCapture(euros(41))).isFalse();
    assertThat(begun.captureRefused(60).hasRoomToCapture(euros(100))).isTrue();
  }

  @Test
  void onlyWhatWasCapturedIsThereToRefund() {
    Payment captured = AUTHORIZED.captureBegun(60).captured(60, T1);
    assertThat(AUTHORIZED.captureBegun(60).hasRoomToRefund(euros(1))).isFalse();
    assertThat(captured.hasRoomToRefund(euros(60))).isTrue();
    assertThat(captured.refundBegun(50).hasRoomToRefund(euros(11))).isFalse();
    assertThat(captured.hasRoomToRefund(new Money("USD", 1))).isFalse();
  }

  @Test
  void theLastPartMakesItCapturedEvenWhileAVoidWaits() {
    Payment waiting = AUTHORIZED.captureBegun(100).voiding(true);
    assertThat(waiting.isCapturable()).isFalse();
    assertThat(waiting.captured(100, T1).state()).isEqualTo(State.CAPTURED);
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
    assertThat(Posting.between(begun, begun.captureRefused(60))).isEmpty();
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
    assertThat(Posting.between(begun, begun.captured(60, T1)))
        .containsExactly(
            new Posting(
                Kind.CAPTURE, Account.AUTHORIZATION_OBLIGATIONS, Account.AUTHORIZED_FUNDS, 60),
            new Posting(Kind.CAPTURE, Account.PROVIDER_RECEIVABLE, Account.SALES_CLEARING, 60));
  }

  @Test
  void aVoidReleasesOnlyTheRest() {
    Payment part = AUTHORIZED.captureBegun(60).captured(60, T1);
    assertThat(Posting.between(part, part.voided("ref", T1)))
        .containsExactly(
            new Posting(
                Kind.VOID, Account.AUTHORIZATION_OBLIGATIONS, Account.AUTHORIZED_FUNDS, 40));
  }

  private static Money euros(long cents) {
    return new Money("EUR", cents);
  }
}
