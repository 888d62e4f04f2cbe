package dev.emporion.mesh.translate;

import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.Principal.Authenticated;
import io.envoyproxy.envoy.config.rbac.v3.SourcedMetadata;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Who may do it: words for Envoy's principals. */
final class Principals {
  private Principals() {}

  static Principal all(List<Principal> each) {
    Principal.Set.Builder set = Principal.Set.newBuilder().addAllIds(each);
    if (each.isEmpty()) {
      set.addIds(Principal.newBuilder().setAny(true));
    }
    return Principal.newBuilder().setAndIds(set).build();
  }

  static Principal any(List<Principal> each) {
    return Principal.newBuilder().setOrIds(Principal.Set.newBuilder().addAllIds(each)).build();
  }

  static Principal not(Principal principal) {
    return Principal.newBuilder().setNotId(principal).build();
  }

  /** {@code cluster.local/ns/emporion/sa/orders}: the certificate's name without its scheme. */
  static Principal principal(String value) {
    return named(Matchers.text(value, "spiffe://", false));
  }

  static Principal namespace(String value) {
    String name =
        Arrays.stream(value.split("\\*", -1))
            .map(Matchers::quote)
            .collect(Collectors.joining(".*"));
    return named(Matchers.regex(".*/ns/" + name + "/.*"));
  }

  /** {@code orders}, or {@code emporion/orders}. */
  static Principal serviceAccount(String namespace, String value) {
    int slash = value.indexOf('/');
    String of = slash < 0 ? namespace : value.substring(0, slash);
    String account = value.substring(slash + 1);
    return named(
        Matchers.regex(
            "spiffe://.+/ns/%s/(.+/|)sa/%s(/.+)?"
                .formatted(Matchers.quote(of), Matchers.quote(account))));
  }

  private static Principal named(StringMatcher name) {
    return Principal.newBuilder()
        .setAuthenticated(Authenticated.newBuilder().setPrincipalName(name))
        .build();
  }

  static Principal address(String value) {
    return Principal.newBuilder().setDirectRemoteIp(Matchers.addresses(value)).build();
  }

  static Principal remoteAddress(String value) {
    return Principal.newBuilder().setRemoteIp(Matchers.addresses(value)).build();
  }

  static Principal header(String name, List<String> values) {
    return any(
        values.stream()
            .map(value -> Matchers.header(name, value, false))
            .map(header -> Principal.newBuilder().setHeader(header).build())
            .toList());
  }

  static Principal claim(List<String> claims, List<String> values) {
    return metadata(Matchers.claim(claims, values));
  }

  static Principal requestPrincipals(List<String> values) {
    return any(values.stream().map(Principals::requestPrincipal).toList());
  }

  /** {@code issuer/subject}; an issuer may have slashes in it, a subject has none. */
  static Principal requestPrincipal(String value) {
    int slash = value.lastIndexOf('/');
    String issuer = slash < 0 ? value : value.substring(0, slash);
    String subject = slash < 0 ? "" : value.substring(slash + 1);
    if (slash < 0 && value.startsWith("*")) {
      issuer = "*";
      subject = value;
    } else if (slash < 0 && value.endsWith("*")) {
      subject = "*";
    }
    // Istio has a star only where it stands for the whole end of the value.
    boolean atFront = value.startsWith("*");
    return all(
        List.of(
            claim("iss", atFront || slash < 0 ? Matchers.text(issuer) : exact(issuer)),
            claim("sub", atFront && slash >= 0 ? exact(subject) : Matchers.text(subject))));
  }

  private static StringMatcher exact(String value) {
    return StringMatcher.newBuilder().setExact(value).build();
  }

  private static Principal claim(String claim, StringMatcher value) {
    return metadata(Matchers.claim(claim, value));
  }

  private static Principal metadata(MetadataMatcher matcher) {
    return Principal.newBuilder()
        .setSourcedMetadata(SourcedMetadata.newBuilder().setMetadataMatcher(matcher))
        .build();
  }
}
