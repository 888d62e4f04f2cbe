package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.PeerAuthentication;
import dev.emporion.mesh.istio.PeerAuthentication.Mode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether a pod's sidecar wants mutual TLS: port over workload over namespace over PERMISSIVE. */
final class MutualTls {
  private MutualTls() {}

  static Mode of(Mesh mesh, Map<String, String> labels, int targetPort) {
    List<PeerAuthentication> all = mesh.config().peerAuthentications();
    Mode wide =
        all.stream()
            .filter(policy -> policy.selector().isEmpty())
            .findFirst()
            .flatMap(policy -> set(policy.mtls()))
            .orElse(Mode.PERMISSIVE);
    Optional<PeerAuthentication> own =
        all.stream()
            .filter(policy -> !policy.selector().isEmpty())
            .filter(policy -> Names.selects(policy.selector(), labels))
            .findFirst();
    Mode workload = own.flatMap(policy -> set(policy.mtls())).orElse(wide);
    return own.flatMap(policy -> set(Optional.ofNullable(policy.portLevelMtls().get(targetPort))))
        .orElse(workload);
  }

  /** For the whole namespace: what a caller goes by. */
  static Mode of(Mesh mesh) {
    return of(mesh, Map.of(), 0);
  }

  private static Optional<Mode> set(Optional<Mode> mode) {
    return mode.filter(given -> given != Mode.UNSET);
  }
}
