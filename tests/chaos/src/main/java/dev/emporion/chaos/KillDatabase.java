package dev.emporion.chaos;

import java.time.Duration;

/** SIGKILL of PostgreSQL's first process, under all services at once. */
record KillDatabase() implements Fault {
  private static final Duration BACK_LIMIT = Duration.ofSeconds(90);

  @Override
  public String name() {
    return "kill -9 of PostgreSQL";
  }

  @Override
  public String target() {
    return DatabaseAway.TARGET;
  }

  @Override
  public Duration length() {
    return Duration.ZERO;
  }

  @Override
  public void strike(Scene scene) {
    scene.site().postgresProcess().ifPresent(ProcessHandle::destroyForcibly);
  }

  @Override
  public void mend(Scene scene) {
    if (!Pauses.await(BACK_LIMIT, () -> DatabaseAway.answers(scene.site()))) {
      throw new ChaosException("PostgreSQL was not started again");
    }
  }
}
