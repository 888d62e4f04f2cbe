package dev.emporion.mesh.manifest;

import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Kind;
import dev.emporion.mesh.yaml.Kinds;
import dev.emporion.mesh.yaml.Meta;
import dev.emporion.mesh.yaml.Type;
import java.util.List;

/** The kinds of {@code deploy/}, and how each is read. */
public final class ManifestKinds {
  public static final Kinds<Manifest> ALL =
      new Kinds<>(
          List.of(
              new Kind<>(List.of("apps/v1"), "Deployment", DeploymentReader::read),
              new Kind<>(List.of("v1"), "Service", ServiceReader::read),
              new Kind<>(List.of("v1"), "ServiceAccount", ManifestKinds::serviceAccount),
              new Kind<>(List.of("v1"), "ConfigMap", ManifestKinds::configMap),
              new Kind<>(
                  List.of("autoscaling/v2"), "HorizontalPodAutoscaler", ManifestKinds::autoscaler)),
          List.of(
              "ClusterRole",
              "ClusterRoleBinding",
              "CronJob",
              "Kustomization",
              "LimitRange",
              "Namespace",
              "NetworkPolicy",
              "PersistentVolumeClaim",
              "PodDisruptionBudget",
              "PriorityClass",
              "ResourceQuota",
              "Role",
              "RoleBinding"));

  private ManifestKinds() {}

  private static ServiceAccount serviceAccount(Fields document) {
    Meta meta = Meta.of(document);
    document.passOver("automountServiceAccountToken", "imagePullSecrets");
    return new ServiceAccount(meta.where(), meta.name());
  }

  private static ConfigMap configMap(Fields document) {
    Meta meta = Meta.of(document);
    document.passOver("immutable");
    return new ConfigMap(meta.where(), meta.name(), document.textMap("data"));
  }

  private static Autoscaler autoscaler(Fields document) {
    Meta meta = Meta.of(document);
    return document.requiredObject(
        "spec",
        spec -> {
          String deployment =
              spec.requiredObject("scaleTargetRef", ManifestKinds::scaledDeployment);
          int minReplicas = spec.value("minReplicas", Type.integer(1, 1000)).orElse(1);
          spec.passOver("maxReplicas", "metrics", "behavior");
          return new Autoscaler(meta.where(), meta.name(), deployment, minReplicas);
        });
  }

  private static String scaledDeployment(Fields target) {
    target.required("apiVersion", Type.TEXT.matching("apps/v1", "apps/v1"));
    target.required("kind", Type.TEXT.matching("Deployment", "Deployment"));
    return target.requiredText("name");
  }
}
