package dev.emporion.platform;

import dev.emporion.platformtest.v1.EchoServiceGrpc;
import dev.emporion.platformtest.v1.SayRequest;
import dev.emporion.platformtest.v1.SayResponse;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/** The service of the tests: says what it was told, or does what the test taught it. */
final class Echo extends EchoServiceGrpc.EchoServiceImplBase {
  volatile Function<SayRequest, String> answer = SayRequest::getText;

  static SayRequest text(String text) {
    return SayRequest.newBuilder().setText(text).build();
  }

  @Override
  public void say(SayRequest request, StreamObserver<SayResponse> observer) {
    Unary.reply(observer, () -> response(request));
  }

  @Override
  public StreamObserver<SayRequest> collect(StreamObserver<SayResponse> observer) {
    var all = SayResponse.newBuilder();
    return new StreamObserver<>() {
      @Override
      public void onNext(SayRequest request) {
        all.setText(all.getText() + response(request).getText());
      }

      @Override
      public void onError(Throwable left) {}

      @Override
      public void onCompleted() {
        Unary.reply(observer, all::build);
      }
    };
  }

  @Override
  public void watch(SayRequest request, StreamObserver<SayResponse> observer) {
    observer.onNext(SayResponse.newBuilder().setText("first").build());
    observer.onNext(response(request));
    observer.onCompleted();
  }

  private SayResponse response(SayRequest request) {
    return SayResponse.newBuilder().setText(answer.apply(request)).build();
  }
}
