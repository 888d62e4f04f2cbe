package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.VirtualService;

/** What a VirtualService is bound to. */
final class VirtualServices {
  private VirtualServices() {}

  /** Sidecars go by it: by its saying so, or by its saying nothing. */
  static boolean inMesh(VirtualService service, String namespace) {
    return service.gateways().isEmpty() || isBoundTo(service, Entrance.MESH, namespace);
  }

  static boolean isBoundTo(VirtualService service, String gateway, String namespace) {
    return service.gateways().stream()
        .anyMatch(name -> Gateways.ownName(name, namespace).equals(gateway));
  }
}
