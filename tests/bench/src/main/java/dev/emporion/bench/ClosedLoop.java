package dev.emporion.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Some clients, each of whom asks, waits for the answer and asks again at once. What is counted is
 * what ended within the measured time; the load goes on before and after it.
 */
final class ClosedLoop {
  private static final long END_SECONDS = 30;

  /** Beyond so many something is broken, and the rest would tell nothing. */
  private static final int MAX_ERRORS = 1_000;

  private final List<Client> clients = new ArrayList<>();
  private final AtomicInteger errors = new AtomicInteger();
  private final ConcurrentHashMap<String, Integer> causes = new ConcurrentHashMap<>();
  private volatile long fromNanos = Long.MAX_VALUE;
  private volatile long toNanos = Long.MAX_VALUE;
  private volatile boolean ending;
  private CountDownLatch ended;

  /**
   * @param <U> what is read before and after
   * @param whole from a client's first question to its last answer
   * @param last its last question alone
   */
  record Measured<U>(Latencies whole, Latencies last, double seconds, U before, U after) {}

  /** Somebody who does one thing after the other; each is one or more calls. */
  abstract static class Client {
    private final Latencies whole = new Latencies();
    private final Latencies last = new Latencies();
    private ClosedLoop loop;
    private long beganNanos;
    private long lastNanos;

    /** Begins to do it once; ends by {@link #done} or {@link #failed}, on whatever thread. */
    abstract void begin();

    /** The last call begins now. */
    final void markLast() {
      lastNanos = System.nanoTime();
    }

    final void done() {
      long now = System.nanoTime();
      if (now >= loop.fromNanos && now < loop.toNanos) {
        whole.add(now - beganNanos);
        last.add(now - lastNanos);
      }
      again();
    }

    final void failed(String cause) {
      loop.causes.merge(cause, 1, Integer::sum);
      if (loop.errors.incrementAndGet() >= MAX_ERRORS) {
        loop.ending = true;
      }
      again();
    }

    private void again() {
      if (loop.ending) {
        loop.ended.countDown();
      } else {
        beganNanos = System.nanoTime();
        lastNanos = beganNanos;
        begin();
      }
    }
  }

  void add(Client client) {
    client.loop = this;
    clients.add(client);
  }

  /** Loads, and reads the meter at the begin and the end of what is measured. */
  <U> Measured<U> run(Duration ramp, Duration length, Supplier<U> meter) {
    ended = new CountDownLatch(clients.size());
    clients.forEach(Client::again);
    waitFor(ramp);
    fromNanos = System.nanoTime();
    U before = meter.get();
    waitFor(length);
    toNanos = System.nanoTime();
    U after = meter.get();
    ending = true;
    awaitEnd();
    return new Measured<>(
        Latencies.of(clients.stream().map(client -> client.whole).toList()),
        Latencies.of(clients.stream().map(client -> client.last).toList()),
        (toNanos - fromNanos) / 1e9,
        before,
        after);
  }

  int errors() {
    return errors.get();
  }

  /** What went wrong, and how often. */
  List<String> causes() {
    return causes.entrySet().stream().map(one -> one.getValue() + " x " + one.getKey()).toList();
  }

  private void waitFor(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0 && !ending; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  static void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void awaitEnd() {
    try {
      if (!ended.await(END_SECONDS, TimeUnit.SECONDS)) {
        throw new BenchException(ended.getCount() + " calls were never answered");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }
}
