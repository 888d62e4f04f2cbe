package dev.emporion.chaos;

import java.time.Duration;

/** Somebody types {@code make down} in the middle of it all, and {@code make up} later. */
record DownAndUp(Duration length) implements Fault {
  @Override
  public String name() {
    return "make down, make up";
  }

  @Override
  public String target() {
    return "everything";
  }

  @Override
  public void strike(Scene scene) {
    scene.site().down();
  }

  @Override
  public void mend(Scene scene) {
    scene.site().up();
    scene.site().scale();
  }
}
