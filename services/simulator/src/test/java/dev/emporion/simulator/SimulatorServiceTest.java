package dev.emporion.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.emporion.platform.App;
import dev.emporion.platform.Failure;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.Money;
import dev.emporion.platform.Telemetry;
import dev.emporion.simulator.v1.Authorization;
import dev.emporion.simulator.v1.AuthorizationState;
import dev.emporion.simulator.v1.BatchGetAuthorizationsRequest;
import dev.emporion.simulator.v1.CaptureAuthorizationRequest;
import dev.emporion.simulator.v1.CreateAuthorizationRequest;
import dev.emporion.simulator.v1.ErrorReason;
import dev.emporion.simulator.v1.GetAuthorizationRequest;
import dev.emporion.simulator.v1.ListAuthorizationsRequest;
import dev.emporion.simulator.v1.RefundAuthorizationRequest;
import dev.emporion.simulator.v1.SetBehaviorRequest;
import dev.emporion.simulator.v1.SimulatorServiceGrpc;
import dev.emporion.simulator.v1.SimulatorServiceGrpc.SimulatorServiceBlockingStub;
import dev.emporion.simulator.v1.VoidAuthorizationRequest;
import dev.emporion.testing.TestClock;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatorServiceTest {
  private final TestClock clock = TestClock.at("2026-01-31T08:00:00Z");
  @TempDir Path directory;
  private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
  private App app;
  private GrpcServer server;
  private SimulatorServiceBlockingStub provider;

  @BeforeEach
  void start() throws IOException {
    app = new App("simulator", Telemetry.off());
    var book = app.own(new Book(directory, 1000, clock));
    app.serve(new SimulatorService(book, new Misbehavior(pauses::add)));
    server = GrpcServer.inProcess("simulator-test", app);
    provider = SimulatorServiceGrpc.newBlockingStub(app.channel("inprocess:simulator-test"));
  }

  @AfterEach
  void stop() {
    server.close();
    app.close();
  }

  @Test
  void aHoldIsCapturedRefundedAndGivenUp() {
    String id = create("k1", "tok_ok").getAuthorizationId();
    assertThat(capture("k2", id, 40).getCapturedAmount()).isEqualTo(euros(40));
    assertThat(refund("k3", id, 10).getRefundedAmount()).isEqualTo(euros(10));
    assertThat(giveUp("k4", id).getState())
        .isEqualTo(AuthorizationState.AUTHORIZATION_STATE_VOIDED);
    assertRefused(
        () -> capture("k5", id, 1),
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_AUTHORIZATION_STATE);
    assertRefused(
        () -> refund("k6", id, 31),
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_AMOUNT_EXCEEDED);
  }

  @Test
  void tokensThatSayNoAreAnsweredWithADeclineCode() {
    assertThat(create("k1", "tok_declined").getDeclineCode()).isEqualTo("card_declined");
    Authorization declined = create("k2", "tok_insufficient_funds");
    assertThat(declined.getDeclineCode()).isEqualTo("insufficient_funds");
    assertThat(declined.getState()).isEqualTo(AuthorizationState.AUTHORIZATION_STATE_DECLINED);
  }

  @Test
  void aSlowTokenWaitsTwoSecondsAndOnlyOnce() {
    create("k1", "tok_slow");
    create("k1", "tok_slow");
    assertThat(pauses).containsExactly(Duration.ofSeconds(2));
  }

  @Test
  void aTimeoutAfterChargeHasChargedAndIsAnsweredTheSecondTime() {
    assertRefused(
        () -> create("k1", "tok_timeout_after_charge"),
        Code.DEADLINE_EXCEEDED,
        ErrorReason.ERROR_REASON_MISBEHAVIOR);
    assertThat(byKey("k1").getState()).isEqualTo(AuthorizationState.AUTHORIZATION_STATE_HELD);
    assertThat(create("k1", "tok_timeout_after_charge")).isEqualTo(byKey("k1"));
  }

  @Test
  void anUnavailableTokenHasDoneNothingAndWorksTheSecondTime() {
    assertRefused(
        () -> create("k1", "tok_unavailable_once"),
        Code.UNAVAILABLE,
        ErrorReason.ERROR_REASON_MISBEHAVIOR);
    assertRefused(
        () -> byKey("k1"), Code.NOT_FOUND, ErrorReason.ERROR_REASON_AUTHORIZATION_NOT_FOUND);
    assertThat(create("k1", "tok_unavailable_once").getState())
        .isEqualTo(AuthorizationState.AUTHORIZATION_STATE_HELD);
  }

  @Test
  void theSameKeyFiftyTimesAtOnceIsOneCharge() throws Exception {
    var answers = new ArrayList<Authorization>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Authorization>> calls = Collections.nCopies(50, () -> create("k1", "tok_ok"));
      for (Future<Authorization> answer : threads.invokeAll(calls)) {
        answers.add(answer.get());
      }
    }
    assertThat(answers).hasSize(50).containsOnly(answers.getFirst());
    assertThat(list("", 10)).hasSize(1);
  }

  @Test
  void theSameKeyWithAnotherTokenIsRefused() {
    create("k1", "tok_ok");
    assertRefused(
        () -> create("k1", "tok_other"), Code.ALREADY_EXISTS, ErrorReason.ERROR_REASON_KEY_REUSED);
  }

  @Test
  void sharesAreExactAndLastUntilSetAgain() {
    behave(SetBehaviorRequest.newBuilder().setDeclinePercent(25));
    assertThat(declinesOf("a", 8)).isEqualTo(2);
    behave(SetBehaviorRequest.newBuilder().setUnavailablePercent(50));
    assertThat(failuresOf("b", 8, Code.UNAVAILABLE)).isEqualTo(4);
    behave(SetBehaviorRequest.newBuilder().setTimeoutAfterChargePercent(100));
    assertThat(failuresOf("c", 4, Code.DEADLINE_EXCEEDED)).isEqualTo(4);
    assertThat(failuresOf("c", 4, Code.DEADLINE_EXCEEDED)).isZero();
    behave(SetBehaviorRequest.newBuilder());
    assertThat(failuresOf("d", 8, Code.OK)).isZero();
    assertThat(pauses).isEmpty();
  }

  @Test
  void eachAnswerIsDelayedWhenItIsToldSoButForTheAuditsList() {
    Duration delay = Duration.ofMillis(1500);
    behave(SetBehaviorRequest.newBuilder().setDelay(proto(delay)));
    String id = create("k1", "tok_ok").getAuthorizationId();
    capture("k2", id, 100);
    byKey("k1");
    list("", 10);
    assertThat(pauses).containsExactly(delay, delay, delay);
  }

  @Test
  void keysAreForgottenWhenItIsToldSo() {
    String first = create("k1", "tok_ok").getAuthorizationId();
    behave(SetBehaviorRequest.newBuilder().setKeepKeys(proto(Duration.ZERO)));
    assertThat(create("k1", "tok_ok").getAuthorizationId()).isNotEqualTo(first);
  }

  @Test
  void whatIsAuthorizedIsHeldForAsLongAsItIsToldSo() {
    Authorization week = create("k1", "tok_ok");
    behave(SetBehaviorRequest.newBuilder().setHoldFor(proto(Duration.ofMinutes(5))));
    Authorization minutes = create("k2", "tok_ok");
    assertThat(minutes.getExpireTime().getSeconds() - minutes.getCreateTime().getSeconds())
        .isEqualTo(300);
    assertThat(create("k3", "tok_declined").hasExpireTime()).isFalse();

    clock.advance(Duration.ofMinutes(5));

    assertThat(byKey("k1")).isEqualTo(week);
    assertThat(byKey("k2").getState()).isEqualTo(AuthorizationState.AUTHORIZATION_STATE_EXPIRED);
    Failure refusal =
        assertRefused(
            () -> capture("k4", minutes.getAuthorizationId(), 1),
            Code.FAILED_PRECONDITION,
            ErrorReason.ERROR_REASON_AUTHORIZATION_STATE);
    assertThat(refusal.metadata()).containsEntry("state", "EXPIRED");
    assertThat(giveUp("k5", minutes.getAuthorizationId()).getState())
        .isEqualTo(AuthorizationState.AUTHORIZATION_STATE_EXPIRED);
  }

  @Test
  void oneCaptureIsAllowedWhereItIsToldSo() {
    behave(SetBehaviorRequest.newBuilder().setSingleCapture(true));
    String id = create("k1", "tok_ok").getAuthorizationId();
    Authorization captured = capture("k2", id, 40);
    assertThat(captured.getState()).isEqualTo(AuthorizationState.AUTHORIZATION_STATE_CAPTURED);
    assertThat(captured.getCapturedAmount()).isEqualTo(euros(40));
    assertThat(capture("k2", id, 40)).isEqualTo(captured);
    assertRefused(
        () -> capture("k3", id, 60),
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_AUTHORIZATION_STATE);
  }

  @Test
  void aDoubledCallHasOneEffectWhileItsKeyIsKeptAndTwoAfterwards() {
    behave(SetBehaviorRequest.newBuilder().setTwicePercent(100));
    String id = create("k1", "tok_ok").getAuthorizationId();
    assertThat(capture("k2", id, 40).getCapturedAmount()).isEqualTo(euros(40));
    assertThat(refund("k3", id, 10).getRefundedAmount()).isEqualTo(euros(10));
    assertThat(byKey("k1").getCapturedAmount()).isEqualTo(euros(40));
    assertThat(byKey("k1").getRefundedAmount()).isEqualTo(euros(10));
    assertThat(list("", 10)).hasSize(1);

    behave(SetBehaviorRequest.newBuilder().setTwicePercent(50).setKeepKeys(proto(Duration.ZERO)));
    create("k4", "tok_ok");
    create("k5", "tok_ok");
    assertThat(list("", 10)).hasSize(4);
  }

  @Test
  void manyAreReadByTheirKeysHoweverItMisbehaves() {
    Authorization first = create("k1", "tok_ok");
    clock.advance(Duration.ofHours(25));
    Authorization second = create("k1", "tok_ok");
    Authorization other = create("k2", "tok_declined");
    behave(SetBehaviorRequest.newBuilder().setUnavailablePercent(100));
    assertThat(
            provider
                .batchGetAuthorizations(
                    BatchGetAuthorizationsRequest.newBuilder()
                        .addIdempotencyKeys("k2")
                        .addIdempotencyKeys("none")
                        .addIdempotencyKeys("k1")
                        .build())
                .getAuthorizationsList())
        .containsExactly(other, first, second);
  }

  @Test
  void theRecordIsListedPageByPageOldestFirst() {
    for (int i = 0; i < 7; i++) {
      create("k" + i, "tok_ok");
    }
    assertThat(list("", 3))
        .extracting(Authorization::getIdempotencyKey)
        .containsExactly("k0", "k1", "k2", "k3", "k4", "k5", "k6");
    assertThat(list("order-k3", 3))
        .extracting(Authorization::getIdempotencyKey)
        .containsExactly("k3");
  }

  @Test
  void anAmountThatItsCurrencyDoesNotHaveIsRefused() {
    var yen = com.google.type.Money.newBuilder().setCurrencyCode("JPY").setNanos(500_000_000);
    var request = request("k1", "tok_ok").toBuilder().setAmount(yen).build();
    assertRefused(
        () -> provider.createAuthorization(request),
        Code.INVALID_ARGUMENT,
        dev.emporion.common.v1.ErrorReason.ERROR_REASON_INVALID_VALUE);
  }

  private CreateAuthorizationRequest request(String key, String token) {
    return CreateAuthorizationRequest.newBuilder()
        .setIdempotencyKey(key)
        .setMerchantReference("order-" + key)
        .setAmount(euros(100))
        .setPaymentToken(token)
        .build();
  }

  private Authorization create(String key, String token) {
    return provider.createAuthorization(request(key, token)).getAuthorization();
  }

  private Authorization capture(String key, String id, long cents) {
    return provider
        .captureAuthorization(
            CaptureAuthorizationRequest.newBuilder()
                .setIdempotencyKey(key)
                .setAuthorizationId(id)
                .setAmount(euros(cents))
                .build())
        .getAuthorization();
  }

  private Authorization refund(String key, String id, long cents) {
    return provider
        .refundAuthorization(
            RefundAuthorizationRequest.newBuilder()
                .setIdempotencyKey(key)
                .setAuthorizationId(id)
                .setAmount(euros(cents))
                .build())
        .getAuthorization();
  }

  private Authorization giveUp(String key, String id) {
    return provider
        .voidAuthorization(
            VoidAuthorizationRequest.newBuilder()
                .setIdempotencyKey(key)
                .setAuthorizationId(id)
                .build())
        .getAuthorization();
  }

  private Authorization byKey(String key) {
    return provider
        .getAuthorization(GetAuthorizationRequest.newBuilder().setIdempotencyKey(key).build())
        .getAuthorization();
  }

  private List<Authorization> list(String reference, int pageSize) {
    var all = new ArrayList<Authorization>();
    var request =
        ListAuthorizationsRequest.newBuilder()
            .setMerchantReference(reference)
            .setPageSize(pageSize);
    do {
      var page = provider.listAuthorizations(request.build());
      all.addAll(page.getAuthorizationsList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return all;
  }

  private void behave(SetBehaviorRequest.Builder request) {
    provider.setBehavior(request.build());
  }

  private long declinesOf(String prefix, int calls) {
    long declined = 0;
    for (int i = 0; i < calls; i++) {
      declined += create(prefix + i, "tok_ok").getDeclineCode().isEmpty() ? 0 : 1;
    }
    return declined;
  }

  private long failuresOf(String prefix, int calls, Code code) {
    long failed = 0;
    for (int i = 0; i < calls; i++) {
      try {
        create(prefix + i, "tok_ok");
      } catch (StatusRuntimeException e) {
        assertThat(e.getStatus().getCode()).isEqualTo(code);
        failed++;
      }
    }
    return failed;
  }

  private static Failure assertRefused(
      ThrowingCallable call, Code code, com.google.protobuf.ProtocolMessageEnum reason) {
    Failure failure = Failure.from(catchThrowableOfType(StatusRuntimeException.class, call));
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.is(reason)).as(failure.reason()).isTrue();
    return failure;
  }

  private static com.google.protobuf.Duration proto(Duration time) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(time.toSeconds())
        .setNanos(time.toNanosPart())
        .build();
  }

  private static com.google.type.Money euros(long cents) {
    return new Money("EUR", cents).toProto();
  }
}
