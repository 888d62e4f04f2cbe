package dev.emporion.mesh.yaml;

/** What is wrong, and where. */
public record Problem(Where where, String what) {

  /** {@code file:line: path: what}. */
  @Override
  public String toString() {
    return where + ": " + what;
  }
}
