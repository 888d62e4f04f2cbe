package dev.emporion.chaos;

import java.time.Duration;

/**
 * SIGSTOP of an instance for longer than a saga's lease, then SIGCONT: it wakes up in the middle of
 * what another one has finished by then.
 */
record Pause(String process, Duration length) implements Fault {
  @Override
  public String name() {
    return "SIGSTOP of " + process;
  }

  @Override
  public String target() {
    return process;
  }

  @Override
  public void strike(Scene scene) {
    scene.site().signal("STOP", process);
  }

  /** One that was killed meanwhile, for it answered nothing, has a successor that runs. */
  @Override
  public void mend(Scene scene) {
    scene.site().signal("CONT", process);
  }
}
