package dev.emporion.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end. */
public final class Command {
  private Command() {}

  /**
   * @param text what it printed, errors too
   */
  public record Output(int code, String text) {}

  /** However it ends, but within the limit. */
  public static Output run(ProcessBuilder program, Duration limit) {
    String words = String.join(" ", program.command());
    try {
      // Not a pipe: what a program starts may live on, and would keep it open.
      Path text = Files.createTempFile("command", ".out");
      try {
        Process process = program.redirectErrorStream(true).redirectOutput(text.toFile()).start();
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(words + " takes too long:\n" + Files.readString(text));
        }
        return new Output(process.exitValue(), Files.readString(text));
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
}
