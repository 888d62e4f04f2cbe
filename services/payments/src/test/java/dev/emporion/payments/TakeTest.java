package dev.emporion.payments;

import static dev.emporion.payments.Payments.assertDies;
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
import dev.emporion.payments.v1.CaptureRequest;
import dev.emporion.payments.v1.LedgerEntry;
import dev.emporion.payments.v1.Payment;
import dev.emporion.payments.v1.PaymentState;
import dev.emporion.payments.v1.RefundRequest;
import dev.emporion.platform.Money;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Captures and refunds: alone, many at once, dying anywhere, and meeting a Void. */
class TakeTest {
  private static final ScriptedProvider PROVIDER = new ScriptedProvider();
  private static final Payments PAYMENTS = Payments.with("take-test", PROVIDER);

  private String id;

  @BeforeEach
  void authorize() {
    PROVIDER.reset();
    id = PAYMENTS.authorize(authorization(100)).getPaymentId();
  }

  @AfterEach
  void booksAreRight() {
    PAYMENTS.assertConsistent();
  }

  @AfterAll
  static void close() {
    PAYMENTS.close();
  }

  @Test
  void aHoldIsCapturedInPartsNeverAbove() {
    Payment part = PAYMENTS.capture(captureOf(id, 60));
    assertThat(part.getState()).isEqualTo(PaymentState.PAYMENT_STATE_AUTHORIZED);
    assertRefused(
        () -> PAYMENTS.capture(captureOf(id, 41)), Code.FAILED_PRECONDITION, "AMOUNT_EXCEEDED");
    Payment whole = PAYMENTS.capture(captureOf(id, 40));
    assertThat(whole.getState()).isEqualTo(PaymentState.PAYMENT_STATE_CAPTURED);
    assertThat(whole.getCapturedAmount()).isEqualTo(euros(100));
    assertRefused(
        () -> PAYMENTS.capture(captureOf(id, 1)), Code.FAILED_PRECONDITION, "AMOUNT_EXCEEDED");
    assertThat(PROVIDER.captured()).isEqualTo(100);
  }

  @Test
  void whatWasCapturedIsRefundedInPartsNeverAbove() {
    PAYMENTS.capture(captureOf(id, 60));
    PAYMENTS.refund(refundOf(id, 50));
    assertRefused(
        () -> PAYMENTS.refund(refundOf(id, 11)), Code.FAILED_PRECONDITION, "AMOUNT_EXCEEDED");
    assertThat(PAYMENTS.refund(refundOf(id, 10)).getRefundedAmount()).isEqualTo(euros(60));
    assertThat(PROVIDER.refunded()).isEqualTo(60);
  }

  @Test
  void anotherCurrencyIsNeverWithinTheAmount() {
    var dollars = new Money("USD", 1).toProto();
    assertRefused(
        () -> PAYMENTS.capture(captureOf(id, 1).toBuilder().setAmount(dollars).build()),
        Code.FAILED_PRECONDITION,
        "AMOUNT_EXCEEDED");
  }

  @Test
  void aRepetitionGetsTheFirstAnswerWhateverHappenedSince() {
    CaptureRequest capture = captureOf(id, 60);
    Payment captured = PAYMENTS.capture(capture);
    RefundRequest refund = refundOf(id, 10);
    Payment refunded = PAYMENTS.refund(refund);
    PAYMENTS.capture(captureOf(id, 40));
    assertThat(PAYMENTS.capture(capture)).isEqualTo(captured);
    assertThat(PAYMENTS.refund(refund)).isEqualTo(refunded);
    assertThat(PROVIDER.captured()).isEqualTo(100);
    assertThat(PROVIDER.refunded()).isEqualTo(10);
  }

  @Test
  void theProvidersRefusalIsForGoodAndFreesTheAmount() {
    CaptureRequest capture = captureOf(id, 100);
    PROVIDER.decline("expired");
    for (int i = 0; i < 2; i++) {
      var refusal =
          assertRefused(
              () -> PAYMENTS.capture(capture), Code.FAILED_PRECONDITION, "CAPTURE_REFUSED");
      assertThat(refusal.metadata()).containsEntry("decline_code", "expired");
      PROVIDER.decline("");
    }
    PAYMENTS.capture(captureOf(id, 100));
    PROVIDER.decline("closed");
    assertRefused(
        () -> PAYMENTS.refund(refundOf(id, 100)), Code.FAILED_PRECONDITION, "REFUND_REFUSED");
    PROVIDER.decline("");
    PAYMENTS.refund(refundOf(id, 100));
  }

