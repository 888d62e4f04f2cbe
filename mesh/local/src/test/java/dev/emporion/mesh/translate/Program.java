package dev.emporion.mesh.translate;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers health checks; those of "hang" never, and those of "fail" with UNAVAILABLE. */
final class Program extends HealthGrpc.HealthImplBase {
  final AtomicInteger calls = new AtomicInteger();
  volatile Metadata lastHeaders = new Metadata();
  volatile String lastAuthority = "";

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
    calls.incrementAndGet();
    switch (request.getService()) {
      case "hang" -> {}
      case "fail" -> answer.onError(Status.UNAVAILABLE.asRuntimeException());
      default -> {
        answer.onNext(HealthCheckResponse.newBuilder().setStatus(ServingStatus.SERVING).build());
        answer.onCompleted();
      }
    }
  }

  ServerInterceptor headers() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        lastHeaders = headers;
        lastAuthority = call.getAuthority();
        return next.startCall(call, headers);
      }
    };
  }
}
