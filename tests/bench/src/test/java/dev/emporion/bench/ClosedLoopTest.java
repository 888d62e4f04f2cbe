package dev.emporion.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ClosedLoopTest {
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger atOnce = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  /** One that is answered by another thread, as over a network. */
  private final class Asking extends ClosedLoop.Client {
    private final ExecutorService thread;
    private final boolean failing;

    Asking(ExecutorService thread, boolean failing) {
      this.thread = thread;
      this.failing = failing;
    }

    @Override
    void begin() {
      most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
      thread.execute(
          () -> {
            atOnce.decrementAndGet();
            done.incrementAndGet();
            if (failing) {
              failed("no");
            } else {
              done();
            }
          });
    }
  }

  @Test
  void aClientAsksAgainWhenItWasAnsweredAndNotBefore() {
    try (var thread = Executors.newSingleThreadExecutor()) {
      var loop = new ClosedLoop();
      loop.add(new Asking(thread, false));
      loop.add(new Asking(thread, false));
      var measured = loop.run(Duration.ofMillis(20), Duration.ofMillis(50), done::get);
      assertThat(most.get()).isEqualTo(2);
      assertThat(measured.whole().count()).isBetween(1, done.get());
      assertThat(measured.after()).isGreaterThan(measured.before());
      assertThat(measured.seconds()).isGreaterThanOrEqualTo(0.05);
      assertThat(loop.errors()).isZero();
    }
  }

  @Test
  void whatFailsIsCountedAndEndsTheLoadWhenItIsTooMuch() {
    try (var thread = Executors.newSingleThreadExecutor()) {
      var loop = new ClosedLoop();
      loop.add(new Asking(thread, true));
      var measured = loop.run(Duration.ZERO, Duration.ofSeconds(30), done::get);
      assertThat(measured.whole().count()).isZero();
      assertThat(loop.errors()).isEqualTo(1_000);
      assertThat(loop.causes()).containsExactly("1000 x no");
    }
  }
}
