package dev.emporion.mesh.process;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other processes do, with a limit. */
public final class Wait {
  /** For what takes milliseconds unless something is wrong. */
  public static final Duration SHORTLY = Duration.ofSeconds(5);

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private Wait() {}

  /** Asks until there is a result, the time is over, or it is hopeless. */
  public static <T> Optional<T> until(
      Duration limit, Supplier<Optional<T>> attempt, BooleanSupplier hopeful) {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      // Looked at before the last attempt, so that nothing can happen unseen between the two.
      boolean last = System.nanoTime() > end || !hopeful.getAsBoolean();
      Optional<T> result = attempt.get();
      if (result.isPresent() || last) {
        return result;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
