package dev.emporion.platform;

import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/**
 * One request, one answer.
 *
 * <pre>{@code
 * @Override
 * public void getOrder(GetOrderRequest request, StreamObserver<GetOrderResponse> observer) {
 *   Unary.reply(observer, () -> OrderProto.response(store.order(request.getOrderId())));
 * }
 * }</pre>
 *
 * What the supplier throws goes through to {@link ErrorInterceptor}; no RPC calls {@code onError}.
 */
public final class Unary {
  private Unary() {}

  /** Computes the answer on this thread, sends it and ends the call. */
  public static <A> void reply(StreamObserver<A> observer, Supplier<? extends A> answer) {
    observer.onNext(answer.get());
    observer.onCompleted();
  }
}
