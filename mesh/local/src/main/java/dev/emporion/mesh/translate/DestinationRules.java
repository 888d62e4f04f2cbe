package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.DestinationRule;
import dev.emporion.mesh.istio.DestinationRule.Subset;
import dev.emporion.mesh.istio.TrafficPolicy;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How one Envoy is to call a host: the rules for the host, those for its caller first, laid
 * together.
 *
 * @param subsets of all of them
 */
record DestinationRules(Optional<TrafficPolicy> policy, List<Subset> subsets) {

  static DestinationRules of(Mesh mesh, Host host, Map<String, String> caller) {
    List<DestinationRule> rules = rules(mesh, host, caller);
    List<Subset> subsets = rules.stream().flatMap(rule -> rule.subsets().stream()).toList();
    return new DestinationRules(
        rules.stream().flatMap(rule -> rule.trafficPolicy().stream()).findFirst(), subsets);
  }

  private static List<DestinationRule> rules(Mesh mesh, Host host, Map<String, String> caller) {
    List<DestinationRule> all =
        mesh.config().destinationRules().stream()
            .filter(rule -> Names.selects(rule.workloadSelector(), caller))
            .filter(rule -> Names.hostMatches(mesh.fullName(rule.host()), host.name()))
            .toList();
    Optional<DestinationRule> best = all.stream().max(Comparator.comparing(DestinationRules::rank));
    return all.stream()
        .filter(rule -> best.map(DestinationRules::rank).get() == rank(rule))
        .toList();
  }

  /** The longest name wins, and a rule for some callers beats one for all. */
  private static int rank(DestinationRule rule) {
    int exact = rule.host().startsWith("*") ? 0 : 100_000;
    int selective = rule.workloadSelector().isEmpty() ? 0 : 1_000_000;
    return selective + exact + rule.host().length();
  }

  Optional<Subset> subset(String name) {
    return subsets.stream().filter(subset -> subset.name().equals(name)).findFirst();
  }

  Policy policy(Optional<String> subset, int port) {
    Policy whole = Policy.of(policy, port);
    return subset
        .flatMap(this::subset)
        .map(found -> whole.overlaid(found.trafficPolicy(), port))
        .orElse(whole);
  }

  Map<String, String> labels(Optional<String> subset) {
    return subset.flatMap(this::subset).map(Subset::labels).orElse(Map.of());
  }
}
