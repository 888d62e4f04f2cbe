package dev.emporion.mesh.manifest;

import dev.emporion.mesh.yaml.Where;
import java.util.List;
import java.util.Optional;

/**
 * A program of a pod.
 *
 * @param image mapped to a module's launcher: {@code emporion/orders} to {@code services/orders}
 * @param args what is to be done: {@code serve}, {@code migrate}
 * @param env settings, in their order
 * @param envFrom settings all of a ConfigMap or Secret; {@code env} comes before them
 * @param preStopSleepSeconds between leaving the balancing and SIGTERM
 */
public record Container(
    Where where,
    String name,
    String image,
    List<String> args,
    List<EnvVar> env,
    List<EnvFrom> envFrom,
    List<Port> ports,
    Optional<Probe> startupProbe,
    Optional<Probe> readinessProbe,
    Optional<Probe> livenessProbe,
    int preStopSleepSeconds) {

  public record EnvVar(Where where, String name, EnvValue value) {}

  /** Where a setting's value comes from. */
  public sealed interface EnvValue {
    record Literal(String text) implements EnvValue {}

    record SecretKey(String secret, String key, boolean optional) implements EnvValue {}

    record ConfigKey(String configMap, String key, boolean optional) implements EnvValue {}

    /**
     * @param path {@code metadata.name}, {@code status.podIP}, {@code metadata.labels['app']}, ...
     */
    record PodField(String path) implements EnvValue {}
  }

  /**
   * @param prefix of each name; may be empty
   * @param secret whether it is a Secret's, not a ConfigMap's; of a workload that was joined with
   *     its ConfigMaps it always is
   */
  public record EnvFrom(
      Where where, String prefix, String source, boolean secret, boolean optional) {}

  /**
   * @param name may be empty
   */
  public record Port(Where where, String name, int containerPort) {}

  Container withEnv(List<EnvVar> changedEnv, List<EnvFrom> changedFrom) {
    return new Container(
        where,
        name,
        image,
        args,
        changedEnv,
        changedFrom,
        ports,
        startupProbe,
        readinessProbe,
        livenessProbe,
        preStopSleepSeconds);
  }
}
