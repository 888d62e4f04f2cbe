package dev.emporion.mesh.envoy;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code /stats} said.
 *
 * @param numbers counters and gauges by name
 * @param histograms by name, as Envoy writes them
 */
public record Statistics(Map<String, Long> numbers, Map<String, String> histograms) {

  static Statistics parse(String text) {
    Map<String, Long> numbers = new HashMap<>();
    Map<String, String> histograms = new HashMap<>();
    text.lines().forEach(line -> parse(line, numbers, histograms));
    return new Statistics(Map.copyOf(numbers), Map.copyOf(histograms));
  }

  private static void parse(
      String line, Map<String, Long> numbers, Map<String, String> histograms) {
    // The name may itself hold colons; what follows the last ": " is the value.
    int colon = line.lastIndexOf(": ");
    if (colon < 0) {
      return;
    }
    String name = line.substring(0, colon);
    String value = line.substring(colon + 2);
    if (value.startsWith("P0(")) {
      histograms.put(name, value);
    } else if (!value.isEmpty() && value.chars().allMatch(Character::isDigit)) {
      // Some gauges are hashes, and use all 64 bits.
      numbers.put(name, Long.parseUnsignedLong(value));
    }
  }

  /** The number of this name, or 0: Envoy names some only when they first count. */
  public long number(String name) {
    return numbers.getOrDefault(name, 0L);
  }

  public long sum(Predicate<String> names) {
    return numbers.entrySet().stream()
        .filter(entry -> names.test(entry.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /**
   * The quantile since Envoy was last asked for statistics by anyone; empty if nothing happened.
   *
   * @param percent one of those that Envoy keeps: 50, 90, 99, 99.9
   */
  public OptionalDouble recentQuantile(String name, String percent) {
    Matcher matcher =
        Pattern.compile("P" + Pattern.quote(percent) + "\\(([0-9.e+]+),")
            .matcher(histograms.getOrDefault(name, ""));
    return matcher.find()
        ? OptionalDouble.of(Double.parseDouble(matcher.group(1)))
        : OptionalDouble.empty();
  }
}
