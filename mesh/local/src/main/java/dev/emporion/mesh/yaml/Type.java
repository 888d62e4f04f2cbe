package dev.emporion.mesh.yaml;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a scalar may be.
 *
 * @param what completes "must be ..."
 * @param values to be listed in the table of what is translated; empty where any will do
 * @param example a value of the type, for a reader that goes on after a problem or only describes
 * @param parse empty for a scalar that is none
 */
public record Type<T>(
    String what, String values, T example, Function<Node.Scalar, Optional<T>> parse) {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final int MAX_PORT = 65_535;
  private static final int MAX_NAME = 253;

  public static final Type<String> TEXT =
      new Type<>("text", "", "text", scalar -> as(scalar, String.class));

  public static final Type<Boolean> BOOLEAN =
      new Type<>("true or false", "", true, scalar -> as(scalar, Boolean.class));

  /** Zero is allowed, and means none wherever Istio lets one write it. */
  public static final Type<Duration> DURATION_OR_ZERO =
      new Type<>("a duration such as 1.5s, 200ms or 1h30m", "", SHORTEST, Type::duration);

  public static final Type<Duration> DURATION =
      DURATION_OR_ZERO.and(
          "a duration of at least 1ms, such as 1.5s or 1h30m",
          duration -> duration.compareTo(SHORTEST) >= 0);

  public static final Type<Integer> PORT = integer(1, MAX_PORT);

  /** Per cent, with decimals. */
  public static final Type<Double> PERCENT = number(0, 100);

  /** What Kubernetes takes as the name of most things: a DNS name. */
  public static final Type<String> NAME =
      TEXT.matching(
          "a name of small letters, digits, - and .",
          "[a-z0-9]([-a-z0-9.]{0," + MAX_NAME + "}[a-z0-9])?");

  public static Type<Integer> integer(int min, int max) {
    return wholeNumber(min, max).map(min, Long::intValue);
  }

  /** A count that Envoy keeps in 32 bits. */
  public static Type<Integer> count() {
    return integer(0, Integer.MAX_VALUE);
  }

  public static Type<Long> wholeNumber(long min, long max) {
    String what = "a whole number " + range(min, max);
    return new Type<>(
        what,
        "",
        min,
        scalar ->
            scalar.value() instanceof Integer || scalar.value() instanceof Long
                ? Optional.of(((Number) scalar.value()).longValue())
                    .filter(number -> number >= min && number <= max)
                : Optional.empty());
  }

  private static String range(long min, long max) {
    return max >= Integer.MAX_VALUE ? "from " + min + " on" : "from " + min + " to " + max;
  }

  public static Type<Double> number(double min, double max) {
    return new Type<>(
        "a number from %s to %s".formatted(plain(min), plain(max)),
        "",
        min,
        scalar ->
            scalar.value() instanceof Number number
                ? Optional.of(number.doubleValue()).filter(value -> value >= min && value <= max)
                : Optional.empty());
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  /** One of an enum's names, written exactly so. */
  public static <E extends Enum<E>> Type<E> oneOf(Class<E> values) {
    return oneOf(values, Enum::name);
  }

  /** One of an enum's names, but for one that cannot be meant here. */
  public static <E extends Enum<E>> Type<E> oneOfAllBut(E one) {
    return oneOf(
        Arrays.stream(one.getDeclaringClass().getEnumConstants())
            .filter(constant -> constant != one)
            .toList(),
        Enum::name);
  }

  /**
   * @param spelling how YAML writes a constant
   */
  public static <E extends Enum<E>> Type<E> oneOf(Class<E> values, Function<E, String> spelling) {
    return oneOf(List.of(values.getEnumConstants()), spelling);
  }

  private static <E> Type<E> oneOf(List<E> constants, Function<E, String> spelling) {
    String names = constants.stream().map(spelling).collect(Collectors.joining(", "));
    return new Type<>(
        (constants.size() == 1 ? "" : "one of ") + names,
        names,
        constants.getFirst(),
        scalar ->
            constants.stream()
                .filter(constant -> spelling.apply(constant).equals(scalar.value()))
                .findFirst());
  }

  /** A text that the whole pattern matches. */
  public Type<T> matching(String stricter, String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    return and(stricter, value -> compiled.matcher(String.valueOf(value)).matches());
  }

  /** The same, but only what the condition holds for. */
  public Type<T> and(String stricter, Predicate<T> condition) {
    return new Type<>(stricter, values, example, scalar -> parse.apply(scalar).filter(condition));
  }

  public <R> Type<R> map(R example, Function<T, R> conversion) {
    return new Type<>(what, values, example, scalar -> parse.apply(scalar).map(conversion));
  }

  private static <T> Optional<T> as(Node.Scalar scalar, Class<T> type) {
    return Optional.ofNullable(scalar.value()).filter(type::isInstance).map(type::cast);
  }

  private static Optional<Duration> duration(Node.Scalar scalar) {
    return as(scalar, String.class).flatMap(GoDuration::parse);
  }
}
