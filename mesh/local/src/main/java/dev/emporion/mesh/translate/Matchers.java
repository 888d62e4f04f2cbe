package dev.emporion.mesh.translate;

import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ListMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher.PathSegment;
import io.envoyproxy.envoy.type.matcher.v3.OrMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import java.util.List;

/**
 * Values of authorization policies: {@code *} is any that is there, and one at an end stands for
 * whatever comes there.
 */
final class Matchers {
  static final StringMatcher SOMETHING = regex(".+");

  private Matchers() {}

  static StringMatcher text(String value) {
    return text(value, "", false);
  }

  /**
   * @param before what comes before every value, as {@code spiffe://} does
   */
  static StringMatcher text(String value, String before, boolean ignoreCase) {
    if (value.equals("*")) {
      return SOMETHING;
    }
    if (value.startsWith("*") && !before.isEmpty()) {
      return regex(quote(before) + ".*" + quote(value.substring(1)));
    }
    StringMatcher.Builder matcher = StringMatcher.newBuilder().setIgnoreCase(ignoreCase);
    if (value.startsWith("*")) {
      return matcher.setSuffix(value.substring(1)).build();
    }
    return value.endsWith("*")
        ? matcher.setPrefix(before + value.substring(0, value.length() - 1)).build()
        : matcher.setExact(before + value).build();
  }

  static StringMatcher regex(String regex) {
    return StringMatcher.newBuilder().setSafeRegex(StringMatches.regex(regex)).build();
  }

  /** For RE2, which has no {@code \Q}. */
  static String quote(String text) {
    return text.replaceAll("[\\\\.+*?()|\\[\\]{}^$]", "\\\\$0");
  }

  static HeaderMatcher header(String name, String value, boolean ignoreCase) {
    HeaderMatcher.Builder header = HeaderMatcher.newBuilder().setName(name);
    return value.equals("*")
        ? header.setPresentMatch(true).build()
        : header.setStringMatch(text(value, "", ignoreCase)).build();
  }

  /** What the JWT filter found out, by the path of a claim. */
  static MetadataMatcher.Builder jwt(List<String> claims) {
    MetadataMatcher.Builder matcher =
        MetadataMatcher.newBuilder().setFilter(HttpFilters.JWT_AUTHN).addPath(key("payload"));
    claims.forEach(claim -> matcher.addPath(key(claim)));
    return matcher;
  }

  private static PathSegment key(String name) {
    return PathSegment.newBuilder().setKey(name).build();
  }

  /** A claim that is one of the values, or a list that has one of them. */
  static MetadataMatcher claim(List<String> claims, List<String> values) {
    ValueMatcher value = anyOf(values.stream().map(Matchers::text).toList());
    ValueMatcher inList =
        ValueMatcher.newBuilder().setListMatch(ListMatcher.newBuilder().setOneOf(value)).build();
    return jwt(claims).setValue(either(List.of(inList, value))).build();
  }

  static MetadataMatcher claim(String claim, StringMatcher value) {
    return jwt(List.of(claim)).setValue(ValueMatcher.newBuilder().setStringMatch(value)).build();
  }

  private static ValueMatcher anyOf(List<StringMatcher> texts) {
    return either(
        texts.stream()
            .map(text -> ValueMatcher.newBuilder().setStringMatch(text).build())
            .toList());
  }

  private static ValueMatcher either(List<ValueMatcher> values) {
    return values.size() == 1
        ? values.getFirst()
        : ValueMatcher.newBuilder()
            .setOrMatch(OrMatcher.newBuilder().addAllValueMatchers(values))
            .build();
  }

  /** {@code 10.0.0.0/8} or one address. */
  static CidrRange addresses(String block) {
    String[] parts = block.split("/");
    int whole = parts[0].contains(":") ? 128 : 32;
    int length = parts.length > 1 ? Integer.parseInt(parts[1]) : whole;
    return CidrRange.newBuilder()
        .setAddressPrefix(parts[0])
        .setPrefixLen(Protos.uint(length))
        .build();
  }
}
