package dev.emporion.mesh.run;

import dev.emporion.mesh.model.Registry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a Deployment asks for, as far as it matters on one machine.
 *
 * @param labels of its pods
 * @param replicas how many there are to be, or the least that an autoscaler would keep
 * @param recreate whether the old one has to be gone before the new one starts
 * @param sidecar whether an Envoy stands before it
 * @param program what runs; nothing for a gateway, which is an Envoy and no more
 * @param ports that the pod listens on
 */
record PodTemplate(
    String name,
    String serviceAccount,
    Map<String, String> labels,
    int replicas,
    boolean recreate,
    boolean sidecar,
    Optional<Program> program,
    List<Integer> ports) {

  /**
   * A container.
   *
   * @param module of this repository that its image is made of
   * @param environment as on the cluster, secrets filled in
   * @param migrates whether an init step brings its database up to date
   */
  record Program(
      String module,
      List<String> arguments,
      Map<String, String> environment,
      boolean migrates,
      Probes probes) {}

  /**
   * @param port that answers gRPC health
   * @param service whose health is asked for; empty for the whole
   * @param ready how often it is asked, and after how many missing answers it is out of balancing
   * @param live how long it may answer nothing before it is started again
   */
  record Probes(int port, String service, Period ready, Duration live) {}

  record Period(Duration every, Duration timeout, int failures) {}

  /** A Kubernetes Service: a name for the pods with these labels. */
  record Service(String name, Map<String, String> selector, List<Registry.Port> ports) {
    boolean selects(Map<String, String> labels) {
      return !selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet());
    }
  }

  String version() {
    return labels.getOrDefault("version", "-");
  }

  boolean isGateway() {
    return program.isEmpty();
  }
}
