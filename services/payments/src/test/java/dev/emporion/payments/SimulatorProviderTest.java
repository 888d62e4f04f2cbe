package dev.emporion.payments;

import static dev.emporion.payments.Payments.assertRefused;
import static dev.emporion.payments.Payments.authorization;
import static dev.emporion.payments.Payments.captureOf;
import static dev.emporion.payments.Payments.euros;
import static dev.emporion.payments.Payments.refundOf;
import static dev.emporion.payments.Payments.voidOf;
import static dev.emporion.testing.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.emporion.payments.v1.AuthorizeRequest;
import dev.emporion.payments.v1.Payment;
import dev.emporion.payments.v1.PaymentState;
import dev.emporion.platform.App;
import dev.emporion.platform.Downstream;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Telemetry;
import dev.emporion.simulator.SimulatorConfig;
import dev.emporion.simulator.v1.Authorization;
import dev.emporion.simulator.v1.AuthorizationState;
import dev.emporion.simulator.v1.GetAuthorizationRequest;
import dev.emporion.simulator.v1.ListAuthorizationsRequest;
import dev.emporion.simulator.v1.SetBehaviorRequest;
import dev.emporion.simulator.v1.SimulatorServiceGrpc;
import dev.emporion.simulator.v1.SimulatorServiceGrpc.SimulatorServiceBlockingStub;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Payments and the real stand-in, both as they are wired for production. */
class SimulatorProviderTest {
  private static final int MAX = 10_000;
  private static final java.time.Duration LIMIT = java.time.Duration.ofSeconds(10);
  @TempDir static Path directory;
  private static App simulator;
  private static GrpcServer server;
  private static Payments payments;
  private static SimulatorServiceBlockingStub provider;

  @BeforeAll
  static void start() throws IOException {
    var config = new SimulatorConfig(ServerConfig.local(), directory, MAX);
    simulator = dev.emporion.simulator.Main.wire(config, Telemetry.off());
    server = GrpcServer.inProcess("simulator-provider-test", simulator);
    payments = Payments.withSimulator("payments-of-simulator", "inprocess:simulator-provider-test");
    provider =
        SimulatorServiceGrpc.newBlockingStub(
            simulator.channel("inprocess:simulator-provider-test"));
  }

  @AfterEach
  void behave() {
    provider.setBehavior(SetBehaviorRequest.getDefaultInstance());
    payments.assertConsistent();
  }

  @AfterAll
  static void stop() {
    payments.close();
    server.close();
    simulator.close();
  }

  @Test
  void bothSidesTellTheSameOfAPayment() {
    Payment payment = payments.authorize(request("tok_ok"));
    payments.capture(captureOf(payment.getPaymentId(), 60));
    payments.refund(refundOf(payment.getPaymentId(), 10));
    payments.giveUp(voidOf(payment.getPaymentId()));
    Authorization theirs = theirs(payment.getPaymentId());
    assertThat(theirs.getAuthorizationId()).isEqualTo(payment.getProviderReference());
    assertThat(theirs.getMerchantReference()).isEqualTo(payment.getOrderId());
    assertThat(theirs.getState()).isEqualTo(AuthorizationState.AUTHORIZATION_STATE_VOIDED);
    assertThat(theirs.getAmount()).isEqualTo(euros(100));
    assertThat(theirs.getCapturedAmount()).isEqualTo(euros(60));
    assertThat(theirs.getRefundedAmount()).isEqualTo(euros(10));
  }

  @Test
  void itsDeclineIsOurs() {
    var refusal =
        assertRefused(
            () -> payments.authorize(request("tok_insufficient_funds")),
            Code.FAILED_PRECONDITION,
            "PAYMENT_DECLINED");
    assertThat(refusal.metadata()).containsEntry("decline_code", "insufficient_funds");
  }

  @Test
  void aChargeWhoseAnswerWasLostIsFoundAndNotMadeTwice() {
    AuthorizeRequest request = request("tok_timeout_after_charge");
    assertRefused(() -> payments.authorize(request), Code.UNAVAILABLE, "PROVIDER_UNAVAILABLE");
    assertThat(payments.authorize(request).getState())
        .isEqualTo(PaymentState.PAYMENT_STATE_AUTHORIZED);
    assertThat(theirsOf(request.getOrderId())).hasSize(1);
  }

  @Test
  void aProviderThatWasAwayIsAskedAgain() {
    AuthorizeRequest request = request("tok_unavailable_once");
    assertRefused(() -> payments.authorize(request), Code.UNAVAILABLE, "PROVIDER_UNAVAILABLE");
    assertThat(payments.authorize(request).getState())
        .isEqualTo(PaymentState.PAYMENT_STATE_AUTHORIZED);
  }

  @Test
  void aCaptureWhoseAnswerWasLostIsFoundAndNotMadeTwice() {
    Payment payment = payments.authorize(request("tok_ok"));
    provider.setBehavior(SetBehaviorRequest.newBuilder().setTimeoutAfterChargePercent(100).build());
    var capture = captureOf(payment.getPaymentId(), 60);
    assertRefused(() -> payments.capture(capture), Code.UNAVAILABLE, "PROVIDER_UNAVAILABLE");
    assertThat(payments.capture(capture).getCapturedAmount()).isEqualTo(euros(60));
    assertThat(theirs(payment.getPaymentId()).getCapturedAmount()).isEqualTo(euros(60));
  }

