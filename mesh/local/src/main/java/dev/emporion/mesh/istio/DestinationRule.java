package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Where;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a service is called.
 *
 * @param host as written: {@code orders} or the full name
 * @param workloadSelector labels of the callers; empty for all
 */
public record DestinationRule(
    Where where,
    String name,
    String host,
    Optional<TrafficPolicy> trafficPolicy,
    List<Subset> subsets,
    Map<String, String> workloadSelector)
    implements IstioKind {

  /**
   * @param labels of the instances that are in it
   * @param trafficPolicy each of its parts replaces that part of the rule's
   */
  public record Subset(
      Where where,
      String name,
      Map<String, String> labels,
      Optional<TrafficPolicy> trafficPolicy) {}
}
