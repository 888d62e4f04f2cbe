package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.Sidecar;
import dev.emporion.mesh.istio.Sidecar.EgressHost;
import java.util.List;
import java.util.Optional;

/**
 * What a Sidecar lets one Envoy know of.
 *
 * @param hosts absent: everything
 */
record EgressScope(Optional<List<EgressHost>> hosts, String namespace) {

  /** The Sidecar for these pods, else the one for all of the namespace, else no limit. */
  static EgressScope of(View view) {
    List<Sidecar> all = view.mesh().config().sidecars();
    Optional<Sidecar> own =
        all.stream()
            .filter(sidecar -> !sidecar.workloadSelector().isEmpty())
            .filter(sidecar -> Names.selects(sidecar.workloadSelector(), view.proxy().labels()))
            .findFirst();
    Optional<Sidecar> wide =
        all.stream().filter(sidecar -> sidecar.workloadSelector().isEmpty()).findFirst();
    return new EgressScope(
        own.or(() -> wide).flatMap(Sidecar::egressHosts), view.mesh().namespace());
  }

  boolean admits(Host host) {
    return hosts.map(all -> all.stream().anyMatch(each -> admits(each, host))).orElse(true);
  }

  private boolean admits(EgressHost admitted, Host host) {
    boolean here =
        switch (admitted.namespace()) {
          case ".", "*" -> true;
          case "~" -> false;
          default -> admitted.namespace().equals(namespace);
        };
    return here && Names.hostMatches(admitted.host(), host.name());
  }
}
