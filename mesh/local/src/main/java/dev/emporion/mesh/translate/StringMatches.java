package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.StringMatch;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;

/** A text that has to be so, as headers and query parameters are matched. */
final class StringMatches {
  private StringMatches() {}

  static HeaderMatcher.Builder header(String name, StringMatch match) {
    HeaderMatcher.Builder header = HeaderMatcher.newBuilder().setName(name);
    matcher(match).ifPresentOrElse(header::setStringMatch, () -> header.setPresentMatch(true));
    return header;
  }

  static QueryParameterMatcher parameter(String name, StringMatch match) {
    QueryParameterMatcher.Builder parameter = QueryParameterMatcher.newBuilder().setName(name);
    matcher(match)
        .ifPresentOrElse(parameter::setStringMatch, () -> parameter.setPresentMatch(true));
    return parameter.build();
  }

  /** Empty if any value will do; Istio takes the regular expression {@code *} for that too. */
  static Optional<StringMatcher> matcher(StringMatch match) {
    StringMatcher.Builder matcher = StringMatcher.newBuilder();
    return switch (match) {
      case StringMatch.Exact(String value) -> Optional.of(matcher.setExact(value).build());
      case StringMatch.Prefix(String value) -> Optional.of(matcher.setPrefix(value).build());
      case StringMatch.Regex(String value) when value.equals("*") -> Optional.empty();
      case StringMatch.Regex(String value) ->
          Optional.of(matcher.setSafeRegex(regex(value)).build());
      case StringMatch.Present() -> Optional.empty();
    };
  }

  static RegexMatcher regex(String value) {
    return RegexMatcher.newBuilder().setRegex(value).build();
  }

  /** For what we know before any call is made. */
  static boolean matches(StringMatch match, String text) {
    return switch (match) {
      case StringMatch.Exact(String value) -> text.equals(value);
      case StringMatch.Prefix(String value) -> text.startsWith(value);
      case StringMatch.Regex(String value) -> value.equals("*") || matches(value, text);
      case StringMatch.Present() -> true;
    };
  }

  /** What Java cannot read, Envoy's RE2 hardly can either; then it matches nothing. */
  private static boolean matches(String regex, String text) {
    try {
      return text.matches(regex);
    } catch (PatternSyntaxException e) {
      return false;
    }
  }
}
