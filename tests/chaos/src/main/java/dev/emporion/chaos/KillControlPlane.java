package dev.emporion.chaos;

import java.time.Duration;

/** SIGKILL of the mesh's daemon. Whoever brings it back is outside of it, as on a cluster. */
record KillControlPlane(Duration length) implements Fault {
  private static final String PROCESS = "mesh";

  @Override
  public String name() {
    return "kill -9 of the control plane";
  }

  @Override
  public String target() {
    return PROCESS;
  }

  @Override
  public void strike(Scene scene) {
    scene.site().kill(PROCESS);
  }

  @Override
  public void mend(Scene scene) {
    scene.site().up();
  }
}
