package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Similar;
import dev.emporion.mesh.yaml.Type;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What several kinds have in them. */
final class Common {
  /** RE2 has neither, because neither can be matched in linear time. */
  private static final Pattern NOT_IN_RE2 = Pattern.compile("\\(\\?<?[=!]|\\\\[1-9]");

  private static final Set<String> RETRY_CONDITIONS =
      Set.of(
          "5xx",
          "gateway-error",
          "reset",
          "reset-before-request",
          "connect-failure",
          "envoy-ratelimited",
          "retriable-4xx",
          "refused-stream",
          "retriable-status-codes",
          "retriable-headers",
          "cancelled",
          "deadline-exceeded",
          "internal",
          "resource-exhausted",
          "unavailable");

  private static final Pattern STATUS_CODE = Pattern.compile("[1-5]\\d\\d");

  static final Type<String> REGEX =
      Type.TEXT.and("a regular expression as RE2 reads it", Common::isRegex);

  private static final Type<String> NOT_EMPTY =
      Type.TEXT.and("a text that is not empty", text -> !text.isEmpty());

  private Common() {}

  /** {@code selector: {matchLabels: ...}}; empty where it is absent. */
  static Map<String, String> selector(Fields spec, String name) {
    return spec.object(name, selector -> selector.textMap("matchLabels")).orElse(Map.of());
  }

  /** {@code workloadSelector: {labels: ...}}; empty where it is absent. */
  static Map<String, String> workloadSelector(Fields spec) {
    return spec.object("workloadSelector", selector -> selector.textMap("labels")).orElse(Map.of());
  }

  /** {@code {number: 50055}}. */
  static int portNumber(Fields port) {
    return port.required("number", Type.PORT);
  }

  /** {@code {value: 12.5}}. */
  static double percentage(Fields percentage) {
    return percentage.required("value", Type.PERCENT);
  }

  static StringMatch stringMatch(Fields match) {
    StringMatch read = stringMatchOrPresent(match);
    match.exactlyOne("exact", "prefix", "regex");
    return read;
  }

  static StringMatch stringMatchOrPresent(Fields match) {
    Optional<StringMatch> exact = match.text("exact").map(StringMatch.Exact::new);
    Optional<StringMatch> prefix = match.value("prefix", NOT_EMPTY).map(StringMatch.Prefix::new);
    Optional<StringMatch> regex = match.value("regex", REGEX).map(StringMatch.Regex::new);
    match.atMostOne("exact", "prefix", "regex");
    return exact.or(() -> prefix).or(() -> regex).orElseGet(StringMatch.Present::new);
  }

  static HttpRoute.Retries retries(Fields retries) {
    HttpRoute.Retries read =
        new HttpRoute.Retries(
            retries.where(),
            retries.required("attempts", Type.count()),
            retries.value("perTryTimeout", Type.DURATION),
            retries.text("retryOn"),
            retries.flag("retryRemoteLocalities"),
            retries.flag("retryIgnorePreviousHosts"),
            retries.value("backoff", Type.DURATION));
    read.retryOn().ifPresent(conditions -> checkConditions(retries, conditions));
    return read;
  }

  private static void checkConditions(Fields retries, String conditions) {
    Arrays.stream(conditions.split(",", -1))
        .map(String::strip)
        .filter(condition -> !RETRY_CONDITIONS.contains(condition))
        .filter(condition -> !STATUS_CODE.matcher(condition).matches())
        .forEach(
            condition ->
                retries.problem(
                    "retryOn",
                    "\"%s\" is no condition of Envoy's%s"
                        .formatted(condition, Similar.hint(condition, RETRY_CONDITIONS))));
  }

  private static boolean isRegex(String text) {
    try {
      Pattern.compile(text.replace("(?P<", "(?<"));
      return !NOT_IN_RE2.matcher(text).find();
    } catch (PatternSyntaxException _) {
      return false;
    }
  }
}
