package dev.emporion.mesh.config;

import dev.emporion.mesh.istio.IstioConfig;
import dev.emporion.mesh.manifest.ServiceManifest;
import dev.emporion.mesh.manifest.Workload;
import java.util.List;
import java.util.Optional;

/**
 * What all files together say. References between them hold.
 *
 * @param workloads replicas and references to ConfigMaps are filled in
 * @param services target ports are numbers
 */
public record Config(IstioConfig istio, List<Workload> workloads, List<ServiceManifest> services) {

  public Optional<Workload> workload(String name) {
    return workloads.stream().filter(workload -> workload.name().equals(name)).findFirst();
  }

  public Optional<ServiceManifest> service(String name) {
    return services.stream().filter(service -> service.name().equals(name)).findFirst();
  }
}
