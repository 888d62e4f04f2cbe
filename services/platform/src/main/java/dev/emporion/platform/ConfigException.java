package dev.emporion.platform;

import java.util.List;

/**
 * What the person who starts the program has to mend, one line each: bad settings, a port that is
 * taken, an outdated schema. {@link Cli} prints the lines without a stack trace and ends with exit
 * code 2.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  public ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  public ConfigException(String problem) {
    this(List.of(problem));
  }

  public List<String> problems() {
    return problems;
  }
}
