package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.envoy.Bootstrap;
import dev.emporion.mesh.envoy.EnvoyAdmin;
import dev.emporion.mesh.envoy.Traffic;
import dev.emporion.mesh.model.Address;
import dev.emporion.mesh.process.Running;
import dev.emporion.mesh.process.Supervised;
import dev.emporion.mesh.process.Wait;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An instance's Envoy. It is up when it takes connections: an Envoy opens a listener only when it
 * has its certificate, its routes and its clusters.
 */
final class Sidecar {
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int CONNECT_MILLIS = 1_000;

  private final Supervised process;
  private final EnvoyAdmin admin;
  private final List<Address> listeners;
  private final Runnable changed;
  private final Duration quiet;
  private volatile long upPid;
  private long quietSinceNanos;

  /**
   * @param quiet for how long nothing must have come before it may end, once it drains: its callers
   *     may need a while to go elsewhere
   */
  Sidecar(
      java.util.function.Function<Runnable, Supervised> process,
      Address admin,
      List<Address> listeners,
      Duration quiet,
      Runnable changed) {
    this.quiet = quiet;
    this.process = process.apply(this::processChanged);
    this.admin = new EnvoyAdmin(admin);
    this.listeners = listeners;
    this.changed = changed;
  }

  void start() {
    process.start();
  }

  private void processChanged() {
    changed.run();
    process.running().ifPresent(running -> Thread.ofVirtual().start(() -> awaitListening(running)));
  }

  private void awaitListening(Running running) {
    while (running.isAlive()) {
      // A gateway's port is shared with the one that it replaces, so an answer there says nothing.
      if (admin.isLive() && listeners.stream().allMatch(Sidecar::isListening)) {
        upPid = running.identity().pid();
        changed.run();
        return;
      }
      LockSupport.parkNanos(RETRY_NANOS);
    }
  }

  private static boolean isListening(Address address) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  boolean isUp() {
    return process.running().filter(running -> running.identity().pid() == upPid).isPresent();
  }

  Optional<Running> running() {
    return process.running();
  }

  Supervised process() {
    return process;
  }

  Address admin() {
    return admin.address();
  }

  /** What came in since somebody asked last. */
  Optional<Traffic> traffic() {
    return isUp() ? admin.traffic() : Optional.empty();
  }

  /** Lets its calls finish, then ends it. */
  void stop() {
    if (isUp()) {
      drain();
    }
    process.stop();
  }

  /** Whether nothing is at work, and nothing new came for as long as it is to be quiet. */
  private boolean isQuiet() {
    if (admin.activeRequests() > 0) {
      quietSinceNanos = System.nanoTime();
    }
    return System.nanoTime() - quietSinceNanos >= quiet.toNanos();
  }

  private void drain() {
    quietSinceNanos = System.nanoTime();
    try {
      admin.drain();
      Wait.until(
          Duration.ofSeconds(Bootstrap.DRAIN_SECONDS),
          () -> isQuiet() ? Optional.of(true) : Optional.empty(),
          () -> process.running().isPresent());
    } catch (RunnerException e) {
      Events.say(process.spec().name() + " does not drain: " + e.getMessage());
    }
  }
}
