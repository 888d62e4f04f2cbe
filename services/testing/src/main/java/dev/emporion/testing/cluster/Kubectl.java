package dev.emporion.testing.cluster;

import dev.emporion.testing.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code kubectl} against the cluster of {@code KUBECONFIG}.
 *
 * @param namespace where commands that name none look
 */
public record Kubectl(String namespace) {
  private static final Duration LIMIT = Duration.ofSeconds(300);

  /** Runs a command that must succeed, and returns what it printed. */
  public String run(String... words) {
    return mustSucceed(program(words)).strip();
  }

  /**
   * The same, of what reads {@code --filename -}.
   *
   * @param input YAML or JSON
   */
  public void runWith(String input, String... words) {
    try {
      Path file = Files.createTempFile("kubectl", ".in");
      try {
        Files.writeString(file, input);
        mustSucceed(program(words).redirectInput(file.toFile()));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String mustSucceed(ProcessBuilder program) {
    Command.Output output = Command.run(program, LIMIT);
    if (output.code() != 0) {
      throw new AssertionError(String.join(" ", program.command()) + ": " + output.text());
    }
    return output.text();
  }

  /** Runs a command, however it ends. */
  public Command.Output output(String... words) {
    return Command.run(program(words), LIMIT);
  }

  ProcessBuilder program(String... words) {
    List<String> line = new ArrayList<>(List.of("kubectl", "--namespace", namespace));
    line.addAll(List.of(words));
    return new ProcessBuilder(line);
  }
}
