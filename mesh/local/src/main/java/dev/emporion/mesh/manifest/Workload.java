package dev.emporion.mesh.manifest;

import dev.emporion.mesh.yaml.Problems;
import dev.emporion.mesh.yaml.Where;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Deployment.
 *
 * @param serviceAccount the last part of its SPIFFE id
 * @param labels of the pods
 * @param annotations of the pods
 * @param replicas absent where an autoscaler decides; see {@link #instances}
 * @param terminationGracePeriodSeconds from the start of its end to SIGKILL
 */
public record Workload(
    Where where,
    String name,
    String serviceAccount,
    Map<String, String> labels,
    Map<String, String> annotations,
    Optional<Integer> replicas,
    List<Container> initContainers,
    List<Container> containers,
    int terminationGracePeriodSeconds)
    implements Manifest {
  private static final String INJECT = "sidecar.istio.io/inject";
  private static final String TEMPLATES = "inject.istio.io/templates";

  /** Whether it is nothing but an Envoy, which Istio's injector would make of it. */
  public boolean isGateway() {
    return "gateway".equals(annotations.get(TEMPLATES));
  }

  /** Whether an Envoy stands beside it. */
  public boolean hasSidecar() {
    String inject = labels.getOrDefault(INJECT, annotations.getOrDefault(INJECT, "true"));
    return !isGateway() && !inject.equals("false");
  }

  /** How many there are to be: one where nobody says. */
  public int instances() {
    return replicas.orElse(1);
  }

  /** With the minimum of its autoscaler, if it does not say itself how many there are to be. */
  public Workload scaledBy(List<Autoscaler> autoscalers) {
    return autoscalers.stream()
        .filter(autoscaler -> replicas.isEmpty() && autoscaler.deployment().equals(name))
        .findFirst()
        .map(autoscaler -> with(Optional.of(autoscaler.minReplicas()), initContainers, containers))
        .orElse(this);
  }

  /** With values where containers refer to ConfigMaps. */
  public Workload resolvedFrom(List<ConfigMap> configMaps, Problems problems) {
    Settings settings = new Settings(configMaps, problems);
    return with(
        replicas,
        initContainers.stream().map(settings::resolve).toList(),
        containers.stream().map(settings::resolve).toList());
  }

  private Workload with(
      Optional<Integer> count, List<Container> changedInit, List<Container> changed) {
    return new Workload(
        where,
        name,
        serviceAccount,
        labels,
        annotations,
        count,
        changedInit,
        changed,
        terminationGracePeriodSeconds);
  }
}
