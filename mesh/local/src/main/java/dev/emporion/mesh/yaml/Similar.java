package dev.emporion.mesh.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Which name was perhaps meant. */
public final class Similar {
  private Similar() {}

  /** {@code "; did you mean retries?"}, or nothing. */
  public static String hint(String written, Collection<String> known) {
    return to(written, known).map(name -> "; did you mean " + name + "?").orElse("");
  }

  static Optional<String> to(String written, Collection<String> known) {
    int tolerated = Math.max(1, written.length() / 3);
    return known.stream()
        .filter(name -> distance(lower(written), lower(name)) <= tolerated)
        .min(Comparator.comparingInt(name -> distance(lower(written), lower(name))));
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** Levenshtein's: how many letters to insert, drop or replace. */
  private static int distance(String left, String right) {
    int[] previous = new int[right.length() + 1];
    for (int column = 0; column <= right.length(); column++) {
      previous[column] = column;
    }
    for (int row = 1; row <= left.length(); row++) {
      int[] current = new int[right.length() + 1];
      current[0] = row;
      for (int column = 1; column <= right.length(); column++) {
        int replace = left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1;
        current[column] =
            Math.min(
                previous[column - 1] + replace,
                1 + Math.min(previous[column], current[column - 1]));
      }
      previous = current;
    }
    return previous[right.length()];
  }
}
