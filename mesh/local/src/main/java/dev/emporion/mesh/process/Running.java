package dev.emporion.mesh.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A process of ours that is alive, or was a moment ago. */
public record Running(String name, ProcessIdentity identity, String fingerprint, Path log) {
  /** Longer than a service takes to drain: GRACE_SECONDS is 20. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  public boolean isAlive() {
    return identity.isAlive();
  }

  /** Asks it to end, which lets it finish what it is at, and ends it if it does not. */
  public boolean stop() {
    identity.handle().ifPresent(ProcessHandle::destroy);
    boolean ended = awaitEnd(STOP_LIMIT);
    if (!ended) {
      kill();
    }
    return ended;
  }

  public void kill() {
    identity.handle().ifPresent(ProcessHandle::destroyForcibly);
    awaitEnd(Wait.SHORTLY);
  }

  private boolean awaitEnd(Duration limit) {
    return Wait.until(limit, () -> isAlive() ? Optional.empty() : Optional.of(true), () -> true)
        .isPresent();
  }
}
