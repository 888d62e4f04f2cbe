package dev.emporion.mesh.process;

import dev.emporion.testing.Secrets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where things are: the checkout, and the folder with all that a run leaves behind.
 *
 * @param run {@code .run}, or EMPORION_RUN for a second run that knows nothing of the first
 */
public record Layout(Path root, Path run) {

  public Layout(Path root) {
    this(root, root.resolve(".run"));
  }

  public static Layout here() {
    Path root = Path.of(System.getProperty("emporion.root", "")).toAbsolutePath();
    String run = System.getenv("EMPORION_RUN");
    return run == null || run.isBlank()
        ? new Layout(root)
        : new Layout(root, root.resolve(run.strip()));
  }

  /** Where a module was built: here, unless this run has a link to another checkout's. */
  public Path module(String name) {
    Path other = run.resolve("instead").resolve(name);
    return Files.exists(other) ? other : root.resolve(name);
  }

  /** Unpacked programs: the checkout's, whichever run needs them. */
  public Path tools() {
    return root.resolve(".run/tools");
  }

  public Path postgres() {
    return run.resolve("postgres");
  }

  public Path simulator() {
    return run.resolve("simulator");
  }

  /** What the mesh remembers, and its sockets. */
  public Path mesh() {
    return run.resolve("mesh");
  }

  public Path processes() {
    return run.resolve("processes");
  }

  /** Jars that programs run from, found by hash. */
  public Path jars() {
    return root.resolve(".run/jars");
  }

  /** Caches found by hash, so they are the checkout's as well. */
  public Path aot() {
    return root.resolve(".run/aot");
  }

  public Path log(String process) {
    return run.resolve("logs").resolve(process + ".log");
  }

  public Secrets secrets() {
    return new Secrets(run.resolve("secrets"));
  }

  /** The path as a person in the checkout would type it. */
  public Path shown(Path path) {
    return root.relativize(path);
  }
}
