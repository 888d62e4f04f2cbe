package dev.emporion.platform;

import com.google.protobuf.Message;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * Checks every message that comes in, of streams too, and refuses with INVALID_ARGUMENT /
 * VIOLATED_FIELD, naming each field by its path in the proto ({@code lines[2].quantity}).
 */
final class ValidationInterceptor implements ServerInterceptor {
  /** More would fill the 8 KiB that a header may have, and help nobody. */
  static final int MAX_VIOLATIONS = 20;

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(Q message) {
        Validation.check((Message) message, "");
        super.onMessage(message);
      }
    };
  }
}
