package dev.emporion.platform;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Declares and reads settings in one go. A configuration record asks for each by its environment
 * variable, with a default and a line of help, and {@link Cli} makes an option of each:
 *
 * <pre>{@code
 * record OrdersConfig(ServerConfig server, String carts, int leaseSeconds) {
 *   static OrdersConfig read(Settings s) {
 *     return new OrdersConfig(
 *         ServerConfig.read(s),
 *         s.address("CARTS_ADDRESS", "127.0.0.1:50053", "where carts answers"),
 *         s.integer("SAGA_LEASE_SECONDS", 10, 1, 300, "until another instance takes over"));
 *   }
 * }
 * }</pre>
 *
 * A bad value is noted and its default returned, so that the person who starts the program hears of
 * every bad setting at once; so a reader must do nothing but read. An empty value counts as absent,
 * because that is what an unset variable becomes in many manifests. Values of secrets are never
 * repeated.
 */
public final class Settings {
  /** One setting, as {@code --help} shows it. */
  record Declared(String name, String shape, String defaultValue, boolean isSecret, String help) {
    boolean isRequired() {
      return defaultValue == null;
    }

    Declared named(String other) {
      return new Declared(other, shape, defaultValue, isSecret, help);
    }
  }

  private static final int MAX_PORT = 65_535;

  private final Function<String, String> values;
  private final Map<String, Declared> declared;
  private final List<String> problems;
  private final UnaryOperator<String> names;
  private final Map<String, String> decided;

  private Settings(Function<String, String> values) {
    this(values, new LinkedHashMap<>(), new ArrayList<>(), UnaryOperator.identity(), Map.of());
  }

  private Settings(
      Function<String, String> values,
      Map<String, Declared> declared,
      List<String> problems,
      UnaryOperator<String> names,
      Map<String, String> decided) {
    this.values = values;
    this.declared = declared;
    this.problems = problems;
    this.names = names;
    this.decided = decided;
  }

  /**
   * These settings for a service that shares its process with others.
   *
   * @param names what its settings are called here, where each needs one of its own
   * @param decided values that the process decides, so that nobody is asked for them
   */
  public Settings within(UnaryOperator<String> names, Map<String, String> decided) {
    return new Settings(values, declared, problems, names, decided);
  }

  /**
   * Reads a configuration from these values, by the names of the environment variables.
   *
   * @throws ConfigException with every bad setting
   */
  public static <C> C read(Function<String, String> values, Function<Settings, C> reader) {
    var settings = new Settings(values);
    C config = reader.apply(settings);
    if (!settings.problems.isEmpty()) {
      throw new ConfigException(settings.problems);
    }
    return config;
  }

  /** What the reader asks for, in its order. */
  static List<Declared> declaredBy(Function<Settings, ?> reader) {
    var settings = new Settings(name -> null);
    reader.apply(settings);
    return List.copyOf(settings.declared.values());
  }

  /** Any text that is not empty; null as default makes it required. */
  public String text(String name, String defaultValue, String help) {
    return take(open(name, "TEXT", defaultValue, help), value -> true, Function.identity(), "");
  }

  /** A whole number from {@code min} to {@code max}; its unit belongs into the name. */
  public int integer(String name, int defaultValue, int min, int max, String help) {
    String shape = min + ".." + max;
    Predicate<String> fits =
        value -> {
          try {
            int number = Integer.parseInt(value);
            return number >= min && number <= max;
          } catch (NumberFormatException e) {
            return false;
          }
        };
    return take(
        open(name, shape, String.valueOf(defaultValue), help),
        fits,
        Integer::parseInt,
        defaultValue);
  }

  /** A number from {@code min} to {@code max}. */
  public double decimal(String name, double defaultValue, double min, double max, String help) {
    String shape = min + ".." + max;
    Predicate<String> fits =
        value -> {
          try {
            double number = Double.parseDouble(value);
            return number >= min && number <= max;
          } catch (NumberFormatException e) {
            return false;
          }
        };
    return take(
        open(name, shape, String.valueOf(defaultValue), help),
        fits,
        Double::parseDouble,
        defaultValue);
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String name, boolean defaultValue, String help) {
    return take(
        open(name, "true|false", String.valueOf(defaultValue), help),
        value -> value.equals("true") || value.equals("false"),
        Boolean::parseBoolean,
        defaultValue);
  }

  /** One of the given words. */
  public String choice(String name, String defaultValue, List<String> words, String help) {
    String shape = String.join("|", words);
    return take(open(name, shape, defaultValue, help), words::contains, Function.identity(), "");
  }

  /** {@code host:port}, or {@code inprocess:NAME} for a server in this process. */
  public String address(String name, String defaultValue, String help) {
    return take(
        open(name, "HOST:PORT", defaultValue, help), Settings::isAddress, Function.identity(), "");
  }

  /** A path; whether there is something is for the user of it to say. */
  public Path file(String name, String defaultValue, String help) {
    return take(
        open(name, "PATH", defaultValue, help),
        value -> value.indexOf('\0') < 0,
        Path::of,
        Path.of(""));
  }

  /**
   * A required value that is never shown: not in help, logs or complaints.
   *
   * @param example what it should look like: all that a complaint says, and what a reader gets in
   *     place of a bad value, so it has to fit
   */
  public String secret(String name, String example, Predicate<String> fits, String help) {
    return take(new Declared(name, example, null, true, help), fits, Function.identity(), example);
  }

  private <T> T take(
      Declared asked, Predicate<String> fits, Function<String, T> parse, T placeholder) {
    String value = decided.get(asked.name);
    if (value != null) {
      return parse.apply(value);
    }
    Declared setting = asked.named(names.apply(asked.name));
    declared.putIfAbsent(setting.name, setting);
    value = values.apply(setting.name);
    if (value == null || value.isBlank()) {
      if (setting.isRequired()) {
        problems.add(setting.name + " is missing; give " + setting.shape + ": " + setting.help);
        return placeholder;
      }
      return parse.apply(setting.defaultValue);
    }
    value = value.strip();
    if (!fits.test(value)) {
      String said = setting.isSecret ? "malformed" : "'" + value + "'";
      problems.add(setting.name + " is " + said + "; give " + setting.shape);
      return placeholder;
    }
    return parse.apply(value);
  }

  private static Declared open(String name, String shape, String defaultValue, String help) {
    return new Declared(name, shape, defaultValue, false, help);
  }

  /** {@code CARTS_ADDRESS} is given on the command line as {@code --carts-address}. */
  static String option(String name) {
    return "--" + name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static boolean isAddress(String value) {
    if (value.startsWith(AddressChannels.IN_PROCESS)) {
      return value.length() > AddressChannels.IN_PROCESS.length();
    }
    int colon = value.lastIndexOf(':');
    if (colon < 1 || value.indexOf('/') >= 0) {
      return false;
    }
    try {
      int port = Integer.parseInt(value.substring(colon + 1));
      return port >= 0 && port <= MAX_PORT;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
