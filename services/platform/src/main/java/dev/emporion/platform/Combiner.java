package dev.emporion.platform;

import dev.emporion.common.v1.ErrorReason;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.statement.StatementException;

/**
 * Takes requests for the same thing together. Requests that come while a batch of their lane runs
 * are the next batch: nobody waits for company, a lane that is not busy adds nothing, and a busy
 * one does more with each round trip. Lanes never wait for one another.
 *
 * @param <K> the lane: what the requests would otherwise queue for
 */
public final class Combiner<K, Q, A> {
  /** Does a batch: one answer a request, in their order. */
  @FunctionalInterface
  public interface Work<K, Q, A> {
    /**
     * Runs outside of any caller's deadline, and must not ask who is calling. A statement that the
     * database refuses has done nothing, and one member may be to blame: then each member is run by
     * itself. Anything else that it throws is thrown to every member of the batch; and to all who
     * wait for the next one, if there was no database.
     */
    List<A> run(K lane, List<Q> requests);
  }

  private static final Duration MAX_WAIT = Duration.ofSeconds(10);
  private static final Duration RETRY_AFTER = Duration.ofMillis(200);

  private final int maxBatch;
  private final int maxWaiting;
  private final Work<K, Q, A> work;

  /** A lane is here while a batch of it runs, with those who wait for the next one. */
  private final ConcurrentHashMap<K, ArrayDeque<Member<Q, A>>> lanes = new ConcurrentHashMap<>();

  private static final class Member<Q, A> extends CompletableFuture<A> {
    final Q request;
    boolean queued;

    Member(Q request) {
      this.request = request;
    }
  }

  /**
   * @param maxBatch the most requests taken together
   * @param maxWaiting the most that wait in one lane; one more is refused
   */
  public Combiner(int maxBatch, int maxWaiting, Work<K, Q, A> work) {
    this.maxBatch = maxBatch;
    this.maxWaiting = maxWaiting;
    this.work = work;
  }

  /**
   * Answers the request, alone or in a batch. A caller who gives up at its deadline while still in
   * the queue is never run; once in a batch its request runs to the end, and its request_id makes a
   * repetition safe.
   *
   * @throws Failure RESOURCE_EXHAUSTED / OVERLOADED when the lane's queue is full
   */
  public A call(K lane, Q request) {
    var member = new Member<Q, A>(request);
    lanes.compute(lane, (key, waiting) -> enter(waiting, member));
    if (!member.queued) {
      try {
        run(lane, List.of(member));
      } finally {
        List<Member<Q, A>> next = take(lane);
        if (!next.isEmpty()) {
          // The others are not this caller's to wait for.
          Thread.startVirtualThread(() -> drain(lane, next));
        }
      }
    }
    return await(member);
  }

  private ArrayDeque<Member<Q, A>> enter(ArrayDeque<Member<Q, A>> waiting, Member<Q, A> member) {
    if (waiting == null) {
      return new ArrayDeque<>();
    }
    if (waiting.size() >= maxWaiting) {
      throw Failure.of(
              Status.Code.RESOURCE_EXHAUSTED,
              ErrorReason.ERROR_REASON_OVERLOADED,
              "too many requests wait for the same thing")
          .retryAfter(RETRY_AFTER);
    }
    member.queued = true;
    waiting.add(member);
    return waiting;
  }

  private void drain(K lane, List<Member<Q, A>> batch) {
    while (!batch.isEmpty()) {
      run(lane, batch);
      batch = take(lane);
    }
  }

  /** The next batch; an empty one closes the lane. */
  private List<Member<Q, A>> take(K lane) {
    var batch = new ArrayList<Member<Q, A>>();
    lanes.compute(
        lane,
        (key, waiting) -> {
          while (batch.size() < maxBatch && !waiting.isEmpty()) {
            Member<Q, A> member = waiting.poll();
            if (!member.isDone()) { // done: gave up
              batch.add(member);
            }
          }
          return batch.isEmpty() ? null : waiting;
        });
    return batch;
  }

  private void run(K lane, List<Member<Q, A>> batch) {
    try {
      List<A> answers = work.run(lane, batch.stream().map(member -> member.request).toList());
      if (answers.size() != batch.size()) {
        throw new IllegalStateException(
            answers.size() + " answers to " + batch.size() + " requests");
      }
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).complete(answers.get(i));
      }
    } catch (StatementException e) {
      if (batch.size() == 1) {
        batch.getFirst().completeExceptionally(e);
      } else {
        batch.stream().filter(member -> !member.isDone()).forEach(one -> run(lane, List.of(one)));
      }
    } catch (Throwable e) {
      batch.forEach(member -> member.completeExceptionally(e));
      if (isWithoutDatabase(e)) {
        // They have waited for it as well: nobody waits once behind the others and once more
        // himself.
        takeAll(lane).forEach(member -> member.completeExceptionally(e));
      }
    }
  }

  private static boolean isWithoutDatabase(Throwable e) {
    return e instanceof Failure failure
        && failure.is(ErrorReason.ERROR_REASON_DATABASE_UNAVAILABLE);
  }

  /** Takes all who wait out of the queue. */
  private List<Member<Q, A>> takeAll(K lane) {
    var members = new ArrayList<Member<Q, A>>();
    lanes.computeIfPresent(
        lane,
        (key, queue) -> {
          members.addAll(queue);
          queue.clear();
          return queue;
        });
    return members;
  }

  private A await(Member<Q, A> member) {
    try {
      return member.get(waitNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw thrown(e.getCause());
    } catch (TimeoutException e) {
      throw gaveUp(member);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw gaveUp(member);
    }
  }

  private static long waitNanos() {
    Deadline deadline = Context.current().getDeadline();
    long most = MAX_WAIT.toNanos();
    return deadline == null ? most : Math.min(most, deadline.timeRemaining(TimeUnit.NANOSECONDS));
  }

  private static RuntimeException thrown(Throwable cause) {
    return switch (cause) {
      case Error e -> throw e;
      case RuntimeException e -> e;
      default -> new IllegalStateException(cause);
    };
  }

  private Failure gaveUp(Member<Q, A> member) {
    Failure failure =
        Failure.of(
            Status.Code.DEADLINE_EXCEEDED,
            ErrorReason.ERROR_REASON_OVERLOADED,
            "waited too long behind other requests; repeat with the same request_id");
    member.completeExceptionally(failure);
    return failure;
  }

  /** How many lanes are busy: none, when nobody asks. */
  int lanes() {
    return lanes.size();
  }

  /** How many wait for the lane's next batches. */
  int waiting(K lane) {
    var count = new AtomicInteger();
    lanes.computeIfPresent(
        lane,
        (key, waiting) -> {
          count.set(waiting.size());
          return waiting;
        });
    return count.get();
  }
}