  @Test
  void aCaptureThatTheProviderRefusesIsRefused() {
    Payment payment = payments.authorize(request("tok_ok"));
    payments.sql(
        "update payments set amount = 200 where payment_id = '" + payment.getPaymentId() + "'");
    var refusal =
        assertRefused(
            () -> payments.capture(captureOf(payment.getPaymentId(), 200)),
            Code.FAILED_PRECONDITION,
            "CAPTURE_REFUSED");
    assertThat(refusal.metadata()).containsEntry("decline_code", "amount_exceeded");
    payments.sql(
        "update payments set amount = 100 where payment_id = '" + payment.getPaymentId() + "'");
  }

  @Test
  void anOldAuthorizationIsLookedUpByItsKey() {
    AuthorizeRequest request = request("tok_timeout_after_charge");
    assertRefused(() -> payments.authorize(request), Code.UNAVAILABLE, "PROVIDER_UNAVAILABLE");
    payments.age(Payments.KEY_HOURS);
    assertThat(payments.authorize(request).getState())
        .isEqualTo(PaymentState.PAYMENT_STATE_AUTHORIZED);
    AuthorizeRequest unknown = request("tok_unavailable_once");
    assertRefused(() -> payments.authorize(unknown), Code.UNAVAILABLE, "PROVIDER_UNAVAILABLE");
    payments.age(Payments.KEY_HOURS);
    assertRefused(() -> payments.authorize(unknown), Code.UNAVAILABLE, "PROVIDER_UNAVAILABLE");
    assertRefused(() -> theirs(unknown.getRequestId()), Code.NOT_FOUND, "AUTHORIZATION_NOT_FOUND");
  }

  @Test
  void aHoldThatRanOutThereIsVoidedHere() {
    provider.setBehavior(
        SetBehaviorRequest.newBuilder().setHoldFor(Duration.newBuilder().setSeconds(1)).build());
    Payment payment = payments.authorize(request("tok_ok"));
    String id = payment.getPaymentId();
    assertThat(payment.getExpireTime().getSeconds())
        .isEqualTo(theirs(id).getExpireTime().getSeconds());
    within(
        LIMIT,
        () ->
            assertThat(theirs(id).getState())
                .isEqualTo(AuthorizationState.AUTHORIZATION_STATE_EXPIRED));

    var refusal =
        assertRefused(
            () -> payments.capture(captureOf(id, 1)), Code.FAILED_PRECONDITION, "CAPTURE_REFUSED");
    payments.expire(ours());

    assertThat(refusal.metadata()).containsEntry("decline_code", "authorization_expired");
    assertThat(payments.get(id).getState()).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(payments.audit(id).getInFlight()).isFalse();
    assertThat(theirs(id).getState()).isEqualTo(AuthorizationState.AUTHORIZATION_STATE_EXPIRED);
  }

  @Test
  void whereOneCaptureIsAllowedTheRestIsGivenUpOnBothSides() {
    provider.setBehavior(SetBehaviorRequest.newBuilder().setSingleCapture(true).build());
    String id = payments.authorize(request("tok_ok")).getPaymentId();
    Payment captured = payments.capture(captureOf(id, 60));
    assertThat(captured.getState()).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(captured.getCapturedAmount()).isEqualTo(euros(60));
    assertThat(theirs(id).getState()).isEqualTo(AuthorizationState.AUTHORIZATION_STATE_CAPTURED);
    assertThat(theirs(id).getCapturedAmount()).isEqualTo(euros(60));
  }

  @Test
  void aProviderThatHearsEverythingTwiceDoesItOnce() {
    provider.setBehavior(SetBehaviorRequest.newBuilder().setTwicePercent(100).build());
    AuthorizeRequest request = request("tok_ok");
    String id = payments.authorize(request).getPaymentId();
    payments.capture(captureOf(id, 60));
    payments.refund(refundOf(id, 10));
    Payment voided = payments.giveUp(voidOf(id));
    assertThat(voided.getCapturedAmount()).isEqualTo(euros(60));
    assertThat(theirsOf(request.getOrderId()))
        .containsExactly(theirs(id))
        .allSatisfy(
            theirs -> {
              assertThat(theirs.getCapturedAmount()).isEqualTo(euros(60));
              assertThat(theirs.getRefundedAmount()).isEqualTo(euros(10));
            });
  }

  @Test
  void aProviderThatFailsForAWhileIsAskedUntilItAnswers() {
    Payment payment = payments.authorize(request("tok_ok"));
    provider.setBehavior(SetBehaviorRequest.newBuilder().setUnavailablePercent(100).build());
    var capture = captureOf(payment.getPaymentId(), 60);
    for (int i = 0; i < 3; i++) {
      assertRefused(() -> payments.capture(capture), Code.UNAVAILABLE, "PROVIDER_UNAVAILABLE");
      assertThat(payments.checkBooks().getViolationsList()).isEmpty();
    }
    provider.setBehavior(SetBehaviorRequest.getDefaultInstance());
    payments.age(1);
    payments.resolve(ours());
    assertThat(payments.get(payment.getPaymentId()).getCapturedAmount()).isEqualTo(euros(60));
    assertThat(theirs(payment.getPaymentId()).getCapturedAmount()).isEqualTo(euros(60));
  }

  /** The provider as another instance of payments knows it. */
  private static PaymentProvider ours() {
    return new SimulatorProvider(Downstream.of("the payment provider", provider, LIMIT));
  }

  private static List<Authorization> theirsOf(String orderId) {
    return provider
        .listAuthorizations(
            ListAuthorizationsRequest.newBuilder().setMerchantReference(orderId).build())
        .getAuthorizationsList();
  }

  private static AuthorizeRequest request(String token) {
    return authorization(100).toBuilder().setPaymentToken(token).build();
  }

  private static Authorization theirs(String paymentId) {
    return provider
        .getAuthorization(GetAuthorizationRequest.newBuilder().setIdempotencyKey(paymentId).build())
        .getAuthorization();
  }
}
