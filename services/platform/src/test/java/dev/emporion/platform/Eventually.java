package dev.emporion.platform;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, with a limit. */
final class Eventually {
  private static final long LIMIT_NANOS = Duration.ofSeconds(20).toNanos();
  private static final long POLL_NANOS = Duration.ofMillis(2).toNanos();

  private Eventually() {}

  static void holds(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("never: " + what);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
