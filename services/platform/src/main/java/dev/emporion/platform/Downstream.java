package dev.emporion.platform;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.rpc.RetryInfo;
import dev.emporion.common.v1.ErrorReason;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Another service as this one sees it: a stub with a deadline on every call, whose answers come
 * back as {@link Failure}s.
 *
 * <pre>{@code
 * var carts = Downstream.of("carts", CartServiceGrpc.newBlockingStub(channel), ofSeconds(2));
 * try {
 *   return carts.call(stub -> stub.getCart(request)).getCart();
 * } catch (Failure refusal) {
 *   if (refusal.code() == Code.NOT_FOUND) {
 *     throw Failure.of(Code.NOT_FOUND, ERROR_REASON_CART_NOT_FOUND, "no such cart");
 *   }
 *   throw refusal;
 * }
 * }</pre>
 *
 * Whatever says no more than that the other service could not answer now (it is away, late, broken,
 * overloaded, or the mesh refused) is UNAVAILABLE / DEPENDENCY_UNAVAILABLE with RetryInfo and may
 * be thrown on. Everything else is the other service's own refusal, for the caller to translate:
 * thrown on untranslated it becomes INTERNAL, because our callers cannot know its reasons.
 */
public final class Downstream<S extends AbstractStub<S>> {
  private static final Logger LOG = LoggerFactory.getLogger(Downstream.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private static final Set<Status.Code> NO_ANSWER =
      EnumSet.of(
          Status.Code.UNAVAILABLE,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.INTERNAL,
          Status.Code.UNKNOWN,
          Status.Code.CANCELLED,
          Status.Code.DATA_LOSS,
          Status.Code.RESOURCE_EXHAUSTED,
          Status.Code.UNIMPLEMENTED);

  private final String dependency;
  private final S stub;
  private final long deadlineMillis;

  private Downstream(String dependency, S stub, long deadlineMillis) {
    this.dependency = dependency;
    this.stub = stub;
    this.deadlineMillis = deadlineMillis;
  }

  /**
   * @param dependency the service's name, for messages
   * @param deadline for each call; the deadline of the RPC being served goes before it if nearer
   */
  public static <S extends AbstractStub<S>> Downstream<S> of(
      String dependency, S stub, Duration deadline) {
    return new Downstream<>(dependency, stub, deadline.toMillis());
  }

  /** The same service with another deadline. */
  public Downstream<S> within(Duration deadline) {
    return new Downstream<>(dependency, stub, deadline.toMillis());
  }

  /** Calls by a blocking stub. */
  public <A> A call(Function<S, A> call) {
    try {
      return call.apply(withDeadline());
    } catch (StatusRuntimeException e) {
      throw failure(e);
    }
  }

  /**
   * Starts a call by a future stub and returns at once, so that several services can work at the
   * same time; the supplier waits for the answer.
   *
   * <pre>{@code
   * var cart = carts.start(stub -> stub.getCart(cartRequest));
   * var quote = pricing.start(stub -> stub.quote(quoteRequest));
   * return decide(cart.get(), quote.get());
   * }</pre>
   */
  public <A> Supplier<A> start(Function<S, ListenableFuture<A>> call) {
    ListenableFuture<A> future = call.apply(withDeadline());
    return () -> join(future);
  }

  private <A> A join(ListenableFuture<A> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw switch (e.getCause()) {
        case StatusRuntimeException status -> failure(status);
        case StatusException status ->
            failure(new StatusRuntimeException(status.getStatus(), status.getTrailers()));
        case null, default -> new IllegalStateException(e);
      };
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw failure(Status.CANCELLED.withCause(e).asRuntimeException());
    }
  }

  private S withDeadline() {
    return stub.withDeadlineAfter(deadlineMillis, TimeUnit.MILLISECONDS);
  }

  private Failure failure(StatusRuntimeException answer) {
    Failure said = Failure.from(answer);
    boolean refused =
        !said.reason().isEmpty()
            && !NO_ANSWER.contains(said.code())
            && !said.is(ErrorReason.ERROR_REASON_CONTENTION);
    if (refused) {
      return said;
    }
    // Nobody need hear of it when the call was given up because its own caller had left.
    Level level = Context.current().isCancelled() ? Level.DEBUG : Level.WARN;
    LOG.atLevel(level).log("{} did not answer: {} {}", dependency, said, said.metadata());
    return unavailable(said);
  }

  private Failure unavailable(Failure said) {
    Duration wait =
        said.detail(RetryInfo.class)
            .map(RetryInfo::getRetryDelay)
            .map(delay -> Duration.ofSeconds(delay.getSeconds(), delay.getNanos()))
            .orElse(RETRY);
    return Failure.of(
            Status.Code.UNAVAILABLE,
            ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE,
            dependency + " did not answer; repeat the request with the same request_id")
        .meta("dependency", dependency)
        .retryAfter(wait);
  }
}
