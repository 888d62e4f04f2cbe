package dev.emporion.platform;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/** Sends the caller and the trace of the work at hand along with every downstream call. */
final class CallHeaders implements ClientInterceptor {
  private final Spans spans; // null when nothing is exported

  CallHeaders(Spans spans) {
    this.spans = spans;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    Caller caller = Caller.current();
    Spans.Call span = spans == null ? null : spans.client(method);
    Trace trace = span == null ? Trace.current() : span.trace();
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        if (caller.kind() != Caller.Kind.GUEST) {
          headers.put(Caller.HEADER, caller.name());
        }
        if (trace.exists()) {
          headers.put(Trace.HEADER, trace.traceParent());
        }
        super.start(span == null ? listener : ending(listener, span), headers);
      }
    };
  }

  private static <A> ClientCall.Listener<A> ending(
      ClientCall.Listener<A> listener, Spans.Call span) {
    return new SimpleForwardingClientCallListener<>(listener) {
      @Override
      public void onClose(Status status, Metadata trailers) {
        span.end(status);
        super.onClose(status, trailers);
      }
    };
  }
}
