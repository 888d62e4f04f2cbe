package dev.emporion.platform;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.emporion.common.v1.ErrorReason;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where exceptions become gRPC statuses, whatever the kind of call and whether they
 * were thrown or given to {@code onError}:
 *
 * <ul>
 *   <li>{@link Failure}: its code, reason, message and details ({@link Database} throws those too);
 *   <li>a call that its caller has left: CANCELLED, and nothing in the log but the call's line;
 *   <li>anything else, a downstream status that nobody translated too: INTERNAL, logged here once
 *       with its stack trace; the caller gets the trace id instead of the text.
 * </ul>
 *
 * An {@link OutOfMemoryError} is answered and logged like that too, when there is memory left to do
 * it; the launchers end the process then ({@code -XX:+ExitOnOutOfMemoryError}), as nothing can be
 * said about the state of a JVM after one.
 */
public final class ErrorInterceptor implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorInterceptor.class);

  /** UNIMPLEMENTED is what the generated base class answers for an RPC that has no body yet. */
  private static final Set<Status.Code> PASSED_ON =
      EnumSet.of(Status.Code.OK, Status.Code.CANCELLED, Status.Code.UNIMPLEMENTED);

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var answers = new Answers<>(call);
    try {
      return new Guard<>(next.startCall(answers, headers), answers);
    } catch (Throwable thrown) {
      answers.fail(thrown);
      return new ServerCall.Listener<>() {};
    }
  }

  /** Turns whatever went wrong into the status that the caller gets, logging what is a bug. */
  static StatusRuntimeException translate(String rpc, Throwable thrown) {
    Context context = Context.current();
    if (context.isCancelled()) {
      LOG.debug("left by its caller: {}", rpc, thrown);
      return Contexts.statusFromCancelled(context).asRuntimeException();
    }
    if (thrown instanceof Failure failure && !failure.isForeign()) {
      return failure.toStatusException();
    }
    if (thrown instanceof StatusRuntimeException unread && unread.getTrailers() == null) {
      if (unread.getCause() instanceof InvalidProtocolBufferException) {
        return RequestBytes.malformed().toStatusException();
      }
      if (unread.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED) {
        return RequestBytes.tooLarge().toStatusException(); // found when it was decompressed
      }
    }
    LOG.error("unexpected failure in {}", rpc, thrown);
    return internal().toStatusException();
  }

  private static Failure internal() {
    String trace = Trace.current().traceId();
    return Failure.of(
            Status.Code.INTERNAL,
            ErrorReason.ERROR_REASON_INTERNAL,
            "a fault of ours; the log has it under trace " + trace)
        .meta("trace_id", trace);
  }

  /** The way out: statuses that handlers gave to onError, and the end of a failed call. */
  private static final class Answers<Q, A> extends SimpleForwardingServerCall<Q, A> {
    /** Handlers may answer from any thread. */
    private final AtomicBoolean closed = new AtomicBoolean();

    Answers(ServerCall<Q, A> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (PASSED_ON.contains(status.getCode())) {
        if (closed.compareAndSet(false, true)) {
          super.close(status, trailers);
        }
        return;
      }
      // onError(e) arrives as the status of e: UNKNOWN with the exception as cause, unless e was a
      // StatusException, which only a forwarded answer of another service can be.
      Throwable cause = status.getCause();
      fail(cause != null ? cause : status.asRuntimeException(trailers));
    }

    void fail(Throwable thrown) {
      String rpc = getMethodDescriptor().getFullMethodName();
      if (!closed.compareAndSet(false, true)) {
        LOG.warn("failure after the end of {}", rpc, thrown);
        return;
      }
      var answer = translate(rpc, thrown);
      var trailers = answer.getTrailers();
      super.close(answer.getStatus(), trailers == null ? new Metadata() : trailers);
    }
  }

  /** The way in: what a handler throws ends the call, and nothing more reaches the handler. */
  private static final class Guard<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Answers<Q, ?> answers;
    private boolean failed;

    Guard(ServerCall.Listener<Q> listener, Answers<Q, ?> answers) {
      super(listener);
      this.answers = answers;
    }

    @Override
    public void onMessage(Q message) {
      if (failed) {
        return;
      }
      try {
        super.onMessage(message);
      } catch (Throwable thrown) {
        fail(thrown);
      }
    }

    @Override
    public void onHalfClose() {
      if (failed) {
        return;
      }
      try {
        super.onHalfClose();
      } catch (Throwable thrown) {
        fail(thrown);
      }
    }

    @Override
    public void onReady() {
      if (failed) {
        return;
      }
      try {
        super.onReady();
      } catch (Throwable thrown) {
        fail(thrown);
      }
    }

    @Override
    public void onCancel() {
      try {
        super.onCancel();
      } catch (Throwable thrown) {
        fail(thrown);
      }
    }

    @Override
    public void onComplete() {
      try {
        super.onComplete();
      } catch (Throwable thrown) {
        fail(thrown);
      }
    }

    /** The handler hears of it as of a cancelled call, so that it lets go of what it holds. */
    private void fail(Throwable thrown) {
      if (failed) {
        return;
      }
      failed = true;
      answers.fail(thrown);
      onCancel();
    }
  }
}
