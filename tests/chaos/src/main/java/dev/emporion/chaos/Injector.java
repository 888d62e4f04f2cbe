package dev.emporion.chaos;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/** Lets the faults strike, a few at a time and never two at one target, and writes each down. */
final class Injector implements AutoCloseable {
  private static final int AT_A_TIME = 2;

  /** After each, for the system to come to itself. */
  private static final Duration RECOVERY = Duration.ofMillis(700);

  private final List<Fault> faults;
  private final Scene scene;
  private final Pace pace;
  private final Violations violations;
  private final PrintWriter log;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final java.util.Map<String, ReentrantLock> targets;
  private volatile Instant lastEnd = Instant.now();
  private volatile String latest = "none yet";

  Injector(List<Fault> faults, Scene scene, Pace pace, Violations violations, Path log) {
    this.faults = faults;
    this.scene = scene;
    this.pace = pace;
    this.violations = violations;
    this.targets =
        faults.stream()
            .map(Fault::target)
            .distinct()
            .collect(Collectors.toMap(target -> target, _ -> new ReentrantLock()));
    try {
      this.log = new PrintWriter(Files.newBufferedWriter(log), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void start() {
    for (int i = 0; i < AT_A_TIME; i++) {
      threads.execute(this::strikeAll);
    }
    threads.shutdown();
  }

  private void strikeAll() {
    try {
      for (int number = pace.nextFault(); number >= 0; number = pace.nextFault()) {
        strike(number, faults.get(number));
        pace.faultOver();
        Pauses.pause(RECOVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void strike(int number, Fault fault) {
    ReentrantLock target = targets.get(fault.target());
    target.lock();
    try {
      note(number, fault, "strikes");
      latest = fault.name();
      try {
        fault.strike(scene);
        Pauses.pause(fault.length());
      } finally {
        fault.mend(scene);
      }
      note(number, fault, "is mended");
    } catch (RuntimeException | AssertionError e) {
      violations.add("fault %d, %s: %s", number, fault.name(), e);
      note(number, fault, "failed: " + e);
    } finally {
      lastEnd = Instant.now();
      target.unlock();
    }
  }

  private void note(int number, Fault fault, String what) {
    log.printf(
        "%s  %3d  %-45s %5.1f s  %s%n",
        Instant.now(), number, fault.name(), fault.length().toMillis() / 1e3, what);
  }

  boolean await(Duration limit) throws InterruptedException {
    return threads.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** When the last one was over. */
  Instant lastEnd() {
    return lastEnd;
  }

  /** What struck last, for people. */
  String latest() {
    return latest;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    log.close();
  }
}
