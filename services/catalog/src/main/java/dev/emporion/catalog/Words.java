package dev.emporion.catalog;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Words as people mistype them: of letters alone, and not the shortest. */
final class Words {
  static final int MIN_LENGTH = 3;
  static final int MAX_LENGTH = 40;

  private static final Pattern NOT_A_LETTER = Pattern.compile("\\P{L}+");
  private static final Pattern BETWEEN = Pattern.compile("[\\s/]+");

  private Words() {}

  /**
   * The words of these texts, sorted, so that two writers of the same words never wait for each
   * other in a circle.
   */
  static Collection<String> of(List<String> texts) {
    return texts.stream()
        .flatMap(text -> NOT_A_LETTER.splitAsStream(text.toLowerCase(Locale.ROOT)))
        .filter(Words::fits)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What was typed, cut at spaces. */
  static List<String> typed(String text) {
    return BETWEEN
        .splitAsStream(text.toLowerCase(Locale.ROOT))
        .filter(part -> !part.isEmpty())
        .toList();
  }

  /** Whether it is of letters alone and neither very short nor very long. */
  static boolean isWord(String text) {
    return fits(text) && !NOT_A_LETTER.matcher(text).find();
  }

  private static boolean fits(String word) {
    int length = word.codePointCount(0, word.length());
    return length >= MIN_LENGTH && length <= MAX_LENGTH;
  }

  /** The word's letters in alphabetical order: equal for words whose letters changed places. */
  static String letters(String word) {
    return word.codePoints()
        .sorted()
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
