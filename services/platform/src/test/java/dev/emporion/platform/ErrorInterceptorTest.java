package dev.emporion.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.emporion.common.v1.ErrorReason;
import dev.emporion.platformtest.v1.EchoServiceGrpc;
import dev.emporion.platformtest.v1.SayRequest;
import dev.emporion.platformtest.v1.SayResponse;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class ErrorInterceptorTest {
  private static final Failure FAILURE =
      Failure.of(Code.ABORTED, ErrorReason.ERROR_REASON_ETAG_MISMATCH, "somebody was faster")
          .meta("etag", "7")
          .retryAfter(Duration.ofMillis(1500));

  private final Served.Over over;
  private Served served;
  private Captured log;

  ErrorInterceptorTest(Served.Over over) {
    this.over = over;
  }

  @BeforeEach
  void serve() {
    log = new Captured();
    served = Served.over(over);
  }

  @AfterEach
  void stop() {
    served.close();
    log.close();
  }

  @Test
  void aFailureArrivesWithOneErrorInfoAndItsDetails() throws Exception {
    served.echo.answer = failing(() -> FAILURE);
    var answer = refused(() -> served.stub().say(Echo.text("x")));
    Status status = StatusProto.fromThrowable(answer);
    assertThat(status.getCode()).isEqualTo(Code.ABORTED.value());
    assertThat(status.getMessage()).isEqualTo("somebody was faster");
    var info = status.getDetails(0).unpack(ErrorInfo.class);
    assertThat(info.getDomain()).isEqualTo("emporion.dev");
    assertThat(info.getReason()).isEqualTo("ETAG_MISMATCH");
    assertThat(info.getMetadataMap()).containsOnlyKeys("etag");
    var retry = status.getDetails(1).unpack(RetryInfo.class).getRetryDelay();
    assertThat(retry.getSeconds()).isEqualTo(1);
    assertThat(retry.getNanos()).isEqualTo(500_000_000);
    assertThat(status.getDetailsCount()).isEqualTo(2);
  }

  @Test
  void aFailureReadsBackAsItWasThrown() {
    served.echo.answer = failing(() -> FAILURE);
    var read = Failure.from(refused(() -> served.stub().say(Echo.text("x"))));
    assertThat(read.is(ErrorReason.ERROR_REASON_ETAG_MISMATCH)).isTrue();
    assertThat(read.metadata()).containsEntry("etag", "7");
    assertThat(read.detail(RetryInfo.class)).isPresent();
    assertThat(read.details()).hasSize(1);
  }

  @Test
  void aStreamOfAnswersFailsLikeACall() {
    served.echo.answer = failing(() -> FAILURE);
    var answers = served.stub().watch(Echo.text("x"));
    assertThat(answers.next().getText()).isEqualTo("first");
    assertThat(refused(answers::hasNext).getStatus().getCode()).isEqualTo(Code.ABORTED);
  }

  @Test
  void aStreamOfRequestsFailsLikeACall() {
    served.echo.answer = failing(() -> FAILURE);
    var answer = new Answer();
    var requests = served.asyncStub().collect(answer);
    requests.onNext(Echo.text("x"));
    assertThat(reasonOf(answer.failure())).isEqualTo("ETAG_MISMATCH");
  }

  @Test
  void whatNobodyExpectedIsInternalAndLoggedOnceAndItsTextIsKept() {
    served.echo.answer =
        request -> {
          throw new IllegalStateException("the secret is blue");
        };
    var answer = refused(() -> served.stub().say(Echo.text("x")));
    assertThat(answer.getStatus().getCode()).isEqualTo(Code.INTERNAL);
    assertThat(answer.getStatus().getDescription()).doesNotContain("blue");
    assertThat(reasonOf(answer)).isEqualTo("INTERNAL");
    String trace = Failure.from(answer).metadata().get("trace_id");
    assertThat(log.containing("the secret is blue")).hasSize(1).first().asString().contains(trace);
  }

  @Test
  void aRecursionWithoutEndFailsOneCallAndNotTheServer() {
    served.echo.answer = this::recurse;
    assertThat(reasonOf(refused(() -> served.stub().say(Echo.text("x"))))).isEqualTo("INTERNAL");
    assertThat(log.containing("StackOverflowError")).isNotEmpty();
    served.echo.answer = SayRequest::getText;
    assertThat(served.stub().say(Echo.text("x")).getText()).isEqualTo("x");
  }

  private String recurse(SayRequest request) {
    return recurse(request) + "x";
  }

  @Test
  void anotherServicesAnswerMustNotBeForwarded() {
    served.echo.answer = failing(io.grpc.Status.NOT_FOUND::asRuntimeException);
    assertThat(reasonOf(refused(() -> served.stub().say(Echo.text("x"))))).isEqualTo("INTERNAL");

    var theirs = io.grpc.Status.NOT_FOUND.asRuntimeException();
    served.echo.answer = failing(() -> Failure.from(theirs));
    assertThat(reasonOf(refused(() -> served.stub().say(Echo.text("x"))))).isEqualTo("INTERNAL");
    assertThat(log.containing("unexpected failure")).hasSize(2);
  }

  @Test
  void bytesThatAreNoMessageAreTheCallersFault() {
    Marshaller<byte[]> raw =
        new Marshaller<>() {
          @Override
          public InputStream stream(byte[] bytes) {
            return new ByteArrayInputStream(bytes);
          }

          @Override
          public byte[] parse(InputStream bytes) {
            return new byte[0];
          }
        };
    var method = EchoServiceGrpc.getSayMethod().toBuilder(raw, raw).build();
    var answer =
        refused(
            () ->
                ClientCalls.blockingUnaryCall(
                    served.channel, method, CallOptions.DEFAULT, new byte[] {(byte) 0xff}));
    assertThat(answer.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(reasonOf(answer)).isEqualTo("MALFORMED_MESSAGE");
    assertThat(log.containing("ERROR")).isEmpty();
  }

  @Test
  void aCallThatNobodyWroteIsUnimplemented() {
    assertThat(refused(() -> served.stub().missing(Echo.text("x"))).getStatus().getCode())
        .isEqualTo(Code.UNIMPLEMENTED);
  }

  @Test
  void aCallerWhoLeavesIsNoError() throws Exception {
    var entered = new CountDownLatch(1);
    served.echo.answer =
        request -> {
          entered.countDown();
          Eventually.holds("cancelled", () -> Context.current().isCancelled());
          throw new IllegalStateException("too late");
        };
    var context = Context.current().withCancellation();
    context.run(() -> served.asyncStub().say(Echo.text("left"), new Answer()));
    assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
    context.cancel(null);
    Eventually.holds("its line", () -> !log.containing("\"code\":\"CANCELLED\"").isEmpty());
    assertThat(log.containing("ERROR")).isEmpty();
  }

  @Test
  void aDeadlineThatPassesIsInTheLogAsSuch() {
    served.echo.answer =
        request -> {
          Eventually.holds("late", () -> Context.current().isCancelled());
          throw new IllegalStateException("late");
        };
    Eventually.holds(
        "its line", // not at once: a deadline may also pass before the call has reached the server
        () -> {
          var stub = served.stub().withDeadlineAfter(100, TimeUnit.MILLISECONDS);
          assertThat(refused(() -> stub.say(Echo.text("x"))).getStatus().getCode())
              .isEqualTo(Code.DEADLINE_EXCEEDED);
          return !log.containing("\"code\":\"DEADLINE_EXCEEDED\"").isEmpty();
        });
    assertThat(log.containing("ERROR")).isEmpty();
  }

  static java.util.function.Function<SayRequest, String> failing(
      Supplier<RuntimeException> failure) {
    return request -> {
      throw failure.get();
    };
  }

  static StatusRuntimeException refused(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run);
  }

  static String reasonOf(StatusRuntimeException answer) {
    var infos =
        StatusProto.fromThrowable(answer).getDetailsList().stream()
            .filter(detail -> detail.is(ErrorInfo.class))
            .toList();
    assertThat(infos).hasSize(1);
    return unpack(infos.getFirst()).getReason();
  }

  private static ErrorInfo unpack(Any detail) {
    try {
      return detail.unpack(ErrorInfo.class);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** What a call that does not block came to. */
  static final class Answer implements StreamObserver<SayResponse> {
    private final CompletableFuture<String> text = new CompletableFuture<>();

    @Override
    public void onNext(SayResponse response) {
      text.complete(response.getText());
    }

    @Override
    public void onError(Throwable failure) {
      text.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {}

    String text() {
      return text.orTimeout(20, TimeUnit.SECONDS).join();
    }

    StatusRuntimeException failure() {
      var failure =
          text.orTimeout(20, TimeUnit.SECONDS).handle((answered, thrown) -> thrown).join();
      return (StatusRuntimeException) failure;
    }
  }
}
