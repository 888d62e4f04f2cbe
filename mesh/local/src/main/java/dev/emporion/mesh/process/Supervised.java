package dev.emporion.mesh.process;

import dev.emporion.mesh.RunnerException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * One process that is to be there: taken over if it runs already, started if not, started again
 * with backoff when it ends, until it is told to stop. A thread of its own looks after it.
 */
public final class Supervised {
  /**
   * @param name on record, and of the log
   * @param fingerprint of what it was started from
   * @param command asked at each start, since what is best may change (an AOT cache appears)
   */
  public record Spec(
      String name,
      String fingerprint,
      Supplier<List<String>> command,
      Map<String, String> environment) {}

  /** The end of a process that is not our child is told by nobody, so it is looked for. */
  private static final long LOOK_MILLIS = 1_000;

  private static final Duration JOIN = Duration.ofMillis(20);

  private final Processes processes;
  private final Spec spec;
  private final Backoff backoff;
  private final Runnable changed;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch first = new CountDownLatch(1);
  private final Thread thread;
  private volatile Running running;
  private volatile int restarts;
  private volatile String problem = "";

  /**
   * @param changed called after each start and each end
   */
  public Supervised(Processes processes, Spec spec, Backoff backoff, Runnable changed) {
    this.processes = processes;
    this.spec = spec;
    this.backoff = backoff;
    this.changed = changed;
    this.thread = Thread.ofVirtual().name("supervise " + spec.name).unstarted(this::supervise);
  }

  /** Returns when the process is there, or the first attempt to start it has failed. */
  public void start() {
    thread.start();
    try {
      first.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void supervise() {
    int failures = 0;
    while (!isStopping()) {
      long began = System.nanoTime();
      takeOverOrStart();
      first.countDown();
      changed.run();
      awaitEnd();
      failures = backoff.failures(failures, Duration.ofNanos(System.nanoTime() - began));
      if (!isStopping()) {
        changed.run();
        pause(backoff.wait(failures, ThreadLocalRandom.current()));
        restarts++;
      }
    }
  }

  private void takeOverOrStart() {
    try {
      running =
          same()
              .orElseGet(
                  () ->
                      processes.start(
                          spec.name, spec.fingerprint, spec.command.get(), spec.environment));
      problem = "";
    } catch (RunnerException e) {
      problem = e.getMessage();
    }
  }

  /** One that was started from something else is ended: it is not what is wanted. */
  private Optional<Running> same() {
    Optional<Running> found = processes.find(spec.name);
    Optional<Running> same = found.filter(old -> old.fingerprint().equals(spec.fingerprint));
    if (same.isEmpty()) {
      found.ifPresent(Running::stop);
    }
    return same;
  }

  private void awaitEnd() {
    Running process = running;
    while (process != null && process.isAlive()) {
      Optional<ProcessHandle> handle = process.identity().handle();
      try {
        if (handle.isPresent()) {
          handle.get().onExit().get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
      } catch (TimeoutException e) {
        // Looked at again.
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void pause(Duration wait) {
    try {
      stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /** The process, if it is alive. */
  public Optional<Running> running() {
    return Optional.ofNullable(running).filter(Running::isAlive);
  }

  /** How often it was started again since we look after it. */
  public int restarts() {
    return restarts;
  }

  /** Why it could not be started, or nothing. */
  public String problem() {
    return problem;
  }

  public Spec spec() {
    return spec;
  }

  /** Kills it; it is started again. */
  public void kill() {
    running().ifPresent(Running::kill);
  }

  /** Ends it for good; returns whether it ended when asked, rather than by force. */
  public boolean stop() {
    stopping.countDown();
    boolean ended = running().map(Running::stop).orElse(true);
    while (!isGivenUp()) {
      // One that was being started while we asked.
      running().ifPresent(Running::stop);
    }
    processes.forget(spec.name);
    return ended;
  }

  private boolean isGivenUp() {
    try {
      return thread.join(JOIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
