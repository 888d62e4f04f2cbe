package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.HttpRoute.HeaderChanges;
import dev.emporion.mesh.istio.HttpRoute.Headers;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster.ClusterWeight;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Headers set, added and removed. */
record HeaderOperations(
    List<HeaderValueOption> requestAdd,
    List<String> requestRemove,
    List<HeaderValueOption> responseAdd,
    List<String> responseRemove,
    Optional<String> authority) {

  static HeaderOperations of(Headers headers) {
    return new HeaderOperations(
        additions(headers.request()),
        removals(headers.request()),
        additions(headers.response()),
        removals(headers.response()),
        authority(headers.request().set()).or(() -> authority(headers.request().add())));
  }

  void on(Route.Builder route) {
    route
        .addAllRequestHeadersToAdd(requestAdd)
        .addAllRequestHeadersToRemove(requestRemove)
        .addAllResponseHeadersToAdd(responseAdd)
        .addAllResponseHeadersToRemove(responseRemove);
  }

  void on(ClusterWeight.Builder weight) {
    weight
        .addAllRequestHeadersToAdd(requestAdd)
        .addAllRequestHeadersToRemove(requestRemove)
        .addAllResponseHeadersToAdd(responseAdd)
        .addAllResponseHeadersToRemove(responseRemove);
    authority.ifPresent(weight::setHostRewriteLiteral);
  }

  private static List<HeaderValueOption> additions(HeaderChanges changes) {
    List<HeaderValueOption> all = new ArrayList<>();
    all.addAll(options(changes.set(), HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD));
    all.addAll(options(changes.add(), HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD));
    return all;
  }

  private static List<HeaderValueOption> options(
      Map<String, String> headers, HeaderAppendAction action) {
    return new TreeMap<>(headers)
        .entrySet().stream()
            .filter(header -> !internal(header.getKey()))
            .map(header -> option(header, action))
            .toList();
  }

  private static HeaderValueOption option(
      Map.Entry<String, String> header, HeaderAppendAction action) {
    return HeaderValueOption.newBuilder()
        .setHeader(HeaderValue.newBuilder().setKey(header.getKey()).setValue(header.getValue()))
        .setAppendAction(action)
        .build();
  }

  private static List<String> removals(HeaderChanges changes) {
    return changes.remove().stream().filter(name -> !internal(name)).toList();
  }

  /** Envoy changes these in ways of its own. */
  private static boolean internal(String name) {
    return name.startsWith(":") || name.equalsIgnoreCase("host");
  }

  private static Optional<String> authority(Map<String, String> headers) {
    return headers.entrySet().stream()
        .filter(header -> header.getKey().matches("(?i)host|:authority"))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
