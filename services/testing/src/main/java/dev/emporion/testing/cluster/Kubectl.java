package dev.emporion.testing.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code kubectl} against the cluster of {@code KUBECONFIG}.
 *
 * @param namespace where commands that name none look
 */
public record Kubectl(String namespace) {
  private static final long LIMIT_SECONDS = 300;

  /**
   * @param text what it printed
   */
  public record Output(int code, String text) {}

  /** Runs a command that must succeed, and returns what it printed. */
  public String run(String... words) {
    Output output = output(words);
    if (output.code() != 0) {
      throw new AssertionError("kubectl " + String.join(" ", words) + ": " + output.text());
    }
    return output.text();
  }

  /** Runs a command, however it ends. */
  public Output output(String... words) {
    try {
      Path text = Files.createTempFile("kubectl", ".out");
      try {
        Process process = start(text, words);
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError("kubectl " + String.join(" ", words) + " takes too long");
        }
        return new Output(process.exitValue(), Files.readString(text).strip());
      } finally {
        Files.delete(text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Starts a command that goes on until it is destroyed. */
  Process start(Path output, String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of("kubectl", "--namespace", namespace));
    line.addAll(List.of(words));
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }
}
