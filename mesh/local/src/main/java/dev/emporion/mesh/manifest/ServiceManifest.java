package dev.emporion.mesh.manifest;

import dev.emporion.mesh.model.Registry;
import dev.emporion.mesh.yaml.Problems;
import dev.emporion.mesh.yaml.Where;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Service.
 *
 * @param selector labels of the pods that are behind it
 */
public record ServiceManifest(
    Where where, String name, Map<String, String> selector, List<Port> ports) implements Manifest {

  /**
   * @param name may be empty
   * @param targetPort of the pod
   */
  public record Port(
      Where where, String name, int port, PortRef targetPort, Registry.Protocol protocol) {

    Port withTargetPort(int number) {
      return new Port(where, name, port, new PortRef(number, ""), protocol);
    }
  }

  /** Whether calls to it may go to that workload's pods. */
  public boolean selects(Workload workload) {
    return workload.labels().entrySet().containsAll(selector.entrySet());
  }

  /** With numbers for the target ports that are names in the pods behind it. */
  public ServiceManifest resolvedFrom(List<Workload> workloads, Problems problems) {
    List<Container.Port> known =
        workloads.stream()
            .filter(this::selects)
            .flatMap(workload -> workload.containers().stream())
            .flatMap(container -> container.ports().stream())
            .toList();
    if (workloads.stream().noneMatch(this::selects)) {
      problems.add(where, "no workload has the labels " + selector);
      return this;
    }
    List<Port> resolved = ports.stream().map(port -> resolved(port, known, problems)).toList();
    return new ServiceManifest(where, name, selector, resolved);
  }

  private static Port resolved(Port port, List<Container.Port> known, Problems problems) {
    Optional<Integer> number = port.targetPort().among(known);
    if (number.isEmpty()) {
      problems.add(port.where(), "no container has a port called " + port.targetPort().name());
    }
    return number.map(port::withTargetPort).orElse(port);
  }
}
