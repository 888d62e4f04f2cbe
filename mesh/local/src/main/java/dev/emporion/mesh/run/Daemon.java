package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.Lock;
import dev.emporion.mesh.process.LogRotation;
import dev.emporion.mesh.process.Ports;
import dev.emporion.mesh.process.Wait;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What istiod and the kubelet are to a cluster: runs what the manifests say, keeps it running, and
 * tells each Envoy what it has to know. One for each run folder; everything it has started goes on
 * without it, and the next one takes it over.
 */
public final class Daemon {
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(3);
  private static final Duration REVIVE_EVERY = Duration.ofMillis(200);
  private static final Duration ROTATE_EVERY = Duration.ofSeconds(10);

  /** A database that does not start holds one of them for long. */
  private static final int TIMERS = 2;

  private final Layout layout;
  private final Desired desired;
  private final ControlPlane controlPlane;
  private final Fleet fleet;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Operations operations;

  private Daemon(Layout layout, Ports ports) {
    this.layout = layout;
    this.desired = new Desired(layout);
    this.fleet = new Fleet(layout, ports);
    this.controlPlane = new ControlPlane(layout, fleet);
    this.operations = new Operations(layout, ports, desired, controlPlane, fleet, ended::countDown);
  }

  static Path socket(Layout layout) {
    return layout.mesh().resolve("control.sock").toAbsolutePath();
  }

  /** Runs until it is told to bring everything down. */
  public static void run(Layout layout, Ports ports) {
    try (Lock _ = Lock.take(layout.mesh().resolve("daemon.lock"), "another daemon runs here")) {
      new Daemon(layout, ports).serve();
    }
  }

  private void serve() {
    if (desired.isUp() || fleet.isAnythingLeft()) {
      takeOver();
    }
    controlPlane.start();
    try (ControlServer _ = ControlServer.open(socket(layout), operations);
        var timer = Executors.newScheduledThreadPool(TIMERS)) {
      regularly(timer, ROTATE_EVERY, () -> LogRotation.of(layout).rotate());
      regularly(timer, REVIVE_EVERY, operations::reviveDatabase);
      if (desired.isUp()) {
        Thread.ofVirtual().start(this::bringBack);
      }
      ended.await();
      timer.shutdownNow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.io.IOException e) {
      Events.say("control socket: " + e);
    } finally {
      controlPlane.close();
    }
  }

  /** Envoys keep what they were told, so they are told nothing before we know as much. */
  private void takeOver() {
    try {
      controlPlane.look();
      operations.readManifests();
      fleet.adopt(operations.workloads());
      Wait.until(
          LOOK_LIMIT,
          () ->
              fleet.instances().stream().allMatch(Instance::isKnown)
                  ? Optional.of(true)
                  : Optional.empty(),
          () -> true);
      Events.say("took over " + fleet.instances().size() + " instances");
    } catch (RunnerException e) {
      Events.say("cannot take over: " + e.getMessage());
    }
  }

  /** What ended while no daemon was there. */
  private void bringBack() {
    try {
      operations.provideDatabases();
      operations.bringAll();
    } catch (RunnerException e) {
      Events.say("cannot bring everything back: " + e.getMessage());
    }
  }

  private static void regularly(ScheduledExecutorService timer, Duration every, Runnable work) {
    timer.scheduleWithFixedDelay(
        () -> {
          try {
            work.run();
          } catch (RunnerException e) {
            Events.say(e.getMessage());
          }
        },
        every.toMillis(),
        every.toMillis(),
        TimeUnit.MILLISECONDS);
  }
}
