package dev.emporion.payments;

import static dev.emporion.payments.Payments.assertRefused;
import static dev.emporion.payments.Payments.authorization;
import static dev.emporion.payments.Payments.captureOf;
import static dev.emporion.payments.Payments.euros;
import static dev.emporion.payments.Payments.refundOf;
import static dev.emporion.payments.Payments.start;
import static dev.emporion.payments.Payments.voidOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.payments.Payments.Running;
import dev.emporion.payments.ScriptedProvider.Call;
import dev.emporion.payments.ScriptedProvider.Gate;
import dev.emporion.payments.v1.Payment;
import dev.emporion.payments.v1.PaymentState;
import io.grpc.Status.Code;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A provider that allows one capture: the rest is given up with it. */
class SingleCaptureTest {
  private static final ScriptedProvider PROVIDER = new ScriptedProvider();
  private static final Payments PAYMENTS = Payments.with("single-capture-test", PROVIDER);

  private String id;

  @BeforeEach
  void authorize() {
    PROVIDER.reset();
    PROVIDER.allowOneCapture();
    id = PAYMENTS.authorize(authorization(100)).getPaymentId();
  }

  @AfterEach
  void booksAreRight() {
    PAYMENTS.assertConsistent();
    assertThat(PROVIDER.live()).isZero();
  }

  @AfterAll
  static void close() {
    PAYMENTS.close();
  }

  @Test
  void theFirstCaptureGivesUpTheRest() {
    Payment payment = PAYMENTS.capture(captureOf(id, 60));

    assertThat(payment.getState()).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(payment.getCapturedAmount()).isEqualTo(euros(60));
    assertThat(PAYMENTS.events(id)).hasSize(2);
    assertRefused(
        () -> PAYMENTS.capture(captureOf(id, 40)), Code.FAILED_PRECONDITION, "PAYMENT_STATE");
    assertThat(PAYMENTS.giveUp(voidOf(id)).getState()).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(PAYMENTS.refund(refundOf(id, 60)).getRefundedAmount()).isEqualTo(euros(60));
  }

  @Test
  void aCaptureOfAllLeavesNothingToGiveUp() {
    assertThat(PAYMENTS.capture(captureOf(id, 100)).getState())
        .isEqualTo(PaymentState.PAYMENT_STATE_CAPTURED);
  }

  @Test
  void aCaptureWhoseAnswerWasLostIsRepeated() {
    var capture = captureOf(id, 60);
    PROVIDER.loseAnswer(Call.CAPTURE);
    assertRefused(() -> PAYMENTS.capture(capture), Code.UNAVAILABLE, "PROVIDER_UNAVAILABLE");
    Payment payment = PAYMENTS.capture(capture);
    assertThat(payment.getState()).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(PAYMENTS.capture(capture)).isEqualTo(payment);
    assertThat(PROVIDER.captured()).isEqualTo(60);
  }

  @Test
  void theRestIsGivenUpWhenTheLoserOfTwoCapturesIsRefused() throws Throwable {
    Gate gate = PROVIDER.stopBefore(Call.CAPTURE);
    Running<Payment> loser = start(() -> PAYMENTS.capture(captureOf(id, 30)));
    gate.awaitArrival();
    Payment winner = PAYMENTS.capture(captureOf(id, 60));
    assertThat(winner.getState()).isEqualTo(PaymentState.PAYMENT_STATE_AUTHORIZED);
    assertThat(winner.hasExpireTime()).isFalse();
    assertRefused(
        () -> PAYMENTS.capture(captureOf(id, 1)), Code.FAILED_PRECONDITION, "PAYMENT_STATE");
    gate.open();
    var refusal = assertRefused(loser::get, Code.FAILED_PRECONDITION, "CAPTURE_REFUSED");
    assertThat(refusal.metadata()).containsEntry("decline_code", "authorization_captured");
    assertThat(PAYMENTS.get(id).getState()).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(PAYMENTS.get(id).getCapturedAmount()).isEqualTo(euros(60));
    assertThat(PAYMENTS.events(id)).hasSize(3);
  }

  @Test
  void theLoserMayHearItFirst() throws Throwable {
    Gate gate = PROVIDER.stopAfter(Call.CAPTURE);
    Running<Payment> winner = start(() -> PAYMENTS.capture(captureOf(id, 60)));
    gate.awaitArrival();
    assertRefused(
        () -> PAYMENTS.capture(captureOf(id, 30)), Code.FAILED_PRECONDITION, "CAPTURE_REFUSED");
    gate.open();
    assertThat(winner.get().getState()).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
  }

  @Test
  void aVoidMeetsTheCapture() throws Throwable {
    Gate gate = PROVIDER.stopAfter(Call.CAPTURE);
    Running<Payment> capture = start(() -> PAYMENTS.capture(captureOf(id, 60)));
    gate.awaitArrival();
    Payment voided = PAYMENTS.giveUp(voidOf(id));
    gate.open();
    assertThat(voided.getState()).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(voided.getCapturedAmount()).isEqualTo(euros(60));
    assertThat(capture.get()).isEqualTo(voided);
    assertThat(PAYMENTS.events(id)).hasSize(2);
  }
}
