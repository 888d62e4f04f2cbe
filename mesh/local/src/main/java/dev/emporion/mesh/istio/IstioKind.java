package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Where;

/** A document of Istio's. Its kind is the name of the record. */
public sealed interface IstioKind
    permits AuthorizationPolicy,
        DestinationRule,
        EnvoyFilter,
        Gateway,
        PeerAuthentication,
        RequestAuthentication,
        ServiceEntry,
        Sidecar,
        Telemetry,
        VirtualService {

  /** Where the document begins. */
  Where where();

  /** {@code metadata.name}; no two documents of a kind share one. */
  String name();
}
