package dev.emporion.platform;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of the contracts, which are in RE2's syntax, run by Java's faster engine
 * where the two surely mean the same: no construct outside of the plain ones, and no line end in
 * the text, of which the two think differently at {@code $}.
 */
final class SafePattern {
  private static final Pattern PLAIN =
      Pattern.compile(
          "([A-Za-z0-9_@/:,;#=~%!<>' \"{}()?*+|^$.-]|\\\\[.+*?\\\\d-]|\\[\\^?[^\\[\\]\\\\&]+])*");

  /** Java's engine may go back and forth in a long text, RE2 never does. */
  private static final int MAX_LENGTH = 1_000;

  private static final int FIRST_PRINTABLE = 0x20;
  private static final int LAST_ASCII = 0x7e;

  private final Pattern pattern; // null if it is not plain

  private SafePattern(Pattern pattern) {
    this.pattern = pattern;
  }

  static SafePattern of(String expression) {
    boolean plain = PLAIN.matcher(expression).matches() && !expression.contains("(?");
    try {
      return new SafePattern(plain ? Pattern.compile(expression) : null);
    } catch (PatternSyntaxException e) {
      return new SafePattern(null);
    }
  }

  /** Whether the text surely contains what the expression describes. */
  boolean surelyFound(String text) {
    return pattern != null && isPlain(text) && pattern.matcher(text).find();
  }

  /** Whether it surely does not. */
  boolean surelyNotFound(String text) {
    return pattern != null && isPlain(text) && !pattern.matcher(text).find();
  }

  private static boolean isPlain(String text) {
    if (text.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < FIRST_PRINTABLE || text.charAt(i) > LAST_ASCII) {
        return false;
      }
    }
    return true;
  }
}
