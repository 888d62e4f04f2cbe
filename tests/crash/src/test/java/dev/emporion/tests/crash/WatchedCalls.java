package dev.emporion.tests.crash;

import com.google.protobuf.Message;
import dev.emporion.tests.crash.Boundary.Moment;
import dev.emporion.tests.crash.Instance.Died;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The calls of one instance: each a boundary before the request leaves and after the answer came;
 * and each goes to an instance that works, as balancing would have it.
 */
final class WatchedCalls implements ClientInterceptor {
  private final Instance caller;
  private final Map<String, List<Instance>> callees;
  private final Bug bug;

  /**
   * @param callees instances by service; a service that is missing is called as it is
   */
  WatchedCalls(Instance caller, Map<String, List<Instance>> callees, Bug bug) {
    this.caller = caller;
    this.callees = callees;
    this.bug = bug;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    String[] name = method.getFullMethodName().split("[./]"); // emporion.SERVICE.v1.X/RPC
    String where = caller.service + ": call of " + name[1] + "/" + name[4];
    Instance callee =
        callees.getOrDefault(name[1], List.of()).stream()
            .filter(Instance::works)
            .findFirst()
            .orElse(null);
    Channel channel = callee == null ? next : callee.channel();
    return new Watched<>(channel.newCall(method, options), where, callee, options.getExecutor());
  }

  /** One call. */
  final class Watched<Q, A> extends ClientCall<Q, A> {
    private final ClientCall<Q, A> call;
    private final String where;
    private final Instance callee;
    private final Executor executor;
    private final AtomicBoolean ended = new AtomicBoolean();
    private Listener<A> listener;
    private boolean sent;
    private int occurrence;

    Watched(ClientCall<Q, A> call, String where, Instance callee, Executor executor) {
      this.call = call;
      this.where = where;
      this.callee = callee;
      this.executor = executor == null ? Runnable::run : executor;
    }

    @Override
    public void start(Listener<A> to, Metadata headers) {
      listener = to;
      caller.pass();
      occurrence = caller.enter(where);
      if (caller.isLost(where, occurrence, Moment.BEFORE)) {
        giveUp();
        return;
      }
      sent = true;
      if (callee != null) {
        callee.served().add(this);
      }
      call.start(new Answer(), headers);
      if (callee != null && !callee.works()) {
        giveUp();
      }
    }

    /** Nobody answers any more. What was asked for may happen all the same. */
    void giveUp() {
      end(Status.UNAVAILABLE.withDescription("nobody answers"), new Metadata());
    }

    /** Lets the thread go that waits for an answer in a process that is gone. */
    void release() {
      ended.set(false);
      giveUp();
    }

    private void end(Status status, Metadata trailers) {
      if (callee != null) {
        callee.served().remove(this);
      }
      if (ended.compareAndSet(false, true)) {
        executor.execute(() -> listener.onClose(status, trailers));
      }
    }

    @Override
    public void request(int messages) {
      if (sent) {
        call.request(messages);
      }
    }

    @Override
    public void cancel(String message, Throwable cause) {
      if (sent) {
        call.cancel(message, cause);
      }
    }

    @Override
    public void halfClose() {
      if (sent) {
        call.halfClose();
      }
    }

    @Override
    @SuppressWarnings("unchecked") // a bug changes a message, not its type
    public void sendMessage(Q message) {
      if (sent) {
        call.sendMessage((Q) bug.request((Message) message));
      }
    }

    private final class Answer extends Listener<A> {
      @Override
      public void onHeaders(Metadata headers) {
        listener.onHeaders(headers);
      }

      @Override
      public void onMessage(A message) {
        if (!ended.get()) {
          listener.onMessage(message);
        }
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        if (ended.get()) {
          return;
        }
        try {
          caller.pass();
          if (caller.isLost(where, occurrence, Moment.AFTER)) {
            giveUp();
          } else {
            end(status, trailers);
          }
        } catch (Died e) {
          // Nobody is there to hear of it: the thread that called waits for good.
          ended.set(true);
          caller.unheard().add(Watched.this);
        }
      }
    }
  }
}
