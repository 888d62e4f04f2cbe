package dev.emporion.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a shopper typed, in three readings.
 *
 * @param text for {@code websearch_to_tsquery}, which knows {@code "a b"}, {@code -a} and {@code a
 *     or b}
 * @param isOpen whether the last word may only be the beginning of one, as of somebody who is still
 *     typing
 * @param guessed the words for which a similar one may stand
 * @param certain the others
 */
record SearchText(String text, boolean isOpen, List<Guessed> guessed, String certain) {
  private static final int MAX_GUESSED = 8;

  /** Words up to here are similar to too many others. */
  private static final int SHORT_LENGTH = 4;

  /** Whoever writes these means the words as they are. */
  private static final Pattern OPERATOR = Pattern.compile("\"|(^|\\s)-");

  /**
   * A word that may be misspelt.
   *
   * @param letters its letters in alphabetical order
   * @param maxDistance how many letters may be wrong, missing or too many
   * @param isOpen whether it may only be the beginning of a word
   */
  record Guessed(String word, String letters, int maxDistance, boolean isOpen) {}

  static SearchText of(String query) {
    String text = query.replace('/', ' ').strip();
    if (OPERATOR.matcher(text).find()) {
      return new SearchText(text, false, List.of(), text);
    }
    var guessed = new ArrayList<Guessed>();
    var certain = new ArrayList<String>();
    List<String> parts = Words.typed(text);
    for (int i = 0; i < parts.size(); i++) {
      String word = parts.get(i).replace("-", "");
      if (Words.isWord(word) && guessed.size() < MAX_GUESSED) {
        int maxDistance = word.length() <= SHORT_LENGTH ? 1 : 2;
        boolean isOpen = i == parts.size() - 1;
        guessed.add(new Guessed(word, Words.letters(word), maxDistance, isOpen));
      } else {
        certain.add(parts.get(i));
      }
    }
    return new SearchText(text, true, guessed, String.join(" ", certain));
  }
}
