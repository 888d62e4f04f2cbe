package dev.emporion.chaos;

import java.time.Duration;

/** Connections of clients are reset in the middle of an answer. */
record CutAnswers(Duration length) implements Fault {
  @Override
  public String name() {
    return "resets in the middle of an answer";
  }

  @Override
  public String target() {
    return "line";
  }

  @Override
  public void strike(Scene scene) {
    scene.line().cut(true);
  }

  @Override
  public void mend(Scene scene) {
    scene.line().cut(false);
  }
}
