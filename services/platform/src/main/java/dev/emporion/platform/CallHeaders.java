package dev.emporion.platform;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/** Sends the caller and the trace of the work at hand along with every downstream call. */
final class CallHeaders implements ClientInterceptor {
  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    Caller caller = Caller.current();
    String traceParent = Trace.current().traceParent();
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        if (caller.kind() != Caller.Kind.GUEST) {
          headers.put(Caller.HEADER, caller.name());
        }
        if (traceParent != null && !headers.containsKey(Trace.HEADER)) {
          headers.put(Trace.HEADER, traceParent);
        }
        super.start(listener, headers);
      }
    };
  }
}
