package dev.emporion.mesh.xds;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * An Envoy refused what it was told, for this reason, and kept what it had.
 *
 * @param message one line
 */
public record Rejection(String message, Instant at) {
  /** Envoy shows the whole resource that it refuses between what it did and why it failed. */
  private static final Pattern DUMP = Pattern.compile("goo\\.gle/debug\\w+\\s[\\s\\S]*?\\n: ");

  private static final int MESSAGE_LIMIT = 500;

  static Rejection of(String detail, Instant at) {
    String line = DUMP.matcher(detail).replaceAll("").replaceAll("\\s+", " ").strip();
    return new Rejection(
        line.length() <= MESSAGE_LIMIT ? line : line.substring(0, MESSAGE_LIMIT) + "...", at);
  }
}
