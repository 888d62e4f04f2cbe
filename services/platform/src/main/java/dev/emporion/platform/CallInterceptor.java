package dev.emporion.platform;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.opentelemetry.api.trace.Span;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
  private static final int MAX_LOGGED_LENGTH = 100;

  private final Map<MethodDescriptor<?, ?>, List<FieldDescriptor>> idFields =
      new ConcurrentHashMap<>();

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
    var scope = new Log.Scope(null);
    Context context =
        scope.in(Context.current()).withValues(Caller.KEY, caller, Trace.KEY, traceOf(headers));
    var logged = new Logged<>(call, context, caller);
    var listener = Contexts.interceptCall(context, logged, headers, next);
    return new Noting<>(listener, idFieldsOf(call.getMethodDescriptor()), scope, logged);
  }

  /** With telemetry on, its interceptor has made a span already; else the ids are ours. */
  private static Trace traceOf(Metadata headers) {
    var span = Span.current().getSpanContext();
    return span.isValid() ? Trace.of(span) : Trace.continued(headers.get(Trace.HEADER));
  }

  private List<FieldDescriptor> idFieldsOf(MethodDescriptor<?, ?> method) {
    var known = idFields.get(method);
    return known != null ? known : idFields.computeIfAbsent(method, CallInterceptor::findIdFields);
  }

  private static List<FieldDescriptor> findIdFields(MethodDescriptor<?, ?> method) {
    if (!(method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier)) {
      return List.of();
    }
    return supplier.getMethodDescriptor().getInputType().getFields().stream()
        .filter(field -> field.getType() == FieldDescriptor.Type.STRING && !field.isRepeated())
        .filter(field -> field.getName().endsWith("_id"))
        .toList();
  }

  /** Notes the ids of the request: of the first message, if it is a stream. */
  private static final class Noting<Q> extends SimpleForwardingServerCallListener<Q> {
    private final List<FieldDescriptor> idFields;
    private final Log.Scope scope;
    private final Logged<?, ?> call;
    private boolean noted;

    Noting(
        ServerCall.Listener<Q> listener,
        List<FieldDescriptor> idFields,
        Log.Scope scope,
        Logged<?, ?> call) {
      super(listener);
      this.idFields = idFields;
      this.scope = scope;
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      if (!noted && message instanceof Message request) {
        noted = true;
        for (FieldDescriptor field : idFields) {
          String value = (String) request.getField(field);
          if (!value.isEmpty()) {
            scope.note(
                field.getName(), value.substring(0, Math.min(value.length(), MAX_LOGGED_LENGTH)));
          }
        }
      }
      super.onMessage(message);
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
    private boolean logged;

    Logged(ServerCall<Q, A> call, Context context, Caller caller) {
      super(call);
      this.context = context;
      this.caller = caller;
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
