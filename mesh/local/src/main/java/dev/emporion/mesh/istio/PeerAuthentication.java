package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Where;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a sidecar wants mutual TLS.
 *
 * @param selector labels of the pods; empty for all of the namespace
 * @param mtls absent: as the wider policy says
 * @param portLevelMtls by the pod's port
 */
public record PeerAuthentication(
    Where where,
    String name,
    Map<String, String> selector,
    Optional<Mode> mtls,
    Map<Integer, Mode> portLevelMtls)
    implements IstioKind {

  public enum Mode {
    UNSET,
    DISABLE,
    PERMISSIVE,
    STRICT
  }
}
