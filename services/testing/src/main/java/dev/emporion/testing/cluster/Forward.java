package dev.emporion.testing.cluster;

import static dev.emporion.testing.Eventually.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A port of this machine that leads to one of a pod, past its sidecar. */
final class Forward implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Pattern PORT = Pattern.compile("Forwarding from 127\\.0\\.0\\.1:([0-9]+)");

  private final Process process;
  private final Path output;
  private final int port;

  /**
   * @param target such as {@code pod/orders-1} or {@code service/gateway}
   */
  Forward(Kubectl kubectl, String target, int to) {
    try {
      output = Files.createTempFile("forward", ".out");
      process =
          kubectl
              .program("port-forward", target, ":" + to)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    within(LIMIT, this::readPort);
    port = readPort();
  }

  private int readPort() {
    try {
      String text = Files.readString(output);
      Matcher line = PORT.matcher(text);
      if (!line.find()) {
        throw new AssertionError("no forward: " + text);
      }
      return Integer.parseInt(line.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
      Files.deleteIfExists(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
