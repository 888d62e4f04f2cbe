package dev.emporion.mesh.translate;

import com.google.protobuf.Empty;
import dev.emporion.mesh.istio.RequestAuthentication;
import dev.emporion.mesh.istio.RequestAuthentication.JwtRule;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HttpUri;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtClaimToHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider.NormalizePayload;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementAndList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementOrList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RemoteJwks;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RequirementRule;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whose JWTs are believed. None at all is no reason to refuse, a wrong one is. */
final class JwtAuthn {
  private static final Duration FETCH = Duration.ofSeconds(5);
  private static final Duration KEEP = Duration.ofMinutes(5);

  private final View view;

  JwtAuthn(View view) {
    this.view = view;
  }

  /** Looks at every rule, for its problems only. */
  void check() {
    view.mesh().config().requestAuthentications().stream()
        .flatMap(policy -> policy.jwtRules().stream())
        .forEach(this::provider);
  }

  Optional<HttpFilter> filter() {
    List<JwtRule> rules =
        view.mesh().config().requestAuthentications().stream()
            .filter(policy -> Names.selects(policy.selector(), view.proxy().labels()))
            .map(RequestAuthentication::jwtRules)
            .flatMap(List::stream)
            .toList();
    return rules.isEmpty()
        ? Optional.empty()
        : Optional.of(HttpFilters.filter(HttpFilters.JWT_AUTHN, authentication(rules)));
  }

  private JwtAuthentication authentication(List<JwtRule> rules) {
    JwtAuthentication.Builder out = JwtAuthentication.newBuilder().setBypassCorsPreflight(true);
    List<String> names = new ArrayList<>();
    for (JwtRule rule : rules) {
      String name = "origins-" + names.size();
      names.add(name);
      out.putProviders(name, provider(rule));
    }
    return out.addRules(
            RequirementRule.newBuilder().setMatch(RouteMatches.ALL).setRequires(requirement(names)))
        .build();
  }

  /**
   * A token has to be good for every provider that finds one, or for one of them where several look
   * in the same place.
   */
  private static JwtRequirement requirement(List<String> names) {
    List<JwtRequirement> each = names.stream().map(JwtAuthn::orMissing).toList();
    if (each.size() == 1) {
      return each.getFirst();
    }
    List<JwtRequirement> any = new ArrayList<>(names.stream().map(JwtAuthn::by).toList());
    any.add(
        JwtRequirement.newBuilder()
            .setRequiresAll(JwtRequirementAndList.newBuilder().addAllRequirements(each))
            .build());
    return anyOf(any);
  }

  private static JwtRequirement orMissing(String name) {
    JwtRequirement missing =
        JwtRequirement.newBuilder().setAllowMissing(Empty.getDefaultInstance()).build();
    return anyOf(List.of(by(name), missing));
  }

  private static JwtRequirement by(String name) {
    return JwtRequirement.newBuilder().setProviderName(name).build();
  }

  private static JwtRequirement anyOf(List<JwtRequirement> requirements) {
    return JwtRequirement.newBuilder()
        .setRequiresAny(JwtRequirementOrList.newBuilder().addAllRequirements(requirements))
        .build();
  }

  private JwtProvider provider(JwtRule rule) {
    JwtProvider.Builder provider =
        JwtProvider.newBuilder()
            .setIssuer(rule.issuer())
            .addAllAudiences(rule.audiences())
            .setForward(rule.forwardOriginalToken().orElse(false))
            .setForwardPayloadHeader(rule.outputPayloadToHeader().orElse(""))
            .setPayloadInMetadata("payload")
            .setNormalizePayloadInMetadata(
                NormalizePayload.newBuilder()
                    .addAllSpaceDelimitedClaims(List.of("permission", "scope")))
            .addAllFromParams(rule.fromParams())
            .addAllFromCookies(rule.fromCookies());
    rule.fromHeaders()
        .forEach(
            from ->
                provider.addFromHeaders(
                    JwtHeader.newBuilder()
                        .setName(from.name())
                        .setValuePrefix(from.prefix().orElse(""))));
    rule.outputClaimToHeaders()
        .forEach(
            claim ->
                provider.addClaimToHeaders(
                    JwtClaimToHeader.newBuilder()
                        .setHeaderName(claim.header())
                        .setClaimName(claim.claim())));
    keys(provider, rule);
    return provider.build();
  }

  private void keys(JwtProvider.Builder provider, JwtRule rule) {
    rule.jwks()
        .map(keys -> DataSource.newBuilder().setInlineString(keys))
        .ifPresent(provider::setLocalJwks);
    rule.jwksUri().flatMap(uri -> remote(rule, uri)).ifPresent(provider::setRemoteJwks);
    if (rule.jwks().isEmpty() && rule.jwksUri().isEmpty()) {
      view.problems()
          .add(rule.where(), "keys are not looked for at the issuer: give jwks or jwksUri");
    }
  }

  /** istiod would fetch the keys itself; here the Envoy does, from a host that it knows. */
  private Optional<RemoteJwks.Builder> remote(JwtRule rule, String uri) {
    Optional<Target> target = target(view, uri);
    if (target.isEmpty()) {
      view.problems()
          .add(
              rule.where(),
              "nothing is known of the host of " + uri + ": add a ServiceEntry for it");
    }
    return target.map(
        from ->
            RemoteJwks.newBuilder()
                .setHttpUri(
                    HttpUri.newBuilder()
                        .setUri(uri)
                        .setCluster(from.cluster())
                        .setTimeout(Protos.duration(FETCH)))
                .setCacheDuration(Protos.duration(KEEP)));
  }

  /** What this Envoy fetches keys from. */
  List<Target> targets() {
    return view.mesh().config().requestAuthentications().stream()
        .filter(policy -> Names.selects(policy.selector(), view.proxy().labels()))
        .flatMap(policy -> policy.jwtRules().stream())
        .flatMap(rule -> rule.jwksUri().stream())
        .flatMap(uri -> target(view, uri).stream())
        .toList();
  }

  private static Optional<Target> target(View view, String text) {
    URI uri = uri(text);
    int usual = "https".equals(uri.getScheme()) ? 443 : 80;
    int port = uri.getPort() < 0 ? usual : uri.getPort();
    return Optional.ofNullable(uri.getHost())
        .flatMap(view.mesh()::host)
        .filter(host -> host.port(port).isPresent())
        .map(host -> new Target(host, port, Optional.empty()));
  }

  /** Nothing is known of the host of what is no URI. */
  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      return URI.create("");
    }
  }
}
