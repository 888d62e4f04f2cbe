package dev.emporion.chaos;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting: for a time, or for a condition with a limit. */
final class Pauses {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private Pauses() {}

  static void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      requireNotInterrupted();
      LockSupport.parkNanos(left);
    }
  }

  /** Returns whether it came to be so in time. */
  static boolean await(Duration limit, BooleanSupplier condition) {
    return await(limit, Duration.ofNanos(LOOK_NANOS), condition);
  }

  static boolean await(Duration limit, Duration between, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      pause(between);
    }
    return true;
  }

  private static void requireNotInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new ChaosException("interrupted");
    }
  }
}
