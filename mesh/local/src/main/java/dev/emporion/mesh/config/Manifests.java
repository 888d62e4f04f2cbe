package dev.emporion.mesh.config;

import dev.emporion.mesh.manifest.Autoscaler;
import dev.emporion.mesh.manifest.ConfigMap;
import dev.emporion.mesh.manifest.Manifest;
import dev.emporion.mesh.manifest.ServiceAccount;
import dev.emporion.mesh.manifest.ServiceManifest;
import dev.emporion.mesh.manifest.Workload;
import dev.emporion.mesh.yaml.Problems;
import dev.emporion.mesh.yaml.Similar;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The manifests, with what they say of one another filled in. */
record Manifests(
    List<Workload> workloads, List<ServiceManifest> services, Set<String> serviceAccounts) {

  static Manifests join(List<Manifest> manifests, Problems problems) {
    Names.mustBeUnique(manifests, Manifest::kind, Manifest::name, Manifest::where, problems);
    List<Workload> deployments = all(manifests, Workload.class);
    List<ConfigMap> configMaps = all(manifests, ConfigMap.class);
    Set<String> accounts =
        all(manifests, ServiceAccount.class).stream()
            .map(ServiceAccount::name)
            .collect(Collectors.toSet());
    List<Autoscaler> autoscalers = all(manifests, Autoscaler.class);
    List<Workload> workloads =
        deployments.stream()
            .map(workload -> workload.scaledBy(autoscalers).resolvedFrom(configMaps, problems))
            .toList();
    checkAccounts(workloads, accounts, problems);
    checkAutoscalers(autoscalers, workloads, problems);
    List<ServiceManifest> services =
        all(manifests, ServiceManifest.class).stream()
            .map(service -> service.resolvedFrom(workloads, problems))
            .toList();
    return new Manifests(workloads, services, accounts);
  }

  private static void checkAccounts(
      List<Workload> workloads, Set<String> accounts, Problems problems) {
    for (Workload workload : workloads) {
      String account = workload.serviceAccount();
      if (!accounts.contains(account)) {
        problems.add(workload.where(), "there is no ServiceAccount " + hinted(account, accounts));
      }
    }
  }

  private static void checkAutoscalers(
      List<Autoscaler> autoscalers, List<Workload> workloads, Problems problems) {
    List<String> names = workloads.stream().map(Workload::name).toList();
    for (Autoscaler autoscaler : autoscalers) {
      if (!names.contains(autoscaler.deployment())) {
        problems.add(
            autoscaler.where(), "there is no Deployment " + hinted(autoscaler.deployment(), names));
      }
    }
  }

  private static String hinted(String name, Collection<String> known) {
    return name + Similar.hint(name, known);
  }

  private static <T extends Manifest> List<T> all(List<Manifest> manifests, Class<T> kind) {
    return manifests.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
