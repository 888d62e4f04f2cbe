package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.LoadBalancer.ConsistentHash;
import io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy;
import java.util.Optional;

/** What of a request a consistent hash is made of. */
final class HashPolicies {
  private HashPolicies() {}

  static Optional<HashPolicy> of(ConsistentHash hash) {
    return header(hash).or(() -> cookie(hash)).or(() -> address(hash)).or(() -> parameter(hash));
  }

  private static Optional<HashPolicy> header(ConsistentHash hash) {
    return hash.httpHeaderName()
        .map(name -> HashPolicy.Header.newBuilder().setHeaderName(name))
        .map(header -> HashPolicy.newBuilder().setHeader(header).build());
  }

  private static Optional<HashPolicy> cookie(ConsistentHash hash) {
    return hash.httpCookie()
        .map(
            from -> {
              HashPolicy.Cookie.Builder cookie = HashPolicy.Cookie.newBuilder();
              cookie.setName(from.name()).setPath(from.path().orElse(""));
              from.ttl().map(Protos::duration).ifPresent(cookie::setTtl);
              return HashPolicy.newBuilder().setCookie(cookie).build();
            });
  }

  private static Optional<HashPolicy> address(ConsistentHash hash) {
    return hash.useSourceIp()
        .map(use -> HashPolicy.ConnectionProperties.newBuilder().setSourceIp(use))
        .map(properties -> HashPolicy.newBuilder().setConnectionProperties(properties).build());
  }

  private static Optional<HashPolicy> parameter(ConsistentHash hash) {
    return hash.httpQueryParameterName()
        .map(name -> HashPolicy.QueryParameter.newBuilder().setName(name))
        .map(parameter -> HashPolicy.newBuilder().setQueryParameter(parameter).build());
  }
}
