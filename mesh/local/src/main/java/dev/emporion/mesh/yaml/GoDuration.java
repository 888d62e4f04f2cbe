package dev.emporion.mesh.yaml;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them, and Istio with it: {@code 1h30m}, {@code 0.25s}, {@code 100ms}. */
final class GoDuration {
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(h|ms|m|s|us|ns)");
  private static final Pattern WHOLE = Pattern.compile("(?:" + PART.pattern() + "){1,6}");
  private static final Duration LONGEST = Duration.ofDays(3650);
  private static final int MAX_LENGTH = 40;

  private GoDuration() {}

  /** Empty for what is none, negative, or longer than anyone can mean. */
  static Optional<Duration> parse(String text) {
    if (text.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    if (text.length() > MAX_LENGTH || !WHOLE.matcher(text).matches()) {
      return Optional.empty();
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher parts = PART.matcher(text);
    while (parts.find()) {
      nanos = nanos.add(new BigDecimal(parts.group(1)).multiply(nanosOf(parts.group(2))));
    }
    return nanos.compareTo(BigDecimal.valueOf(LONGEST.toNanos())) > 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanos.longValue()));
  }

  private static BigDecimal nanosOf(String unit) {
    return BigDecimal.valueOf(
        switch (unit) {
          case "h" -> Duration.ofHours(1).toNanos();
          case "m" -> Duration.ofMinutes(1).toNanos();
          case "s" -> Duration.ofSeconds(1).toNanos();
          case "ms" -> Duration.ofMillis(1).toNanos();
          case "us" -> 1_000;
          default -> 1;
        });
  }
}
