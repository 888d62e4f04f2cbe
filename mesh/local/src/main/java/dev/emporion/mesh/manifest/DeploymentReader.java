package dev.emporion.mesh.manifest;

import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Meta;
import dev.emporion.mesh.yaml.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;

final class DeploymentReader {
  private static final int MAX_REPLICAS = 1000;
  private static final int DEFAULT_GRACE_SECONDS = 30;

  private DeploymentReader() {}

  /** What {@code spec.template} says. */
  private record Template(Map<String, String> labels, Map<String, String> annotations, Pod pod) {}

  private record PodMeta(Map<String, String> labels, Map<String, String> annotations) {}

  private record Pod(
      String serviceAccount, int graceSeconds, List<Container> init, List<Container> containers) {}

  static Workload read(Fields document) {
    Meta meta = Meta.of(document);
    return document.requiredObject("spec", spec -> spec(meta, spec));
  }

  private static Workload spec(Meta meta, Fields spec) {
    Optional<Integer> replicas = spec.value("replicas", Type.integer(0, MAX_REPLICAS));
    Map<String, String> selector =
        spec.requiredObject("selector", fields -> fields.textMap("matchLabels"));
    Template template = spec.requiredObject("template", DeploymentReader::template);
    spec.passOver("minReadySeconds", "progressDeadlineSeconds", "revisionHistoryLimit", "strategy");
    if (!template.labels().entrySet().containsAll(selector.entrySet())) {
      spec.problem("selector", "does not match the labels of the template");
    }
    return new Workload(
        meta.where(),
        meta.name(),
        template.pod().serviceAccount(),
        template.labels(),
        template.annotations(),
        replicas,
        template.pod().init(),
        template.pod().containers(),
        template.pod().graceSeconds());
  }

  private static Template template(Fields template) {
    PodMeta meta =
        template.requiredObject(
            "metadata",
            metadata -> new PodMeta(metadata.textMap("labels"), metadata.textMap("annotations")));
    return new Template(
        meta.labels(), meta.annotations(), template.requiredObject("spec", DeploymentReader::pod));
  }

  private static Pod pod(Fields pod) {
    Pod read =
        new Pod(
            pod.text("serviceAccountName").orElse("default"),
            pod.value("terminationGracePeriodSeconds", Type.count()).orElse(DEFAULT_GRACE_SECONDS),
            pod.objects("initContainers", ContainerReader::initContainer),
            pod.objects("containers", ContainerReader::container));
    Optional<Boolean> serviceLinks = pod.flag("enableServiceLinks");
    if (serviceLinks.orElse(true)) {
      pod.problem(
          "enableServiceLinks", "must be false: a cluster would add settings of its own otherwise");
    }
    pod.atLeastOne("serviceAccountName");
    pod.atLeastOne("containers");
    pod.passOver(
        "affinity",
        "automountServiceAccountToken",
        "dnsPolicy",
        "imagePullSecrets",
        "nodeSelector",
        "priorityClassName",
        "schedulerName",
        "securityContext",
        "tolerations",
        "topologySpreadConstraints",
        "volumes");
    return read;
  }
}
