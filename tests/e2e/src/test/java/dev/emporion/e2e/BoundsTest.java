package dev.emporion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.rpc.BadRequest;
import dev.emporion.platform.Failure;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every RPC with each of its fields out of bounds. A new RPC is covered by being there. */
class BoundsTest {
  private static final int DEADLINE_SECONDS = 20;

  @Test
  void everyFieldOfEveryRequestHasABound() {
    var unbounded =
        Contracts.methods().stream()
            .flatMap(
                method ->
                    OutOfBounds.of(method.getInputType()).unbounded().stream()
                        .map(field -> method.getFullName() + ": " + field))
            .toList();
    assertThat(unbounded).isEmpty();
  }

  @TestFactory
  Stream<DynamicContainer> aFieldOutOfBoundsIsInvalidArgumentAndNamed() {
    List<MethodDescriptor> methods = Contracts.methods();
    assertThat(methods).as("the walk sees the contracts").hasSizeGreaterThan(40);
    return methods.stream()
        .map(
            method ->
                DynamicContainer.dynamicContainer(
                    method.getFullName(),
                    OutOfBounds.of(method.getInputType()).broken().stream()
                        .map(
                            broken ->
                                DynamicTest.dynamicTest(
                                    broken.field() + " " + broken.rule(),
                                    () -> check(method, broken)))));
  }

  private void check(MethodDescriptor method, OutOfBounds.Broken broken) {
    Failure refusal = call(method, (DynamicMessage) broken.request());
    if (broken.checkedLater()) {
      // Checked with what it is merged into, which is not there: any clear answer but a fault of
      // ours.
      assertThat(refusal == null ? Code.OK : refusal.code())
          .isNotIn(Code.INTERNAL, Code.UNKNOWN, Code.UNIMPLEMENTED, Code.UNAVAILABLE);
      return;
    }
    assertThat(refusal).as("an answer other than OK").isNotNull();
    assertThat(refusal.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(refusal.reason()).isEqualTo("VIOLATED_FIELD");
    assertThat(refusal.detail(BadRequest.class).orElseThrow().getFieldViolationsList())
        .extracting(violation -> violation.getField().replaceAll("\\[\\d+]", ""))
        .contains(broken.field());
  }

  /** Null for OK. */
  private Failure call(MethodDescriptor method, DynamicMessage request) {
    var grpc = Contracts.grpc(method);
    var options = CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    ManagedChannel channel = RunningSystem.shared().channel(service(method));
    try {
      switch (grpc.getType()) {
        case UNARY -> ClientCalls.blockingUnaryCall(channel, grpc, options, request);
        case SERVER_STREAMING ->
            ClientCalls.blockingServerStreamingCall(channel, grpc, options, request).next();
        case CLIENT_STREAMING -> stream(channel, grpc, options, request);
        case BIDI_STREAMING, UNKNOWN -> throw new IllegalStateException(method.getFullName());
      }
      return null;
    } catch (StatusRuntimeException e) {
      return Failure.from(e);
    }
  }

  /** Such as carts, of emporion.carts.v1.CartsService. */
  private static String service(MethodDescriptor method) {
    return method.getService().getFullName().split("\\.")[1];
  }

  private static void stream(
      ManagedChannel channel,
      io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage> grpc,
      CallOptions options,
      DynamicMessage request) {
    var end = new CompletableFuture<Void>();
    var requests =
        ClientCalls.asyncClientStreamingCall(
            channel.newCall(grpc, options),
            new StreamObserver<DynamicMessage>() {
              @Override
              public void onNext(DynamicMessage answer) {}

              @Override
              public void onError(Throwable failure) {
                end.completeExceptionally(failure);
              }

              @Override
              public void onCompleted() {
                end.complete(null);
              }
            });
    requests.onNext(request);
    requests.onCompleted();
    try {
      end.join();
    } catch (CompletionException e) {
      throw (StatusRuntimeException) e.getCause();
    }
  }
}
