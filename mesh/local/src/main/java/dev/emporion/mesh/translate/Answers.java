package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.HttpRoute.Cors;
import dev.emporion.mesh.istio.HttpRoute.DirectResponse;
import dev.emporion.mesh.istio.HttpRoute.Redirect;
import dev.emporion.mesh.istio.HttpRoute.UnmatchedPreflights;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction.RedirectResponseCode;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import java.util.Optional;

/** What an Envoy answers by itself: redirects, fixed answers, CORS preflights. */
record Answers(Entrance entrance) {

  RedirectAction redirect(Redirect redirect) {
    RedirectAction.Builder out = RedirectAction.newBuilder();
    redirect.authority().ifPresent(out::setHostRedirect);
    redirect.uri().ifPresent(out::setPathRedirect);
    redirect.scheme().ifPresent(out::setSchemeRedirect);
    redirect
        .port()
        .filter(port -> port != defaultPort(redirect.scheme()))
        .ifPresent(out::setPortRedirect);
    return out.setResponseCode(code(redirect.redirectCode().orElse(301))).build();
  }

  private int defaultPort(Optional<String> scheme) {
    String effective = scheme.orElse(entrance.tls() ? "https" : "http");
    return effective.equals("https") ? 443 : 80;
  }

  private static RedirectResponseCode code(int code) {
    return switch (code) {
      case 302 -> RedirectResponseCode.FOUND;
      case 303 -> RedirectResponseCode.SEE_OTHER;
      case 307 -> RedirectResponseCode.TEMPORARY_REDIRECT;
      case 308 -> RedirectResponseCode.PERMANENT_REDIRECT;
      default -> RedirectResponseCode.MOVED_PERMANENTLY;
    };
  }

  DirectResponseAction direct(DirectResponse response) {
    DirectResponseAction.Builder out = DirectResponseAction.newBuilder();
    response
        .body()
        .map(body -> DataSource.newBuilder().setInlineString(body))
        .ifPresent(out::setBody);
    return out.setStatus(response.status()).build();
  }

  static CorsPolicy cors(Cors cors) {
    CorsPolicy.Builder out = CorsPolicy.newBuilder();
    cors.allowOrigins().stream()
        .flatMap(origin -> StringMatches.matcher(origin).stream())
        .forEach(out::addAllowOriginStringMatch);
    cors.maxAge().ifPresent(age -> out.setMaxAge(Long.toString(age.toSeconds())));
    cors.allowCredentials()
        .ifPresent(allow -> out.setAllowCredentials(allow ? Protos.TRUE : Protos.FALSE));
    boolean forward =
        cors.unmatchedPreflights().orElse(UnmatchedPreflights.UNSPECIFIED)
            != UnmatchedPreflights.IGNORE;
    return out.setAllowMethods(String.join(",", cors.allowMethods()))
        .setAllowHeaders(String.join(",", cors.allowHeaders()))
        .setExposeHeaders(String.join(",", cors.exposeHeaders()))
        .setFilterEnabled(Protos.fraction(100))
        .setForwardNotMatchingPreflights(forward ? Protos.TRUE : Protos.FALSE)
        .build();
  }
}
