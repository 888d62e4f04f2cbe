package dev.emporion.catalog;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a shopper typed, as {@code websearch_to_tsquery} understands it: "a b", -a, a or b. */
record SearchText(String text) {
  private static final int MIN_WORD_LENGTH = 2;
  private static final int MAX_WORDS = 8;

  /** Who writes these means the words as they are. */
  private static final Pattern OPERATORS = Pattern.compile("\"|(^|\\s)-");

  /** Who is still typing has not finished the last word. */
  boolean lastWordMayBeBegun() {
    return !OPERATORS.matcher(text).find();
  }

  /** The words for which one spelt nearly the same may stand, the longest first. */
  List<String> words() {
    if (OPERATORS.matcher(text).find()) {
      return List.of();
    }
    return Arrays.stream(text.toLowerCase(Locale.ROOT).split("\\s+"))
        .filter(word -> word.length() >= MIN_WORD_LENGTH)
        .sorted(Comparator.comparingInt(String::length).reversed())
        .limit(MAX_WORDS)
        .toList();
  }
}
