package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.HttpRoute;
import dev.emporion.mesh.istio.HttpRoute.Destination;
import dev.emporion.mesh.istio.HttpRoute.Mirror;
import dev.emporion.mesh.istio.HttpRoute.RegexRewrite;
import dev.emporion.mesh.istio.HttpRoute.RouteDestination;
import dev.emporion.mesh.istio.LoadBalancer;
import dev.emporion.mesh.istio.LoadBalancer.ConsistentHash;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteAction.RequestMirrorPolicy;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster.ClusterWeight;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where a route's requests go, how long they may take, and how often they are tried. */
final class RouteActions {
  private final View view;
  private final Entrance entrance;
  private final Targets targets;

  RouteActions(View view, Entrance entrance, Targets targets) {
    this.view = view;
    this.entrance = entrance;
    this.targets = targets;
  }

  RouteAction.Builder toService(Target target) {
    RouteAction.Builder action = RouteAction.newBuilder().setCluster(target.cluster());
    timeout(action, Optional.empty());
    entrance.authority().ifPresent(action::setHostRewriteLiteral);
    hash(target).flatMap(HashPolicies::of).ifPresent(action::addHashPolicy);
    // Istio gives a service without a VirtualService the retries of one that is not hashed.
    Retries.of(meshRetries(), false).ifPresent(action::setRetryPolicy);
    return action;
  }

  /** False, and a problem, if the route leads nowhere. */
  boolean add(Route.Builder out, HttpRoute route, Optional<HeaderOperations> headers) {
    RouteAction.Builder action = RouteAction.newBuilder();
    timeout(action, route.timeout());
    rewrite(action, route, headers);
    route.mirrors().forEach(mirror -> mirror(action, mirror));
    boolean found =
        route.route().size() == 1
            ? one(out, action, route.route().getFirst())
            : several(action, route.route());
    entrance
        .authority()
        .filter(authority -> !action.hasHostRewriteLiteral())
        .ifPresent(action::setHostRewriteLiteral);
    Retries.of(route.retries().or(this::meshRetries), hashed(route))
        .ifPresent(action::setRetryPolicy);
    out.setRoute(action);
    return found;
  }

  private Optional<HttpRoute.Retries> meshRetries() {
    return view.mesh().config().meshConfig().defaultHttpRetryPolicy();
  }

  /**
   * Zero, Istio's default, is no limit, while Envoy's is 15 s. What a gRPC client asks for in
   * {@code grpc-timeout} may shorten the route's time, never stretch it. Istio still says this in
   * Envoy's deprecated field, since the newer one cannot put both together.
   */
  @SuppressWarnings("deprecation")
  private static void timeout(RouteAction.Builder action, Optional<Duration> timeout) {
    com.google.protobuf.Duration limit = timeout.map(Protos::duration).orElse(Protos.NONE);
    action.setTimeout(limit).setMaxGrpcTimeout(limit);
  }

  private static void rewrite(
      RouteAction.Builder action, HttpRoute route, Optional<HeaderOperations> headers) {
    headers.flatMap(HeaderOperations::authority).ifPresent(action::setHostRewriteLiteral);
    route.rewrite().flatMap(HttpRoute.Rewrite::authority).ifPresent(action::setHostRewriteLiteral);
    Optional<RegexRewrite> regex = route.rewrite().flatMap(HttpRoute.Rewrite::uriRegexRewrite);
    regex.ifPresentOrElse(
        change -> action.setRegexRewrite(substitute(change)),
        () ->
            route
                .rewrite()
                .flatMap(HttpRoute.Rewrite::uri)
                .filter(uri -> !uri.isEmpty())
                .ifPresent(action::setPrefixRewrite));
  }

  private static RegexMatchAndSubstitute substitute(RegexRewrite change) {
    return RegexMatchAndSubstitute.newBuilder()
        .setPattern(StringMatches.regex(change.match()))
        .setSubstitution(change.rewrite())
        .build();
  }

  private void mirror(RouteAction.Builder action, Mirror mirror) {
    double percentage = mirror.percentage().orElse(100.0);
    Optional<Target> target = targets.add(mirror.destination(), entrance.port());
    if (percentage > 0 && target.isPresent()) {
      action.addRequestMirrorPolicies(
          RequestMirrorPolicy.newBuilder()
              .setCluster(target.get().cluster())
              .setRuntimeFraction(Protos.fraction(percentage))
              .setTraceSampled(Protos.FALSE));
    }
  }

  private boolean one(Route.Builder out, RouteAction.Builder action, RouteDestination to) {
    Optional<Target> target = targets.add(to.destination(), entrance.port());
    target.map(Target::cluster).ifPresent(action::setCluster);
    target.flatMap(this::hash).flatMap(HashPolicies::of).ifPresent(action::addHashPolicy);
    Optional<HeaderOperations> headers = to.headers().map(HeaderOperations::of);
    headers.ifPresent(changes -> changes.on(out));
    headers
        .flatMap(HeaderOperations::authority)
        .filter(authority -> !action.hasHostRewriteLiteral())
        .ifPresent(action::setHostRewriteLiteral);
    return target.isPresent();
  }

  private boolean several(RouteAction.Builder action, List<RouteDestination> all) {
    WeightedCluster.Builder clusters = WeightedCluster.newBuilder();
    for (RouteDestination to : all) {
      Optional<Target> target = targets.add(to.destination(), entrance.port());
      int weight = to.weight().orElse(0);
      if (weight > 0 && target.isPresent()) {
        clusters.addClusters(weighted(to, target.get().cluster(), weight));
        target.flatMap(this::hash).flatMap(HashPolicies::of).ifPresent(action::addHashPolicy);
      }
    }
    action.setWeightedClusters(clusters);
    return clusters.getClustersCount() > 0;
  }

  private static ClusterWeight.Builder weighted(RouteDestination to, String cluster, int weight) {
    ClusterWeight.Builder out =
        ClusterWeight.newBuilder().setName(cluster).setWeight(Protos.uint(weight));
    to.headers().map(HeaderOperations::of).ifPresent(changes -> changes.on(out));
    return out;
  }

  private boolean hashed(HttpRoute route) {
    return route.route().size() == 1
        && target(route.route().getFirst().destination()).flatMap(this::hash).isPresent();
  }

  private Optional<Target> target(Destination destination) {
    return Targets.of(view, destination, entrance.port());
  }

  private Optional<ConsistentHash> hash(Target target) {
    return DestinationRules.of(view.mesh(), target.host(), view.proxy().labels())
        .policy(target.subset(), target.port())
        .loadBalancer()
        .flatMap(LoadBalancer::consistentHash);
  }
}
