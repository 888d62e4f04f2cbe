package dev.emporion.chaos;

import java.time.Duration;

/**
 * SIGKILL of one process: an instance, its sidecar, the gateway, the payment provider.
 *
 * @param process as it is on record: "orders-1", "orders-1.envoy"
 */
record Kill(String process) implements Fault {
  private static final Duration BACK_LIMIT = Duration.ofSeconds(90);

  @Override
  public String name() {
    return "kill -9 of " + process;
  }

  @Override
  public String target() {
    return process;
  }

  @Override
  public Duration length() {
    return Duration.ZERO;
  }

  @Override
  public void strike(Scene scene) {
    scene.site().kill(process);
  }

  @Override
  public void mend(Scene scene) {
    if (!Pauses.await(BACK_LIMIT, () -> scene.site().isAlive(process))) {
      throw new ChaosException(process + " was not started again");
    }
  }
}
