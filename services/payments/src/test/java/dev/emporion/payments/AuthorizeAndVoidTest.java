package dev.emporion.payments;

import static dev.emporion.payments.Payments.assertDies;
import static dev.emporion.payments.Payments.assertRefused;
import static dev.emporion.payments.Payments.authorization;
import static dev.emporion.payments.Payments.start;
import static dev.emporion.payments.Payments.voidOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.payments.Payments.Running;
import dev.emporion.payments.ScriptedProvider.Call;
import dev.emporion.payments.ScriptedProvider.Gate;
import dev.emporion.payments.v1.AuthorizeRequest;
import dev.emporion.payments.v1.Payment;
import dev.emporion.payments.v1.PaymentState;
import dev.emporion.payments.v1.VoidRequest;
import io.grpc.Status.Code;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every order in which an Authorize and the Void of its payment can meet, either of them finishing
 * or dying anywhere: the provider holds nothing afterwards, and no Authorize ends well after a
 * Void.
 */
class AuthorizeAndVoidTest {
  private static final ScriptedProvider PROVIDER = new ScriptedProvider();
  private static final Payments PAYMENTS = Payments.with("authorize-and-void-test", PROVIDER);

  private final AuthorizeRequest authorize = authorization(1000);
  private final VoidRequest giveUp = voidOf(authorize.getRequestId());

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
  void aVoidThatComesFirstLeavesATombstone() {
    Payment tombstone = PAYMENTS.giveUp(giveUp);
    assertThat(tombstone.getState()).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(tombstone.hasAmount()).isFalse();
    assertAuthorizeIsRefused();
    assertThat(PROVIDER.calls(Call.AUTHORIZE)).isZero();
    assertThat(PAYMENTS.get(authorize.getRequestId())).isEqualTo(tombstone);
  }

  @Test
  void aVoidAfterwardsGivesUpTheHold() {
    PAYMENTS.authorize(authorize);
    assertVoided(PAYMENTS.giveUp(giveUp));
    assertNothingIsLeft();
  }

  @Test
  void aVoidFinishesBeforeTheChargeOfAnAuthorizeOnItsWay() throws Throwable {
    Gate gate = PROVIDER.stopBefore(Call.AUTHORIZE);
    Running<Payment> running = start(() -> PAYMENTS.authorize(authorize));
    gate.awaitArrival();
    assertVoided(PAYMENTS.giveUp(giveUp));
    gate.open();
    assertRefused(running::get, Code.FAILED_PRECONDITION, "PAYMENT_VOIDED");
    assertNothingIsLeft();
  }

  @Test
  void aVoidFinishesBetweenTheChargeAndItsAnswer() throws Throwable {
    Gate gate = PROVIDER.stopAfter(Call.AUTHORIZE);
    Running<Payment> running = start(() -> PAYMENTS.authorize(authorize));
    gate.awaitArrival();
    assertVoided(PAYMENTS.giveUp(giveUp));
    gate.open();
    assertRefused(running::get, Code.FAILED_PRECONDITION, "PAYMENT_VOIDED");
    assertNothingIsLeft();
  }

  @Test
  void anAuthorizeEndsWhileTheVoidAsksWhatItCameTo() throws Throwable {
    Gate authorizing = PROVIDER.stopAfter(Call.AUTHORIZE);
    Gate voiding = PROVIDER.stopBefore(Call.AUTHORIZE);
    Running<Payment> first = start(() -> PAYMENTS.authorize(authorize));
    authorizing.awaitArrival();
    Running<Payment> second = start(() -> PAYMENTS.giveUp(giveUp));
    voiding.awaitArrival();
    authorizing.open();
    assertRefused(first::get, Code.FAILED_PRECONDITION, "PAYMENT_VOIDED");
    voiding.open();
    assertVoided(second.get());
    assertNothingIsLeft();
  }

  @Test
  void anAuthorizeEndsWhileTheVoidGivesUpTheHold() throws Throwable {
    Gate authorizing = PROVIDER.stopAfter(Call.AUTHORIZE);
    Gate voiding = PROVIDER.stopAfter(Call.GIVE_UP);
    Running<Payment> first = start(() -> PAYMENTS.authorize(authorize));
    authorizing.awaitArrival();
    Running<Payment> second = start(() -> PAYMENTS.giveUp(giveUp));
    voiding.awaitArrival();
    authorizing.open();
    assertRefused(first::get, Code.FAILED_PRECONDITION, "PAYMENT_VOIDED");
    voiding.open();
    assertVoided(second.get());
    assertNothingIsLeft();
  }

