package dev.emporion.mesh.shop;

import java.io.PrintStream;

/** Tells what happens, in numbered steps with aligned details. */
final class Story {
  private final PrintStream out;
  private int step;

  Story(PrintStream out) {
    this.out = out;
  }

  /** Something happens. */
  void step(String text, Object... values) {
    out.printf("%n%2d. %s%n", ++step, text.formatted(values));
  }

  /** What came of it, in a sentence. */
  void say(String text, Object... values) {
    out.println("      " + text.formatted(values));
  }

  /** What came of it, as a name and its value, below those of the other rows. */
  void row(String name, String text, Object... values) {
    out.printf("      %-12s %s%n", name, text.formatted(values));
  }

  /** The last line, for scripts. */
  void end(String text, Object... values) {
    out.printf("%ndemo: steps=%d %s%n", step, text.formatted(values));
  }
}
