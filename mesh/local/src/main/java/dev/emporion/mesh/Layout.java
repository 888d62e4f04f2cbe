package dev.emporion.mesh;

import dev.emporion.testing.Secrets;
import java.nio.file.Path;

/**
 * Where things are: the checkout, and the folder with all that a run leaves behind.
 *
 * @param run {@code .run}, or EMPORION_RUN for a second run that knows nothing of the first
 */
record Layout(Path root, Path run) {

  Layout(Path root) {
    this(root, root.resolve(".run"));
  }

  static Layout here() {
    Path root = Path.of(System.getProperty("emporion.root", "")).toAbsolutePath();
    String run = System.getenv("EMPORION_RUN");
    return run == null || run.isBlank()
        ? new Layout(root)
        : new Layout(root, root.resolve(run.strip()));
  }

  /** Unpacked programs: the checkout's, whichever run needs them. */
  Path tools() {
    return root.resolve(".run/tools");
  }

  Path postgres() {
    return run.resolve("postgres");
  }

  Path simulator() {
    return run.resolve("simulator");
  }

  Path processes() {
    return run.resolve("processes");
  }

  /** Caches found by hash, so they are the checkout's as well. */
  Path aot() {
    return root.resolve(".run/aot");
  }

  Path log(String process) {
    return run.resolve("logs").resolve(process + ".log");
  }

  Secrets secrets() {
    return new Secrets(run.resolve("secrets"));
  }

  /** The path as a person in the checkout would type it. */
  Path shown(Path path) {
    return root.relativize(path);
  }
}
