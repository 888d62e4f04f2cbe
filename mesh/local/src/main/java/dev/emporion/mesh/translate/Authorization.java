package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.AuthorizationPolicy;
import dev.emporion.mesh.istio.AuthorizationPolicy.Action;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Who may call this Envoy: its JWTs are looked at first, then DENY, then ALLOW. */
final class Authorization {
  private final View view;

  Authorization(View view) {
    this.view = view;
  }

  List<HttpFilter> httpFilters(int port) {
    List<HttpFilter> filters = new ArrayList<>();
    new JwtAuthn(view).filter().ifPresent(filters::add);
    rules(port, false)
        .map(
            rules ->
                io.envoyproxy
                    .envoy
                    .extensions
                    .filters
                    .http
                    .rbac
                    .v3
                    .RBAC
                    .newBuilder()
                    .setRules(rules)
                    .build())
        .forEach(rbac -> filters.add(HttpFilters.filter(HttpFilters.RBAC, rbac)));
    return filters;
  }

  List<Filter> networkFilters(int port) {
    return rules(port, true)
        .map(
            rules ->
                io.envoyproxy
                    .envoy
                    .extensions
                    .filters
                    .network
                    .rbac
                    .v3
                    .RBAC
                    .newBuilder()
                    .setRules(rules)
                    .setStatPrefix("tcp.")
                    .build())
        .map(
            rbac ->
                Filter.newBuilder()
                    .setName("envoy.filters.network.rbac")
                    .setTypedConfig(Protos.any(rbac))
                    .build())
        .toList();
  }

  private Stream<RBAC> rules(int port, boolean tcp) {
    List<AuthorizationPolicy> ours =
        view.mesh().config().authorizationPolicies().stream()
            .filter(policy -> Names.selects(policy.selector(), view.proxy().labels()))
            .toList();
    Rbac rbac = new Rbac(view.mesh().namespace(), port, tcp);
    return Stream.of(Action.DENY, Action.ALLOW).flatMap(action -> rbac.of(action, ours).stream());
  }
}
