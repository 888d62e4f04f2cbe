package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.HttpRoute.Match;
import dev.emporion.mesh.istio.StringMatch;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.ListMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.OrMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Which requests a route is for. */
final class RouteMatches {
  static final RouteMatch ALL = RouteMatch.newBuilder().setPrefix("/").build();

  private static final String CLAIMS = "@request.auth.claims";
  private static final Pattern CLAIM = Pattern.compile("\\[([^\\[\\]]+)]|\\.([^.\\[\\]]+)");
  private static final Pattern ALL_CLAIMS = Pattern.compile("(?:" + CLAIM + ")+");

  private RouteMatches() {}

  /**
   * @param authority that every call at this listener has, or none: then callers choose it
   * @return empty if no request can match
   */
  static Optional<RouteMatch> of(Match match, Optional<String> authority) {
    if (match.authority().isPresent()
        && authority.isPresent()
        && !StringMatches.matches(match.authority().get(), authority.get())) {
      return Optional.empty();
    }
    RouteMatch.Builder out = RouteMatch.newBuilder();
    path(out, match.uri());
    out.setCaseSensitive(match.ignoreUriCase() ? Protos.FALSE : Protos.TRUE);
    headers(out, match);
    match.method().ifPresent(method -> out.addHeaders(StringMatches.header(":method", method)));
    if (authority.isEmpty()) {
      match.authority().ifPresent(of -> out.addHeaders(StringMatches.header(":authority", of)));
    }
    match.scheme().ifPresent(scheme -> out.addHeaders(StringMatches.header(":scheme", scheme)));
    new TreeMap<>(match.queryParams())
        .forEach((name, value) -> out.addQueryParameters(StringMatches.parameter(name, value)));
    return Optional.of(out.build());
  }

  /** Nothing after a route that takes every request can be reached. */
  static boolean isCatchAll(RouteMatch match) {
    boolean everyPath =
        match.getPrefix().equals("/") || match.getSafeRegex().getRegex().equals(".*");
    return everyPath
        && match.getHeadersCount() == 0
        && match.getQueryParametersCount() == 0
        && match.getDynamicMetadataCount() == 0;
  }

  private static void path(RouteMatch.Builder out, Optional<StringMatch> uri) {
    switch (uri.orElseGet(StringMatch.Present::new)) {
      case StringMatch.Exact(String value) -> out.setPath(value);
      case StringMatch.Prefix(String value) -> out.setPrefix(value);
      case StringMatch.Regex(String value) -> out.setSafeRegex(StringMatches.regex(value));
      case StringMatch.Present() -> out.setPrefix("/");
    }
  }

  private static void headers(RouteMatch.Builder out, Match match) {
    List<HeaderMatcher> headers = new ArrayList<>();
    for (Map.Entry<String, StringMatch> entry : new TreeMap<>(match.headers()).entrySet()) {
      if (entry.getKey().startsWith(CLAIMS)) {
        out.addDynamicMetadata(claim(entry.getKey(), entry.getValue(), false));
      } else {
        headers.add(StringMatches.header(entry.getKey(), entry.getValue()).build());
      }
    }
    for (Map.Entry<String, StringMatch> entry : new TreeMap<>(match.withoutHeaders()).entrySet()) {
      if (entry.getKey().startsWith(CLAIMS)) {
        out.addDynamicMetadata(claim(entry.getKey(), entry.getValue(), true));
      } else {
        headers.add(without(entry.getKey(), entry.getValue()));
      }
    }
    headers.sort(Comparator.comparing(HeaderMatcher::getName));
    out.addAllHeaders(headers);
  }

  private static HeaderMatcher without(String name, StringMatch match) {
    HeaderMatcher.Builder header = StringMatches.header(name, match).setInvertMatch(true);
    return header.setTreatMissingHeaderAsEmpty(!header.getPresentMatch()).build();
  }

  /** A claim of the caller's JWT, which may be one text or a list of them. */
  private static MetadataMatcher claim(String key, StringMatch match, boolean inverted) {
    StringMatcher text =
        StringMatches.matcher(match)
            .orElseGet(
                () -> StringMatcher.newBuilder().setSafeRegex(StringMatches.regex(".*")).build());
    ValueMatcher value = ValueMatcher.newBuilder().setStringMatch(text).build();
    ValueMatcher inList =
        ValueMatcher.newBuilder().setListMatch(ListMatcher.newBuilder().setOneOf(value)).build();
    return Matchers.jwt(claims(key.substring(CLAIMS.length())))
        .setValue(
            ValueMatcher.newBuilder()
                .setOrMatch(
                    OrMatcher.newBuilder().addValueMatchers(inList).addValueMatchers(value)))
        .setInvert(inverted)
        .build();
  }

  /** {@code [a][b]} and {@code .a.b} are both b within a. */
  private static List<String> claims(String path) {
    if (!ALL_CLAIMS.matcher(path).matches()) {
      return List.of(path);
    }
    return CLAIM
        .matcher(path)
        .results()
        .map(found -> found.group(found.group(1) == null ? 2 : 1))
        .toList();
  }
}
