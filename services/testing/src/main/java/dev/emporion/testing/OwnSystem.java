package dev.emporion.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code ./emporion} for a system of its own: own folder, own ports, own copy of the YAML and the
 * manifests, which a test may edit.
 */
public record OwnSystem(Path root, Path runFolder, Path files, Map<String, String> environment) {
  private static final Duration LIMIT = Duration.ofSeconds(300);

  /**
   * An empty one; what an earlier run left there is ended and removed.
   *
   * @param name of its folder below {@code .run}
   */
  public static OwnSystem create(String name) throws IOException {
    Path root = Workspace.root();
    Path run = root.resolve(".run").resolve(name);
    Path files = run.resolve("files");
    OwnSystem system =
        new OwnSystem(
            root,
            run,
            files,
            Map.of(
                "EMPORION_RUN", ".run/" + name,
                "EMPORION_FILES", files.toString(),
                "EMPORION_PORT", freePort(),
                "EMPORION_TLS_PORT", freePort(),
                "EMPORION_SIMULATOR_PORT", freePort(),
                "EMPORION_POSTGRES_PORT", freePort(),
                "EMPORION_BUILD", "off",
                "EMPORION_AOT", "off",
                "NO_COLOR", "1"));
    if (Files.exists(run)) {
      system.output(List.of("down")); // an earlier run that was killed
      delete(run);
    }
    system.copyFiles();
    return system;
  }

  private void copyFiles() throws IOException {
    for (String folder : List.of("mesh/istio", "mesh/cluster", "mesh/gateway")) {
      copy(root.resolve(folder), files.resolve(folder));
    }
    try (Stream<Path> services = Files.list(root.resolve("services"))) {
      for (Path deploy : services.map(service -> service.resolve("deploy")).toList()) {
        if (Files.isDirectory(deploy)) {
          copy(deploy, files.resolve(root.relativize(deploy).toString()));
        }
      }
    }
  }

  private static String freePort() {
    return Integer.toString(TestDatabase.freePort());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        Files.createDirectories(target.getParent());
        if (!Files.isDirectory(path)) {
          Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> paths = Files.walk(folder)) {
        for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  public int port(String variable) {
    return Integer.parseInt(environment.get(variable));
  }

  public int gatewayPort() {
    return port("EMPORION_PORT");
  }

  public int tlsPort() {
    return port("EMPORION_TLS_PORT");
  }

  public SystemStatus status() {
    return SystemStatus.parse(output(List.of("status")).text());
  }

  /** The daemon's, as it is on record. */
  public long daemonPid() {
    try {
      Path identity = runFolder.resolve("processes/mesh.identity");
      return Long.parseLong(Files.readAllLines(identity).getFirst());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command that must succeed, and returns what it printed. */
  public String run(String... words) {
    Command.Output output = output(List.of(words));
    if (output.code() != 0) {
      throw new AssertionError(String.join(" ", words) + " failed:\n" + output.text());
    }
    return output.text();
  }

  /** Runs a command, however it ends. */
  public Command.Output output(List<String> words) {
    List<String> command = new ArrayList<>(List.of(root.resolve("emporion").toString()));
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
    builder.environment().putAll(environment);
    return Command.run(builder, LIMIT);
  }
}
