package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.AuthorizationPolicy.Condition;
import dev.emporion.mesh.istio.AuthorizationPolicy.Operation;
import dev.emporion.mesh.istio.AuthorizationPolicy.Rule;
import dev.emporion.mesh.istio.AuthorizationPolicy.Source;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** One rule: what of it is about the caller becomes principals, the rest permissions. */
final class RbacRule {
  private final String namespace;
  private final int port;
  private final Rule rule;
  private final boolean tcp;
  private final boolean allow;
  private boolean unknowable;

  RbacRule(String namespace, int port, Rule rule, boolean tcp, boolean allow) {
    this.namespace = namespace;
    this.port = port;
    this.rule = rule;
    this.tcp = tcp;
    this.allow = allow;
  }

  /**
   * Of bytes a rule may ask what cannot be known. Then it allows nothing, and denies without
   * asking: the safe side both times, as in Istio.
   */
  Optional<Policy> policy() {
    List<Permission> given = new ArrayList<>();
    List<Principal> callers = new ArrayList<>();
    rule.when().forEach(condition -> add(condition, given, callers));
    Policy.Builder policy = Policy.newBuilder();
    permissions(given).forEach(policy::addPermissions);
    principals(callers).forEach(policy::addPrincipals);
    return unknowable && allow ? Optional.empty() : Optional.of(policy.build());
  }

  private List<Permission> permissions(List<Permission> given) {
    return rule.to().isEmpty()
        ? List.of(Permissions.all(given))
        : rule.to().stream().map(to -> Permissions.all(with(operation(to), given))).toList();
  }

  private List<Principal> principals(List<Principal> given) {
    return rule.from().isEmpty()
        ? List.of(Principals.all(given))
        : rule.from().stream().map(from -> Principals.all(with(source(from), given))).toList();
  }

  private static <T> List<T> with(List<T> own, List<T> given) {
    List<T> all = new ArrayList<>(own);
    all.addAll(given);
    return all;
  }

  private List<Permission> operation(Operation to) {
    List<Permission> all = new ArrayList<>();
    if (http(to.hosts(), to.notHosts(), to.methods(), to.notMethods(), to.paths(), to.notPaths())) {
      may(all, to.hosts(), to.notHosts(), Permissions::host);
      may(all, to.methods(), to.notMethods(), Permissions::method);
      may(all, to.paths(), to.notPaths(), Permissions::path);
    }
    may(all, to.ports(), to.notPorts(), value -> Permissions.known(value == port));
    return all;
  }

  private List<Principal> source(Source from) {
    List<Principal> all = new ArrayList<>();
    is(all, from.principals(), from.notPrincipals(), Principals::principal);
    if (http(from.requestPrincipals(), from.notRequestPrincipals())) {
      is(all, from.requestPrincipals(), from.notRequestPrincipals(), Principals::requestPrincipal);
    }
    is(all, from.namespaces(), from.notNamespaces(), Principals::namespace);
    is(all, from.remoteIpBlocks(), from.notRemoteIpBlocks(), Principals::remoteAddress);
    is(all, from.ipBlocks(), from.notIpBlocks(), Principals::address);
    return all;
  }

  private void add(Condition when, List<Permission> given, List<Principal> callers) {
    switch (when.key().split("\\[", 2)[0]) {
      case "destination.ip" -> may(given, when.values(), when.notValues(), Permissions::address);
      case "destination.port" ->
          may(
              given,
              when.values(),
              when.notValues(),
              value -> Permissions.known(value.equals(Integer.toString(port))));
      case "connection.sni" -> may(given, when.values(), when.notValues(), Permissions::sni);
      case "source.ip" -> is(callers, when.values(), when.notValues(), Principals::address);
      case "remote.ip" -> is(callers, when.values(), when.notValues(), Principals::remoteAddress);
      case "source.namespace" ->
          is(callers, when.values(), when.notValues(), Principals::namespace);
      case "source.principal" ->
          is(callers, when.values(), when.notValues(), Principals::principal);
      case "source.serviceAccount" ->
          is(callers, when.values(), when.notValues(), this::serviceAccount);
      default -> request(when, callers);
    }
  }

  private Principal serviceAccount(String value) {
    return Principals.serviceAccount(namespace, value);
  }

  /** What only a request has, and bytes have not. */
  private void request(Condition when, List<Principal> callers) {
    if (!http(when.values(), when.notValues())) {
      return;
    }
    Function<List<String>, Principal> matches = matcher(when.key());
    if (!when.values().isEmpty()) {
      callers.add(matches.apply(when.values()));
    }
    if (!when.notValues().isEmpty()) {
      callers.add(Principals.not(matches.apply(when.notValues())));
    }
  }

  /** The reader lets no other attributes through. */
  private static Function<List<String>, Principal> matcher(String key) {
    List<String> names = inBrackets(key);
    return switch (key.split("\\[", 2)[0]) {
      case "request.headers" -> values -> Principals.header(names.getFirst(), values);
      case "request.auth.claims" -> values -> Principals.claim(names, values);
      case "request.auth.principal" -> Principals::requestPrincipals;
      case "request.auth.audiences" -> values -> Principals.claim(List.of("aud"), values);
      case "request.auth.presenter" -> values -> Principals.claim(List.of("azp"), values);
      default -> throw new IllegalArgumentException("not an attribute: " + key);
    };
  }

  /** {@code x[a][b]} is a, b. */
  private static List<String> inBrackets(String key) {
    int begin = key.indexOf('[');
    if (begin < 0 || !key.endsWith("]")) {
      return List.of();
    }
    return List.of(key.substring(begin + 1, key.length() - 1).split("]\\["));
  }

  @SafeVarargs
  private boolean http(List<String>... values) {
    for (List<String> said : values) {
      unknowable |= tcp && !said.isEmpty();
    }
    return !tcp;
  }

  private static <T> void may(
      List<Permission> all, List<T> values, List<T> notValues, Function<T, Permission> matcher) {
    if (!values.isEmpty()) {
      all.add(Permissions.any(values.stream().map(matcher).toList()));
    }
    if (!notValues.isEmpty()) {
      all.add(Permissions.not(Permissions.any(notValues.stream().map(matcher).toList())));
    }
  }

  private static void is(
      List<Principal> all,
      List<String> values,
      List<String> notValues,
      Function<String, Principal> matcher) {
    if (!values.isEmpty()) {
      all.add(Principals.any(values.stream().map(matcher).toList()));
    }
    if (!notValues.isEmpty()) {
      all.add(Principals.not(Principals.any(notValues.stream().map(matcher).toList())));
    }
  }
}
