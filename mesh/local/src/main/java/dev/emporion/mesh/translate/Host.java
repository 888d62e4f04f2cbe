package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.ServiceEntry;
import dev.emporion.mesh.model.Registry.Instance;
import dev.emporion.mesh.model.Registry.Port;
import java.util.List;
import java.util.Optional;

/**
 * What can be called by a name: a Kubernetes Service, or what a ServiceEntry describes.
 *
 * @param name the full one
 * @param shortName as callers write it
 * @param instances of a Service; a ServiceEntry's are in the entry
 */
record Host(
    String name,
    String shortName,
    List<Port> ports,
    List<Instance> instances,
    Optional<ServiceEntry> entry) {

  Optional<Port> port(int number) {
    return ports.stream().filter(port -> port.port() == number).findFirst();
  }

  /** Outside the mesh nobody has a certificate of ours. */
  boolean external() {
    return entry.map(ServiceEntry::location).orElse(null) == ServiceEntry.Location.MESH_EXTERNAL;
  }

  List<String> serviceAccounts() {
    return instances.stream().map(Instance::serviceAccount).distinct().sorted().toList();
  }
}
