package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Where;
import java.util.List;
import java.util.Map;

/**
 * Who may call what. Values of principals, namespaces, paths, methods and hosts may begin or end
 * with {@code *}, or be {@code *} alone, which means any that is there.
 *
 * @param selector labels of the pods; empty for all of the namespace
 * @param action ALLOW where nothing is said
 * @param rules one has to match; with none the policy matches nothing, so an ALLOW lets nobody in
 */
public record AuthorizationPolicy(
    Where where, String name, Map<String, String> selector, Action action, List<Rule> rules)
    implements IstioKind {

  public enum Action {
    ALLOW,
    DENY
  }

  /**
   * Matches when one of {@code from}, one of {@code to} and all of {@code when} do; an empty list
   * always does.
   */
  public record Rule(Where where, List<Source> from, List<Operation> to, List<Condition> when) {}

  /** All that is given has to match. */
  public record Source(
      Where where,
      List<String> principals,
      List<String> notPrincipals,
      List<String> requestPrincipals,
      List<String> notRequestPrincipals,
      List<String> namespaces,
      List<String> notNamespaces,
      List<String> ipBlocks,
      List<String> notIpBlocks,
      List<String> remoteIpBlocks,
      List<String> notRemoteIpBlocks) {}

  /** All that is given has to match. */
  public record Operation(
      Where where,
      List<String> hosts,
      List<String> notHosts,
      List<Integer> ports,
      List<Integer> notPorts,
      List<String> methods,
      List<String> notMethods,
      List<String> paths,
      List<String> notPaths) {}

  /**
   * @param key an attribute: {@code request.headers[x]}, {@code request.auth.claims[x][y]}, ...
   * @param values one has to match
   * @param notValues none may match
   */
  public record Condition(Where where, String key, List<String> values, List<String> notValues) {}
}
