package dev.emporion.platform;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.opentelemetry.context.Scope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The outermost layer of every RPC: puts the caller, the trace and the log fields into the gRPC
 * context and writes one line when the call ends: {@code rpc, code, ms, caller}, the {@code *_id}
 * fields of the request, and why it failed.
 */
final class CallInterceptor implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger("rpc");

  private final Spans spans; // null when nothing is exported

  CallInterceptor(Spans spans) {
    this.spans = spans;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Caller caller;
    try {
      caller = Caller.parse(headers.get(Caller.HEADER));
    } catch (Failure refused) {
      var answer = refused.toStatusException();
      call.close(answer.getStatus(), answer.getTrailers());
      return new ServerCall.Listener<>() {};
    }
    String traceParent = headers.get(Trace.HEADER);
    Spans.Call span =
        spans == null ? null : spans.server(call.getMethodDescriptor(), Trace.parse(traceParent));
    Trace trace = span == null ? Trace.continued(traceParent) : span.trace();
    Context context =
        new Log.Scope(null).in(Context.current()).withValues(Caller.KEY, caller, Trace.KEY, trace);
    var logged = new Logged<>(call, context, caller, span);
    var handler = span == null ? next : inSpan(next, span);
    var listener = Contexts.interceptCall(context, logged, headers, handler);
    return new Leaving<>(listener, logged);
  }

  /** The handler's work as a child of the span, for instrumentation that asks OpenTelemetry. */
  private static <Q, A> ServerCallHandler<Q, A> inSpan(
      ServerCallHandler<Q, A> next, Spans.Call span) {
    return (call, headers) ->
        new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
          @Override
          public void onMessage(Q message) {
            try (Scope _ = span.context().makeCurrent()) {
              super.onMessage(message);
            }
          }

          @Override
          public void onHalfClose() {
            try (Scope _ = span.context().makeCurrent()) {
              super.onHalfClose();
            }
          }
        };
  }

  /** Hears of a caller who left before the answer. */
  private static final class Leaving<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Logged<?, ?> call;

    Leaving(ServerCall.Listener<Q> listener, Logged<?, ?> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onCancel() {
      super.onCancel();
      call.left();
    }
  }

  /** Writes the line when the call ends, once. */
  private static final class Logged<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final long startNanos = System.nanoTime();
    private final Context context;
    private final Caller caller;
    private final Spans.Call span;
    private boolean logged;

    Logged(ServerCall<Q, A> call, Context context, Caller caller, Spans.Call span) {
      super(call);
      this.context = context;
      this.caller = caller;
      this.span = span;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      super.close(status, trailers);
      log(status);
    }

    void left() {
      Status status = context.isCancelled() ? Contexts.statusFromCancelled(context) : null;
      log(status == null ? Status.CANCELLED : status);
    }

    private synchronized void log(Status status) {
      if (logged) {
        return;
      }
      logged = true;
      if (span != null) {
        span.end(status);
      }
      Level level = status.getCode() == Status.Code.INTERNAL ? Level.WARN : Level.INFO;
      if (!LOG.isEnabledForLevel(level)) {
        return;
      }
      long micros = (System.nanoTime() - startNanos) / 1000;
      Context previous = context.attach();
      try {
        var line =
            LOG.atLevel(level)
                .addKeyValue("rpc", getMethodDescriptor().getFullMethodName())
                .addKeyValue("code", status.getCode())
                .addKeyValue("ms", micros / 1000.0)
                .addKeyValue("caller", caller.name());
        if (status.getDescription() != null) {
          line = line.addKeyValue("why", status.getDescription());
        }
        line.log("call");
      } finally {
        context.detach(previous);
      }
    }
  }
}
