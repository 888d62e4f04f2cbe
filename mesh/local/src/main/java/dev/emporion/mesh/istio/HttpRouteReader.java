package dev.emporion.mesh.istio;

import dev.emporion.mesh.istio.HttpRoute.Cors;
import dev.emporion.mesh.istio.HttpRoute.Destination;
import dev.emporion.mesh.istio.HttpRoute.DirectResponse;
import dev.emporion.mesh.istio.HttpRoute.HeaderChanges;
import dev.emporion.mesh.istio.HttpRoute.Headers;
import dev.emporion.mesh.istio.HttpRoute.Match;
import dev.emporion.mesh.istio.HttpRoute.Mirror;
import dev.emporion.mesh.istio.HttpRoute.Redirect;
import dev.emporion.mesh.istio.HttpRoute.RegexRewrite;
import dev.emporion.mesh.istio.HttpRoute.Rewrite;
import dev.emporion.mesh.istio.HttpRoute.RouteDestination;
import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

final class HttpRouteReader {
  private static final Type<Integer> STATUS = Type.integer(200, 599);
  private static final Type<Integer> REDIRECT_CODE =
      Type.integer(300, 399).and("one of 301, 302, 303, 307, 308", HttpRouteReader::isRedirect);
  private static final Type<String> METHOD_OR_HEADER = Type.TEXT.matching("a single word", "\\S+");

  private HttpRouteReader() {}

  static HttpRoute read(Fields route) {
    HttpRoute read =
        new HttpRoute(
            route.where(),
            route.text("name"),
            route.objects("match", HttpRouteReader::match),
            route.objects("route", HttpRouteReader::routeDestination),
            route.object("redirect", HttpRouteReader::redirect),
            route.object("directResponse", HttpRouteReader::directResponse),
            route.object("rewrite", HttpRouteReader::rewrite),
            route.value("timeout", Type.DURATION_OR_ZERO),
            route.object("retries", Common::retries),
            route.object("fault", FaultReader::read),
            mirrors(route),
            route.object("corsPolicy", HttpRouteReader::cors),
            route.object("headers", HttpRouteReader::headers));
    route.exactlyOne("route", "redirect", "directResponse");
    route.atMostOne("redirect", "rewrite");
    route.atMostOne("mirror", "mirrors");
    checkWeights(route, read.route());
    return read;
  }

  private static void checkWeights(Fields route, List<RouteDestination> destinations) {
    boolean several = destinations.size() > 1;
    if (several && destinations.stream().anyMatch(one -> one.weight().isEmpty())) {
      route.problem("route", "with several destinations each needs a weight");
    } else if (several && destinations.stream().allMatch(one -> one.weight().get() == 0)) {
      route.problem("route", "the weights are all zero");
    }
  }

  private static Match match(Fields match) {
    return new Match(
        match.where(),
        match.text("name"),
        match.object("uri", Common::stringMatch),
        match.object("scheme", Common::stringMatch),
        match.object("method", Common::stringMatch),
        match.object("authority", Common::stringMatch),
        match.objectMap("headers", Common::stringMatchOrPresent),
        match.objectMap("withoutHeaders", Common::stringMatchOrPresent),
        match.objectMap("queryParams", Common::stringMatchOrPresent),
        match.flag("ignoreUriCase").orElse(false),
        match.value("port", Type.PORT),
        match.textMap("sourceLabels"),
        match.texts("gateways"));
  }

  private static RouteDestination routeDestination(Fields destination) {
    return new RouteDestination(
        destination.where(),
        destination.requiredObject("destination", HttpRouteReader::destination),
        destination.value("weight", Type.count()),
        destination.object("headers", HttpRouteReader::headers));
  }

  private static Destination destination(Fields destination) {
    return new Destination(
        destination.where(),
        destination.requiredText("host"),
        destination.text("subset"),
        destination.object("port", Common::portNumber));
  }

  private static Headers headers(Fields headers) {
    return new Headers(
        headers.where(),
        headers.object("request", HttpRouteReader::changes).orElse(noChanges()),
        headers.object("response", HttpRouteReader::changes).orElse(noChanges()));
  }

  private static HeaderChanges changes(Fields changes) {
    return new HeaderChanges(
        changes.textMap("set"), changes.textMap("add"), changes.texts("remove"));
  }

  private static HeaderChanges noChanges() {
    return new HeaderChanges(Map.of(), Map.of(), List.of());
  }

  private static Redirect redirect(Fields redirect) {
    return new Redirect(
        redirect.where(),
        redirect.text("uri"),
        redirect.text("authority"),
        redirect.value("port", Type.PORT),
        redirect.text("scheme"),
        redirect.value("redirectCode", REDIRECT_CODE));
  }

  private static boolean isRedirect(int code) {
    return List.of(301, 302, 303, 307, 308).contains(code);
  }

  private static DirectResponse directResponse(Fields response) {
    return new DirectResponse(
        response.where(),
        response.required("status", STATUS),
        response.object("body", body -> body.requiredText("string")));
  }

  private static Rewrite rewrite(Fields rewrite) {
    Rewrite read =
        new Rewrite(
            rewrite.where(),
            rewrite.text("uri"),
            rewrite.text("authority"),
            rewrite.object("uriRegexRewrite", HttpRouteReader::regexRewrite));
    rewrite.atMostOne("uri", "uriRegexRewrite");
    return read;
  }

  private static RegexRewrite regexRewrite(Fields rewrite) {
    return new RegexRewrite(
        rewrite.where(), rewrite.required("match", Common.REGEX), rewrite.requiredText("rewrite"));
  }

  private static List<Mirror> mirrors(Fields route) {
    Optional<Destination> one = route.object("mirror", HttpRouteReader::destination);
    Optional<Double> percentage = route.object("mirrorPercentage", Common::percentage);
    List<Mirror> several = route.objects("mirrors", HttpRouteReader::mirror);
    if (percentage.isPresent() && one.isEmpty()) {
      route.problem("mirrorPercentage", "belongs to mirror, which is missing");
    }
    return Stream.concat(
            one.stream().map(mirror -> new Mirror(mirror.where(), mirror, percentage)),
            several.stream())
        .toList();
  }

  private static Mirror mirror(Fields mirror) {
    return new Mirror(
        mirror.where(),
        mirror.requiredObject("destination", HttpRouteReader::destination),
        mirror.object("percentage", Common::percentage));
  }

  private static Cors cors(Fields cors) {
    return new Cors(
        cors.where(),
        cors.objects("allowOrigins", Common::stringMatch),
        cors.values("allowMethods", METHOD_OR_HEADER),
        cors.values("allowHeaders", METHOD_OR_HEADER),
        cors.values("exposeHeaders", METHOD_OR_HEADER),
        cors.value("maxAge", Type.DURATION),
        cors.flag("allowCredentials"),
        cors.value("unmatchedPreflights", Type.oneOf(HttpRoute.UnmatchedPreflights.class)));
  }
}
