package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.AuthorizationPolicy;
import dev.emporion.mesh.istio.AuthorizationPolicy.Action;
import dev.emporion.mesh.istio.AuthorizationPolicy.Rule;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Authorization policies of one action as Envoy's RBAC: a policy for each rule. */
final class Rbac {
  /** An ALLOW with no rules lets nobody in: it is there, and never matches. */
  private static final Policy NEVER =
      Policy.newBuilder()
          .addPermissions(Permission.newBuilder().setNotRule(Permission.newBuilder().setAny(true)))
          .addPrincipals(Principal.newBuilder().setNotId(Principal.newBuilder().setAny(true)))
          .build();

  private final String namespace;
  private final int port;
  private final boolean tcp;

  /**
   * @param port that is called, as policies know it: of the pod, or of the gateway's server
   * @param tcp for bytes, of which nothing is known but who sends them and where to
   */
  Rbac(String namespace, int port, boolean tcp) {
    this.namespace = namespace;
    this.port = port;
    this.tcp = tcp;
  }

  /** Empty if there is no policy of the action. */
  Optional<RBAC> of(Action action, List<AuthorizationPolicy> policies) {
    List<AuthorizationPolicy> ours =
        policies.stream().filter(policy -> policy.action() == action).toList();
    if (ours.isEmpty()) {
      return Optional.empty();
    }
    TreeMap<String, Policy> rules = new TreeMap<>();
    ours.forEach(policy -> add(rules, policy));
    RBAC.Action does = action == Action.DENY ? RBAC.Action.DENY : RBAC.Action.ALLOW;
    return Optional.of(RBAC.newBuilder().setAction(does).putAllPolicies(rules).build());
  }

  private void add(TreeMap<String, Policy> rules, AuthorizationPolicy policy) {
    if (policy.rules().isEmpty()) {
      rules.put(name(policy, 0), NEVER);
    }
    for (int i = 0; i < policy.rules().size(); i++) {
      String name = name(policy, i);
      rule(policy.rules().get(i), policy.action()).ifPresent(rule -> rules.put(name, rule));
    }
  }

  private Optional<Policy> rule(Rule rule, Action action) {
    return new RbacRule(namespace, port, rule, tcp, action == Action.ALLOW).policy();
  }

  private String name(AuthorizationPolicy policy, int rule) {
    return "ns[%s]-policy[%s]-rule[%d]".formatted(namespace, policy.name(), rule);
  }
}
