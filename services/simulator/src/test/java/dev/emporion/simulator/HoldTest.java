package dev.emporion.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.platform.Money;
import dev.emporion.simulator.Hold.State;
import dev.emporion.simulator.v1.ErrorReason;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HoldTest {
  private static final Hold HELD = hold("");

  @Test
  void itIsCapturedInPartsAndThenAsAWhole() {
    Hold part = HELD.capture(euros(30), false).hold();
    assertThat(part.state()).isEqualTo(State.HELD);
    assertThat(part.capturedMinor()).isEqualTo(30);
    assertThat(part.capture(euros(70), false).hold().state()).isEqualTo(State.CAPTURED);
  }

  @Test
  void noMoreIsCapturedThanIsHeld() {
    Hold part = HELD.capture(euros(30), false).hold();
    assertThat(part.capture(euros(71), false).refusal())
        .isEqualTo(ErrorReason.ERROR_REASON_AMOUNT_EXCEEDED);
    assertThat(part.capture(new Money("USD", 1), false).refusal())
        .isEqualTo(ErrorReason.ERROR_REASON_AMOUNT_EXCEEDED);
  }

  @Test
  void whatIsNotHeldIsNotCaptured() {
    assertThat(hold("card_declined").capture(euros(1), false).refusal())
        .isEqualTo(ErrorReason.ERROR_REASON_AUTHORIZATION_STATE);
    assertThat(HELD.giveUp().hold().capture(euros(1), false).refusal())
        .isEqualTo(ErrorReason.ERROR_REASON_AUTHORIZATION_STATE);
  }

  @Test
  void noMoreIsRefundedThanWasCaptured() {
    Hold part = HELD.capture(euros(30), false).hold().refund(euros(10)).hold();
    assertThat(part.refund(euros(20)).hold().refundedMinor()).isEqualTo(30);
    assertThat(part.refund(euros(21)).refusal())
        .isEqualTo(ErrorReason.ERROR_REASON_AMOUNT_EXCEEDED);
  }

  @Test
  void givingUpLeavesWhatWasCapturedOrDeclined() {
    assertThat(HELD.capture(euros(30), false).hold().giveUp().hold())
        .extracting(Hold::state, Hold::capturedMinor)
        .containsExactly(State.VOIDED, 30L);
    assertThat(HELD.capture(euros(100), false).hold().giveUp().hold().state())
        .isEqualTo(State.CAPTURED);
    assertThat(hold("card_declined").giveUp().hold().state()).isEqualTo(State.DECLINED);
  }

  @Test
  void whatIsNotTakenInTimeIsHeldNoMore() {
    Instant end = Instant.EPOCH.plus(Hold.HELD_FOR);
    assertThat(HELD.at(end.minusNanos(1)).state()).isEqualTo(State.HELD);
    Hold expired = HELD.capture(euros(30), false).hold().at(end);
    assertThat(expired.state()).isEqualTo(State.EXPIRED);
    assertThat(expired.capture(euros(1), false).refusal())
        .isEqualTo(ErrorReason.ERROR_REASON_AUTHORIZATION_STATE);
    assertThat(expired.giveUp().hold().state()).isEqualTo(State.EXPIRED);
    assertThat(expired.refund(euros(30)).hold().refundedMinor()).isEqualTo(30);
    Hold all = HELD.capture(euros(100), false).hold();
    assertThat(all.at(end)).isEqualTo(all);
  }

  @Test
  void whereOneCaptureIsAllowedTheRestGoesWithIt() {
    Hold part = HELD.capture(euros(30), true).hold();
    assertThat(part.state()).isEqualTo(State.CAPTURED);
    assertThat(part.capturedMinor()).isEqualTo(30);
    assertThat(part.capture(euros(1), true).refusal())
        .isEqualTo(ErrorReason.ERROR_REASON_AUTHORIZATION_STATE);
  }

  private static Hold hold(String declineCode) {
    return Hold.of(1, "key", "order", euros(100), declineCode, Instant.EPOCH, Hold.HELD_FOR);
  }

  private static Money euros(long cents) {
    return new Money("EUR", cents);
  }
}