  @Test
  void aRequestIdServesOnePurpose() {
    CaptureRequest capture = captureOf(id, 10);
    PAYMENTS.capture(capture);
    assertRefused(
        () -> PAYMENTS.capture(capture.toBuilder().setAmount(euros(11)).build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
    assertRefused(
        () ->
            PAYMENTS.refund(
                refundOf(id, 10).toBuilder().setRequestId(capture.getRequestId()).build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
    assertRefused(
        () -> PAYMENTS.giveUp(voidOf(id).toBuilder().setRequestId(capture.getRequestId()).build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
    String other = PAYMENTS.authorize(authorization(100)).getPaymentId();
    assertRefused(
        () -> PAYMENTS.capture(capture.toBuilder().setPaymentId(other).build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
  }

  @Test
  void whatIsNotThereOrNotHeldIsNotTaken() {
    assertRefused(
        () -> PAYMENTS.capture(captureOf(Payments.id(), 1)), Code.NOT_FOUND, "PAYMENT_NOT_FOUND");
    assertRefused(
        () -> PAYMENTS.refund(refundOf(Payments.id(), 1)), Code.NOT_FOUND, "PAYMENT_NOT_FOUND");
    String tombstone = PAYMENTS.giveUp(voidOf(Payments.id())).getPaymentId();
    var refusal =
        assertRefused(
            () -> PAYMENTS.capture(captureOf(tombstone, 1)),
            Code.FAILED_PRECONDITION,
            "PAYMENT_STATE");
    assertThat(refusal.metadata()).containsEntry("state", "VOIDED");
    assertRefused(
        () -> PAYMENTS.refund(refundOf(tombstone, 1)), Code.FAILED_PRECONDITION, "AMOUNT_EXCEEDED");
  }

  @Test
  void fiftyTwinsAreOneCapture() throws Throwable {
    CaptureRequest capture = captureOf(id, 60);
    var running = new ArrayList<Running<Payment>>();
    for (int i = 0; i < 50; i++) {
      running.add(start(() -> PAYMENTS.capture(capture)));
    }
    Payment first = running.getFirst().get();
    for (Running<Payment> one : running) {
      assertThat(one.get()).isEqualTo(first);
    }
    assertThat(PROVIDER.captured()).isEqualTo(60);
    assertThat(PAYMENTS.events(id)).hasSize(2);
  }

  @Test
  void capturesAtOnceTakeNoMoreThanIsHeld() {
    var running = new ArrayList<Running<Payment>>();
    for (int i = 0; i < 15; i++) {
      running.add(start(() -> PAYMENTS.capture(captureOf(id, 10))));
    }
    long done =
        running.stream()
            .filter(one -> one.future().handle((payment, refusal) -> refusal == null).join())
            .count();
    assertThat(done).isEqualTo(10);
    assertThat(PROVIDER.captured()).isEqualTo(100);
    assertThat(PAYMENTS.get(id).getState()).isEqualTo(PaymentState.PAYMENT_STATE_CAPTURED);
    assertThat(PAYMENTS.events(id)).hasSize(11);
  }

  @Test
  void whoeverDiesOnTheWayIsFinishedByTheRepetition() {
    CaptureRequest capture = captureOf(id, 60);
    PROVIDER.dieBefore(Call.CAPTURE);
    assertDies(() -> PAYMENTS.capture(capture));
    PROVIDER.dieAfter(Call.CAPTURE);
    assertDies(() -> PAYMENTS.capture(capture));
    PROVIDER.loseAnswer(Call.CAPTURE);
    assertRefused(() -> PAYMENTS.capture(capture), Code.UNAVAILABLE, "PROVIDER_UNAVAILABLE");
    assertThat(PAYMENTS.get(id).getCapturedAmount()).isEqualTo(euros(0));
    assertRefused(
        () -> PAYMENTS.capture(captureOf(id, 41)), Code.FAILED_PRECONDITION, "AMOUNT_EXCEEDED");
    assertThat(PAYMENTS.capture(capture).getCapturedAmount()).isEqualTo(euros(60));
    assertThat(PROVIDER.captured()).isEqualTo(60);
  }

  @Test
  void afterTheProvidersKeyNothingIsTakenAnewAndAnOperatorSettlesIt() {
    CaptureRequest capture = captureOf(id, 60);
    PROVIDER.dieAfter(Call.CAPTURE);
    assertDies(() -> PAYMENTS.capture(capture));
    RefundRequest refund = refundOf(id, 1);
    PAYMENTS.age(Payments.KEY_HOURS);
    assertRefused(() -> PAYMENTS.capture(capture), Code.UNAVAILABLE, "PROVIDER_UNAVAILABLE");
    assertThat(PROVIDER.calls(Call.CAPTURE)).isEqualTo(1);
    Admin.unfinished(new Admin.Query(PAYMENTS.database(), 60));
    Admin.settle(new Admin.Verdict(PAYMENTS.database(), capture.getRequestId(), "done"));
    assertThat(PAYMENTS.capture(capture).getCapturedAmount()).isEqualTo(euros(60));

    PROVIDER.dieBefore(Call.REFUND);
    assertDies(() -> PAYMENTS.refund(refund));
    PAYMENTS.age(Payments.KEY_HOURS);
    Admin.settle(new Admin.Verdict(PAYMENTS.database(), refund.getRequestId(), "refused"));
    assertRefused(() -> PAYMENTS.refund(refund), Code.FAILED_PRECONDITION, "REFUND_REFUSED");
  }

  @Test
  void aVoidEndsACaptureOnItsWayAndGivesUpTheRest() throws Throwable {
    CaptureRequest capture = captureOf(id, 60);
    Gate gate = PROVIDER.stopBefore(Call.CAPTURE);
    Running<Payment> running = start(() -> PAYMENTS.capture(capture));
    gate.awaitArrival();
    Payment voided = PAYMENTS.giveUp(voidOf(id));
    assertThat(voided.getState()).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(voided.getCapturedAmount()).isEqualTo(euros(60));
    gate.open();
    assertThat(running.get().getCapturedAmount()).isEqualTo(euros(60));
    assertThat(PROVIDER.captured()).isEqualTo(60);
    assertThat(PROVIDER.live()).isZero();
    PAYMENTS.refund(refundOf(id, 60));
  }

  @Test
  void aVoidThatMeetsACaptureOfAllLeavesItCaptured() throws Throwable {
    CaptureRequest capture = captureOf(id, 100);
    Gate gate = PROVIDER.stopAfter(Call.CAPTURE);
    Running<Payment> running = start(() -> PAYMENTS.capture(capture));
    gate.awaitArrival();
    assertThat(PAYMENTS.giveUp(voidOf(id)).getState())
        .isEqualTo(PaymentState.PAYMENT_STATE_CAPTURED);
    gate.open();
    assertThat(running.get().getState()).isEqualTo(PaymentState.PAYMENT_STATE_CAPTURED);
    assertThat(PROVIDER.calls(Call.GIVE_UP)).isZero();
  }

  @Test
  void aVoidThatMeetsARefusedCaptureGivesUpAll() throws Throwable {
    CaptureRequest capture = captureOf(id, 60);
    Gate gate = PROVIDER.stopBefore(Call.CAPTURE);
    PROVIDER.decline("expired");
    Running<Payment> running = start(() -> PAYMENTS.capture(capture));
    gate.awaitArrival();
    Payment voided = PAYMENTS.giveUp(voidOf(id));
    assertThat(voided.getState()).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(voided.getCapturedAmount()).isEqualTo(euros(0));
    gate.open();
    assertRefused(running::get, Code.FAILED_PRECONDITION, "CAPTURE_REFUSED");
  }

  @Test
  void noCaptureBeginsOnceAVoidIsCommitted() {
    PROVIDER.dieBefore(Call.GIVE_UP);
    var giveUp = voidOf(id);
    assertDies(() -> PAYMENTS.giveUp(giveUp));
    assertRefused(
        () -> PAYMENTS.capture(captureOf(id, 1)), Code.FAILED_PRECONDITION, "PAYMENT_STATE");
    PAYMENTS.giveUp(giveUp);
    assertThat(PROVIDER.live()).isZero();
  }

  @Test
  void theLedgerTellsTheWholeStory() {
    PAYMENTS.capture(captureOf(id, 60));
    PAYMENTS.refund(refundOf(id, 10));
    PAYMENTS.giveUp(voidOf(id));
    List<String> story =
        PAYMENTS.entries(id).reversed().stream()
            .map(e -> e.getKind() + " " + e.getAccount() + " " + cents(e))
            .toList();
    assertThat(story)
        .containsExactlyInAnyOrder(
            "authorize authorized_funds 100",
            "authorize authorization_obligations -100",
            "capture authorization_obligations 60",
            "capture authorized_funds -60",
            "capture provider_receivable 60",
            "capture sales_clearing -60",
            "refund refunds 10",
            "refund provider_receivable -10",
            "void authorization_obligations 40",
            "void authorized_funds -40");
  }

  private static long cents(LedgerEntry entry) {
    return Money.fromProto(entry.getAmount()).minor();
  }
}
