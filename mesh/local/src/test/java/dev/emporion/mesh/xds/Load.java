package dev.emporion.mesh.xds;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** At most 100 calls a second, one after the other, and what failed of them. */
final class Load implements AutoCloseable {
  private static final long PERIOD_MILLIS = 10;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong calls = new AtomicLong();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  Load(TwoSidecars sidecars) {
    timer.scheduleAtFixedRate(
        () -> {
          try {
            int status = sidecars.call().statusCode();
            if (status != 200) {
              failures.add("status " + status);
            }
          } catch (Exception e) {
            failures.add(e.toString());
          }
          calls.incrementAndGet();
        },
        0,
        PERIOD_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  long calls() {
    return calls.get();
  }

  Queue<String> failures() {
    return failures;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
