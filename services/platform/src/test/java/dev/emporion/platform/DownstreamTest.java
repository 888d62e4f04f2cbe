package dev.emporion.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.RetryInfo;
import dev.emporion.common.v1.ErrorReason;
import dev.emporion.platformtest.v1.EchoServiceGrpc;
import dev.emporion.platformtest.v1.EchoServiceGrpc.EchoServiceBlockingStub;
import io.grpc.Context;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DownstreamTest {
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private final Served served = Served.over(Served.Over.IN_PROCESS);
  private final Downstream<EchoServiceBlockingStub> echo =
      Downstream.of("echo", served.stub(), DEADLINE);

  @AfterEach
  void stop() {
    served.close();
  }

  @Test
  void anAnswerComesBack() {
    assertThat(echo.call(stub -> stub.say(Echo.text("hello"))).getText()).isEqualTo("hello");
  }

  @Test
  void aRefusalComesBackToBeTranslated() {
    refuse(Failure.of(Code.NOT_FOUND, ErrorReason.ERROR_REASON_INVALID_VALUE, "no such thing"));
    var failure = failure();
    assertThat(failure.code()).isEqualTo(Code.NOT_FOUND);
    assertThat(failure.is(ErrorReason.ERROR_REASON_INVALID_VALUE)).isTrue();
    assertThat(failure.isForeign()).isTrue();
  }

  @Test
  void whoDoesNotAnswerIsUnavailableWithADelay() {
    refuse(
        Failure.of(Code.UNAVAILABLE, ErrorReason.ERROR_REASON_DATABASE_UNAVAILABLE, "db")
            .retryAfter(Duration.ofSeconds(7)));
    var failure = failure();
    assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(failure.is(ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE)).isTrue();
    assertThat(failure.metadata()).containsEntry("dependency", "echo");
    assertThat(failure.detail(RetryInfo.class).orElseThrow().getRetryDelay().getSeconds())
        .isEqualTo(7);
    assertThat(failure.isForeign()).isFalse();
  }

  @Test
  void aBugOfTheOtherServiceIsNoAnswer() {
    refuse(new IllegalStateException("bug"));
    assertThat(failure().is(ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE)).isTrue();
  }

  @Test
  void contentionThereIsNoAnswer() {
    refuse(Failure.of(Code.ABORTED, ErrorReason.ERROR_REASON_CONTENTION, "busy"));
    assertThat(failure().is(ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE)).isTrue();
  }

  @Test
  void nobodyThereIsNoAnswer() {
    try (var app = new App("alone", Telemetry.off())) {
      var stub = EchoServiceGrpc.newBlockingStub(app.channel("inprocess:nobody"));
      var nobody = Downstream.of("nobody", stub, DEADLINE);
      var failure =
          catchThrowableOfType(
              Failure.class, () -> nobody.call(service -> service.say(Echo.text("x"))));
      assertThat(failure.is(ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE)).isTrue();
    }
  }

  @Test
  void aDeadlineEndsTheWait() {
    served.echo.answer =
        request -> {
          Eventually.holds("left", () -> Context.current().isCancelled());
          throw new IllegalStateException("late");
        };
    var hasty = echo.within(Duration.ofMillis(50));
    var failure =
        catchThrowableOfType(Failure.class, () -> hasty.call(stub -> stub.say(Echo.text("x"))));
    assertThat(failure.is(ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE)).isTrue();
  }

  @Test
  void startedCallsRunAtTheSameTime() {
    var both = new CountDownLatch(2);
    served.echo.answer =
        request -> {
          both.countDown();
          try {
            return String.valueOf(both.await(20, TimeUnit.SECONDS));
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        };
    var futures = Downstream.of("echo", EchoServiceGrpc.newFutureStub(served.channel), DEADLINE);
    var one = futures.start(stub -> stub.say(Echo.text("1")));
    var two = futures.start(stub -> stub.say(Echo.text("2")));
    assertThat(one.get().getText()).isEqualTo("true");
    assertThat(two.get().getText()).isEqualTo("true");
    refuse(Failure.of(Code.NOT_FOUND, ErrorReason.ERROR_REASON_INVALID_VALUE, "none"));
    var failed = futures.start(stub -> stub.say(Echo.text("3")));
    assertThat(catchThrowableOfType(Failure.class, failed::get).code()).isEqualTo(Code.NOT_FOUND);
  }

  private void refuse(RuntimeException failure) {
    served.echo.answer =
        request -> {
          throw failure;
        };
  }

  private Failure failure() {
    return catchThrowableOfType(Failure.class, () -> echo.call(stub -> stub.say(Echo.text("x"))));
  }
}