  @Test
  void anAuthorizeThatDiedBeforeTheChargeIsVoided() {
    PROVIDER.dieBefore(Call.AUTHORIZE);
    assertDies(() -> PAYMENTS.authorize(authorize));
    assertVoided(PAYMENTS.giveUp(giveUp));
    assertNothingIsLeft();
  }

  @Test
  void anAuthorizeThatDiedAfterTheChargeIsVoided() {
    PROVIDER.dieAfter(Call.AUTHORIZE);
    assertDies(() -> PAYMENTS.authorize(authorize));
    assertThat(PROVIDER.live()).isEqualTo(1000);
    assertVoided(PAYMENTS.giveUp(giveUp));
    assertNothingIsLeft();
  }

  @Test
  void aVoidThatDiedWhileItAskedStillForbidsTheAuthorize() throws Throwable {
    Gate authorizing = PROVIDER.stopAfter(Call.AUTHORIZE);
    PROVIDER.dieBefore(Call.AUTHORIZE);
    Running<Payment> running = start(() -> PAYMENTS.authorize(authorize));
    authorizing.awaitArrival();
    assertDies(() -> PAYMENTS.giveUp(giveUp));
    authorizing.open();
    assertRefused(running::get, Code.FAILED_PRECONDITION, "PAYMENT_VOIDED");
    assertVoided(PAYMENTS.giveUp(giveUp));
    assertNothingIsLeft();
  }

  @Test
  void aVoidThatDiedWhileItGaveUpIsFinishedByItsRepetition() {
    PAYMENTS.authorize(authorize);
    PROVIDER.dieBefore(Call.GIVE_UP);
    assertDies(() -> PAYMENTS.giveUp(giveUp));
    assertAuthorizeIsRefused();
    PROVIDER.dieAfter(Call.GIVE_UP);
    assertDies(() -> PAYMENTS.giveUp(giveUp));
    assertThat(PROVIDER.live()).isZero();
    assertVoided(PAYMENTS.giveUp(giveUp));
    assertNothingIsLeft();
  }

  @Test
  void bothDiedAndBothAreRepeated() {
    PROVIDER.dieAfter(Call.AUTHORIZE);
    assertDies(() -> PAYMENTS.authorize(authorize));
    PROVIDER.dieAfter(Call.GIVE_UP);
    assertDies(() -> PAYMENTS.giveUp(giveUp));
    assertAuthorizeIsRefused();
    assertVoided(PAYMENTS.giveUp(giveUp));
    assertNothingIsLeft();
  }

  @Test
  void aVoidOfADeclinedOneChangesNothing() {
    PROVIDER.decline("card_declined");
    assertRefused(
        () -> PAYMENTS.authorize(authorize), Code.FAILED_PRECONDITION, "PAYMENT_DECLINED");
    assertThat(PAYMENTS.giveUp(giveUp).getState()).isEqualTo(PaymentState.PAYMENT_STATE_DECLINED);
    assertRefused(
        () -> PAYMENTS.authorize(authorize), Code.FAILED_PRECONDITION, "PAYMENT_DECLINED");
  }

  @Test
  void aDeclineOnItsWayIsVoided() throws Throwable {
    PROVIDER.decline("card_declined");
    Gate gate = PROVIDER.stopAfter(Call.AUTHORIZE);
    Running<Payment> running = start(() -> PAYMENTS.authorize(authorize));
    gate.awaitArrival();
    assertVoided(PAYMENTS.giveUp(giveUp));
    assertThat(PROVIDER.calls(Call.GIVE_UP)).isZero();
    gate.open();
    assertRefused(running::get, Code.FAILED_PRECONDITION, "PAYMENT_VOIDED");
    assertNothingIsLeft();
  }

  @Test
  void aProviderThatIsAwayDelaysTheVoidButNotItsEffectOnTheAuthorize() {
    PROVIDER.loseAnswer(Call.AUTHORIZE);
    assertRefused(() -> PAYMENTS.authorize(authorize), Code.UNAVAILABLE, "PROVIDER_UNAVAILABLE");
    PROVIDER.loseQuestion(Call.AUTHORIZE);
    assertRefused(() -> PAYMENTS.giveUp(giveUp), Code.UNAVAILABLE, "PROVIDER_UNAVAILABLE");
    assertAuthorizeIsRefused();
    PROVIDER.loseAnswer(Call.GIVE_UP);
    assertRefused(() -> PAYMENTS.giveUp(giveUp), Code.UNAVAILABLE, "PROVIDER_UNAVAILABLE");
    assertAuthorizeIsRefused();
    assertVoided(PAYMENTS.giveUp(giveUp));
    assertNothingIsLeft();
  }

