package dev.emporion.payments;

import static dev.emporion.payments.Payments.assertDies;
import static dev.emporion.payments.Payments.assertRefused;
import static dev.emporion.payments.Payments.authorization;
import static dev.emporion.payments.Payments.captureOf;
import static dev.emporion.payments.Payments.euros;
import static dev.emporion.payments.Payments.start;
import static dev.emporion.payments.Payments.voidOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.payments.Payments.Running;
import dev.emporion.payments.ScriptedProvider.Call;
import dev.emporion.payments.ScriptedProvider.Gate;
import dev.emporion.payments.v1.Payment;
import dev.emporion.payments.v1.PaymentState;
import io.grpc.Status.Code;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Holds whose time runs out, whoever dies and whatever else goes on. */
class ExpirerTest {
  private static final ScriptedProvider PROVIDER = new ScriptedProvider();
  private static final Payments PAYMENTS = Payments.with("expirer-test", PROVIDER);

  @BeforeEach
  void forget() {
    PROVIDER.reset();
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
  void aPaymentTellsUntilWhenItIsHeldAsLongAsItIs() {
    Instant end = Instant.now().plus(7, ChronoUnit.DAYS);
    PROVIDER.holdUntil(end);
    Payment payment = PAYMENTS.authorize(authorization(100));
    assertThat(payment.getExpireTime().getSeconds()).isEqualTo(end.getEpochSecond());
    String id = payment.getPaymentId();
    assertThat(PAYMENTS.get(id)).isEqualTo(payment);
    assertThat(PAYMENTS.events(id).getFirst().getPayment()).isEqualTo(payment);
    assertThat(PAYMENTS.capture(captureOf(id, 60)).getExpireTime())
        .isEqualTo(payment.getExpireTime());
    assertThat(PAYMENTS.giveUp(voidOf(id)).hasExpireTime()).isFalse();
  }

  @Test
  void aHoldThatRanOutIsGivenUpOnce() {
    String id = ranOut();
    String held = authorized(Instant.now().plusSeconds(600));
    String forever = authorized(null);

    PAYMENTS.expire(PROVIDER);
    PAYMENTS.expire(PROVIDER);

    assertThat(state(id)).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(state(held)).isEqualTo(PaymentState.PAYMENT_STATE_AUTHORIZED);
    assertThat(state(forever)).isEqualTo(PaymentState.PAYMENT_STATE_AUTHORIZED);
    assertThat(PAYMENTS.events(id)).hasSize(2);
    assertThat(PROVIDER.calls(Call.GIVE_UP)).isOne();
    assertThat(
            PAYMENTS.value(
                "select request_id from operations where payment_id = '%s'".formatted(id)))
        .isEqualTo(Expirer.requestId(UUID.fromString(id)).toString());
    assertThat(expiriesOf(id)).isEqualTo("0");
    assertThat(expiriesOf(held)).isEqualTo("1");
  }

  @Test
  void whatWasCapturedOrVoidedInTimeIsForgottenAndNobodyIsAsked() {
    String captured = ranOut();
    PAYMENTS.capture(captureOf(captured, 100));
    String voided = ranOut();
    PAYMENTS.giveUp(voidOf(voided));
    long asked = PROVIDER.calls(Call.GIVE_UP);

    PAYMENTS.expire(PROVIDER);

    assertThat(PROVIDER.calls(Call.GIVE_UP)).isEqualTo(asked);
    assertThat(expiriesOf(captured)).isEqualTo("0");
    assertThat(expiriesOf(voided)).isEqualTo("0");
  }

  @Test
  void theRestOfWhatWasCapturedIsGivenUp() {
    String id = ranOut();
    PAYMENTS.capture(captureOf(id, 60));
    PAYMENTS.expire(PROVIDER);
    assertThat(state(id)).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(PAYMENTS.get(id).getCapturedAmount()).isEqualTo(euros(60));
  }

  @Test
  void aCaptureOnItsWayIsEndedFirstAndCounts() throws Throwable {
    String id = ranOut();
    Gate gate = PROVIDER.stopAfter(Call.CAPTURE);
    Running<Payment> running = start(() -> PAYMENTS.capture(captureOf(id, 60)));
    gate.awaitArrival();
    PAYMENTS.expire(PROVIDER);
    gate.open();
    assertThat(running.get().getCapturedAmount()).isEqualTo(euros(60));
    assertThat(state(id)).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(PROVIDER.live()).isZero();
  }

  @Test
  void aCaptureThatComesTooLateIsRefusedBeforeTheRoundAndAfterIt() {
    String id = ranOut();
    PROVIDER.expire();
    assertExpired(id);
    PAYMENTS.expire(PROVIDER);
    assertExpired(id);
  }

  @Test
  void whoeverDiesIsFollowedByTheNextRound() {
    String id = ranOut();
    PROVIDER.dieBefore(Call.GIVE_UP);
    assertThatThrownBy(() -> PAYMENTS.expire(PROVIDER)).isInstanceOf(ScriptedProvider.Died.class);
    assertThat(PAYMENTS.audit(id).getInFlight()).isTrue();
    PROVIDER.dieAfter(Call.GIVE_UP);
    assertThatThrownBy(() -> PAYMENTS.expire(PROVIDER)).isInstanceOf(ScriptedProvider.Died.class);
    PROVIDER.loseAnswer(Call.GIVE_UP);
    PAYMENTS.expire(PROVIDER);
    assertThat(state(id)).isEqualTo(PaymentState.PAYMENT_STATE_AUTHORIZED);

    PAYMENTS.expire(PROVIDER);

    assertThat(state(id)).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(PAYMENTS.audit(id).getInFlight()).isFalse();
    assertThat(PAYMENTS.events(id)).hasSize(2);
    assertThat(expiriesOf(id)).isEqualTo("0");
  }

  @Test
  void twoInstancesAtOnceAreOne() throws Throwable {
    String id = ranOut();
    Gate gate = PROVIDER.stopAfter(Call.GIVE_UP);
    Running<Boolean> first = start(this::expire);
    gate.awaitArrival();
    expire();
    gate.open();
    assertThat(first.get()).isTrue();
    assertThat(state(id)).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(PAYMENTS.events(id)).hasSize(2);
  }

  @Test
  void aVoidOfItsOrderMeetsIt() {
    String id = ranOut();
    var giveUp = voidOf(id);
    PROVIDER.dieBefore(Call.GIVE_UP);
    assertDies(() -> PAYMENTS.giveUp(giveUp));
    PAYMENTS.expire(PROVIDER);
    assertThat(state(id)).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(PAYMENTS.giveUp(giveUp).getState()).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(PAYMENTS.events(id)).hasSize(2);
  }

  private boolean expire() {
    PAYMENTS.expire(PROVIDER);
    return true;
  }

  private static String ranOut() {
    return authorized(Instant.now().minusSeconds(1));
  }

  private static String authorized(Instant until) {
    PROVIDER.holdUntil(until);
    return PAYMENTS.authorize(authorization(100)).getPaymentId();
  }

  private static void assertExpired(String id) {
    var refusal =
        assertRefused(
            () -> PAYMENTS.capture(captureOf(id, 1)), Code.FAILED_PRECONDITION, "CAPTURE_REFUSED");
    assertThat(refusal.metadata()).containsEntry("decline_code", "authorization_expired");
  }

  private static PaymentState state(String id) {
    return PAYMENTS.get(id).getState();
  }

  private static String expiriesOf(String id) {
    return PAYMENTS.value(
        "select count(*) from hold_expiries where payment_id = '%s'".formatted(id));
  }
}
