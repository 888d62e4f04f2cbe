package dev.emporion.bench;

import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;

/** Takes the one answer of a call when the call is over, or the reason why there is none. */
final class Answer<A> implements StreamObserver<A> {
  private final Consumer<A> answered;
  private final Consumer<String> failed;
  private A answer;

  Answer(Consumer<A> answered, Consumer<String> failed) {
    this.answered = answered;
    this.failed = failed;
  }

  @Override
  public void onNext(A message) {
    answer = message;
  }

  @Override
  public void onError(Throwable failure) {
    failed.accept(String.valueOf(failure.getMessage()));
  }

  @Override
  public void onCompleted() {
    answered.accept(answer);
  }
}