  @Test
  void twoVoidsAtOnceAreOne() throws Throwable {
    Gate authorizing = PROVIDER.stopBefore(Call.AUTHORIZE);
    Gate voiding = PROVIDER.stopBefore(Call.GIVE_UP);
    Running<Payment> first = start(() -> PAYMENTS.authorize(authorize));
    authorizing.awaitArrival();
    Running<Payment> second = start(() -> PAYMENTS.giveUp(giveUp));
    voiding.awaitArrival();
    assertVoided(PAYMENTS.giveUp(voidOf(authorize.getRequestId())));
    voiding.open();
    assertVoided(second.get());
    authorizing.open();
    assertRefused(first::get, Code.FAILED_PRECONDITION, "PAYMENT_VOIDED");
    assertThat(PAYMENTS.events(authorize.getRequestId())).hasSize(1);
    assertNothingIsLeft();
  }

  @Test
  void whoeverWinsTheRaceNothingIsHeld() throws Throwable {
    for (int round = 0; round < 100; round++) {
      AuthorizeRequest request = authorization(1000);
      VoidRequest end = voidOf(request.getRequestId());
      Running<Payment> first = start(() -> PAYMENTS.authorize(request));
      Running<Payment> second = start(() -> PAYMENTS.giveUp(end));
      Running<Payment> third = start(() -> PAYMENTS.giveUp(end));
      Payment voided = second.get();
      assertVoided(voided);
      assertThat(third.get()).isEqualTo(voided);
      first.future().handle((payment, refusal) -> payment).join();
      assertThat(PROVIDER.live()).isZero();
      assertRefused(() -> PAYMENTS.authorize(request), Code.FAILED_PRECONDITION, "PAYMENT_VOIDED");
    }
  }

  @Test
  void afterTheProvidersKeyAnAuthorizeIsLookedUpAndNotMadeAnew() {
    PROVIDER.dieAfter(Call.AUTHORIZE);
    assertDies(() -> PAYMENTS.authorize(authorize));
    PAYMENTS.age(Payments.KEY_HOURS);
    assertThat(PAYMENTS.authorize(authorize).getState())
        .isEqualTo(PaymentState.PAYMENT_STATE_AUTHORIZED);
    assertThat(PROVIDER.calls(Call.AUTHORIZE)).isEqualTo(1);
    assertThat(PROVIDER.live()).isEqualTo(1000);
  }

  @Test
  void afterTheProvidersKeyAnAuthorizeThatIsUnknownThereIsLeftToAnOperator() {
    PROVIDER.dieBefore(Call.AUTHORIZE);
    assertDies(() -> PAYMENTS.authorize(authorize));
    PAYMENTS.age(Payments.KEY_HOURS);
    assertRefused(() -> PAYMENTS.authorize(authorize), Code.UNAVAILABLE, "PROVIDER_UNAVAILABLE");
    assertThat(PROVIDER.charges()).isZero();
    assertVoided(PAYMENTS.giveUp(giveUp));
    assertThat(PROVIDER.charges()).isZero();
    assertNothingIsLeft();
  }

  @Test
  void afterTheProvidersKeyAVoidFindsTheHoldAndGivesItUp() {
    PROVIDER.dieAfter(Call.AUTHORIZE);
    assertDies(() -> PAYMENTS.authorize(authorize));
    PAYMENTS.age(Payments.KEY_HOURS);
    assertVoided(PAYMENTS.giveUp(giveUp));
    assertThat(PROVIDER.charges()).isEqualTo(1);
    assertNothingIsLeft();
  }

  private void assertAuthorizeIsRefused() {
    long asked = PROVIDER.calls(Call.AUTHORIZE);
    assertRefused(() -> PAYMENTS.authorize(authorize), Code.FAILED_PRECONDITION, "PAYMENT_VOIDED");
    assertThat(PROVIDER.calls(Call.AUTHORIZE)).as("the provider is not asked").isEqualTo(asked);
  }

  private void assertNothingIsLeft() {
    assertThat(PROVIDER.live()).isZero();
    assertThat(PROVIDER.charges()).isLessThanOrEqualTo(1);
    assertAuthorizeIsRefused();
    assertVoided(PAYMENTS.get(authorize.getRequestId()));
    assertThat(PAYMENTS.value("select count(*) from payments where payment_token is not null"))
        .isEqualTo("0");
    assertThat(PAYMENTS.value("select count(*) from operations where state = 'PENDING'"))
        .isEqualTo("0");
  }

  private static void assertVoided(Payment payment) {
    assertThat(payment.getState()).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
  }
}
