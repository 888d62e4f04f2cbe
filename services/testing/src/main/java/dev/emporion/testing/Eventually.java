package dev.emporion.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits until an assertion holds, with a limit: what a test does instead of sleeping. */
public final class Eventually {
  private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(5);

  private Eventually() {}

  /** An assertion; what it throws means "not yet". */
  @FunctionalInterface
  public interface Assertion {
    void check() throws Exception;
  }

  /** Waits up to ten seconds. */
  public static void eventually(Assertion assertion) {
    within(DEFAULT_LIMIT, assertion);
  }

  /** Waits up to {@code limit}, then throws what the last attempt threw. */
  public static void within(Duration limit, Assertion assertion) {
    within(limit, PAUSE, assertion);
  }

  /**
   * The same, for what is dear to ask.
   *
   * @param pause between two attempts
   */
  public static void within(Duration limit, Duration pause, Assertion assertion) {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        assertion.check();
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting", e);
      } catch (Exception | AssertionError e) {
        if (System.nanoTime() > end) {
          throw new AssertionError("still not so after " + limit + ": " + e.getMessage(), e);
        }
      }
      LockSupport.parkNanos(pause.toNanos());
    }
  }
}
