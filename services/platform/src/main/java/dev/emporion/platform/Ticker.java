package dev.emporion.platform;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something again and again on a thread of its own, with a pause between the end of one time
 * and the start of the next. A failure does not end it.
 */
public final class Ticker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private Ticker(String name, Duration pause, Runnable work) {
    this.thread = Thread.ofVirtual().name(name).unstarted(() -> loop(name, pause, work));
  }

  public static Ticker start(String name, Duration pause, Runnable work) {
    var ticker = new Ticker(name, pause, work);
    ticker.thread.start();
    return ticker;
  }

  private void loop(String name, Duration pause, Runnable work) {
    boolean failing = false;
    try {
      while (!closed.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
        failing = !succeeds(name, work, failing);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Logs the first of several failures in a row: a database may be gone for long. */
  private static boolean succeeds(String name, Runnable work, boolean failing) {
    try {
      work.run();
      if (failing) {
        LOG.info("{} works again", name);
      }
      return true;
    } catch (RuntimeException e) {
      if (!failing) {
        LOG.warn("{} failed and goes on trying", name, e);
      }
      return false;
    }
  }

  /** Returns when the work under way, if any, has ended. */
  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
