package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Where;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a sidecar gets to know.
 *
 * @param workloadSelector labels of the pods; empty for all of the namespace
 * @param egressHosts {@code namespace/host}, all listeners' together; absent: everything
 */
public record Sidecar(
    Where where,
    String name,
    Map<String, String> workloadSelector,
    Optional<List<EgressHost>> egressHosts)
    implements IstioKind {

  /**
   * @param namespace {@code .} for the own one, {@code *} for any, {@code ~} for none
   * @param host {@code *} or a full name
   */
  public record EgressHost(Where where, String namespace, String host) {}
}
