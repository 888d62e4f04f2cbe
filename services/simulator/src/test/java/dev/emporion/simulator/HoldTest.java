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
    Hold part = HELD.capture(euros(30)).hold();
    assertThat(part.state()).isEqualTo(State.HELD);
    assertThat(part.capturedMinor()).isEqualTo(30);
    assertThat(part.capture(euros(70)).hold().state()).isEqualTo(State.CAPTURED);
  }

  @Test
  void noMoreIsCapturedThanIsHeld() {
    Hold part = HELD.capture(euros(30)).hold();
    assertThat(part.capture(euros(71)).refusal())
        .isEqualTo(ErrorReason.ERROR_REASON_AMOUNT_EXCEEDED);
    assertThat(part.capture(new Money("USD", 1)).refusal())
        .isEqualTo(ErrorReason.ERROR_REASON_AMOUNT_EXCEEDED);
  }

  @Test
  void whatIsNotHeldIsNotCaptured() {
    assertThat(hold("card_declined").capture(euros(1)).refusal())
        .isEqualTo(ErrorReason.ERROR_REASON_AUTHORIZATION_STATE);
    assertThat(HELD.giveUp().hold().capture(euros(1)).refusal())
        .isEqualTo(ErrorReason.ERROR_REASON_AUTHORIZATION_STATE);
  }

  @Test
  void noMoreIsRefundedThanWasCaptured() {
    Hold part = HELD.capture(euros(30)).hold().refund(euros(10)).hold();
    assertThat(part.refund(euros(20)).hold().refundedMinor()).isEqualTo(30);
    assertThat(part.refund(euros(21)).refusal())
        .isEqualTo(ErrorReason.ERROR_REASON_AMOUNT_EXCEEDED);
  }

  @Test
  void givingUpLeavesWhatWasCapturedOrDeclined() {
    assertThat(HELD.capture(euros(30)).hold().giveUp().hold())
        .extracting(Hold::state, Hold::capturedMinor)
        .containsExactly(State.VOIDED, 30L);
    assertThat(HELD.capture(euros(100)).hold().giveUp().hold().state()).isEqualTo(State.CAPTURED);
    assertThat(hold("card_declined").giveUp().hold().state()).isEqualTo(State.DECLINED);
  }

  private static Hold hold(String declineCode) {
    return Hold.of(1, "key", "order", euros(100), declineCode, Instant.EPOCH);
  }

  private static Money euros(long cents) {
    return new Money("EUR", cents);
  }
}
