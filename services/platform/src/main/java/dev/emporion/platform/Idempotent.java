package dev.emporion.platform;

import com.google.protobuf.Parser;
import dev.emporion.common.v1.ErrorReason;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A write that is safe to repeat: look, compute, compare and set, again while others are faster.
 *
 * <p>An attempt first loads the row together with the saved answer of its claim, and looks at the
 * answer before anything else; then it computes, then saves everything in one statement.
 */
public final class Idempotent {
  /** The name of the primary key of {@code requests} in every service. */
  public static final String REQUESTS_KEY = "requests_pkey";

  private static final int MAX_ATTEMPTS = 24;
  private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();
  private static final long MAX_PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  private Idempotent() {}

  /**
   * Runs the attempt until it is done or turns out to have been done before.
   *
   * <p>A refusal is decided twice before it is told: between the attempt's look and its refusal a
   * twin of this request may have finished, and then its answer is the true one.
   *
   * @throws Failure ABORTED / CONTENTION when others were faster each time
   */
  public static <A> A write(Claim claim, Parser<A> parser, Supplier<Attempt<A>> attempt) {
    return write(saved -> saved.replay(claim, parser), attempt);
  }

  /** The same where the claim is part of the row: an attempt that finds it is done. */
  public static <A> A write(Supplier<Attempt<A>> attempt) {
    return write(
        saved -> {
          throw new IllegalStateException("an answer saved beside the row");
        },
        attempt);
  }

  private static <A> A write(Function<SavedAnswer, A> replay, Supplier<Attempt<A>> attempt) {
    boolean refused = false;
    for (int i = 1; i <= MAX_ATTEMPTS; i++) {
      try {
        switch (attempt.get()) {
          case Attempt.Done<A>(A answer) -> {
            return answer;
          }
          case Attempt.Replay<A>(SavedAnswer saved) -> {
            return replay.apply(saved);
          }
          case Attempt.Stale<A>() -> pause(i);
        }
      } catch (Failure e) {
        if (refused || unknown(e)) {
          throw e;
        }
        refused = true;
      } catch (RuntimeException e) {
        if (!Database.violated(e, REQUESTS_KEY)) {
          throw e;
        }
        // A twin saved its answer this instant: the next look finds it.
      }
    }
    throw Failure.of(
        Status.Code.ABORTED,
        ErrorReason.ERROR_REASON_CONTENTION,
        "too many changes of the same resource at once; repeat with the same request_id");
  }

  /** Nothing was decided, and the caller repeats anyway. */
  private static boolean unknown(Failure failure) {
    return failure.code() == Status.Code.UNAVAILABLE
        || failure.code() == Status.Code.DEADLINE_EXCEEDED;
  }

  private static void pause(int attempt) {
    long limit = Math.min(MAX_PAUSE_NANOS, PAUSE_NANOS * attempt);
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(limit));
  }
}
