package dev.emporion.mesh;

import dev.emporion.testing.Secrets;
import java.nio.file.Path;

/** Where things are: the checkout, and below {@code .run} all that a run leaves behind. */
record Layout(Path root) {

  static Layout here() {
    return new Layout(Path.of(System.getProperty("emporion.root", "")).toAbsolutePath());
  }

  Path run() {
    return root.resolve(".run");
  }

  Path tools() {
    return run().resolve("tools");
  }

  Path postgres() {
    return run().resolve("postgres");
  }

  Path simulator() {
    return run().resolve("simulator");
  }

  Path processes() {
    return run().resolve("processes");
  }

  Path aot() {
    return run().resolve("aot");
  }

  Path log(String process) {
    return run().resolve("logs").resolve(process + ".log");
  }

  Secrets secrets() {
    return new Secrets(run().resolve("secrets"));
  }

  /** The path as a person in the checkout would type it. */
  Path shown(Path path) {
    return root.relativize(path);
  }
}
