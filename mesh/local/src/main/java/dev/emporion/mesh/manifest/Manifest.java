package dev.emporion.mesh.manifest;

import dev.emporion.mesh.yaml.Where;

/** A document of {@code deploy/}. */
public sealed interface Manifest
    permits Workload, ServiceManifest, ServiceAccount, ConfigMap, Autoscaler {

  /** Where the document begins. */
  Where where();

  /** {@code metadata.name}; no two documents of a kind share one. */
  String name();

  /** As the document calls it. */
  default String kind() {
    return switch (this) {
      case Workload _ -> "Deployment";
      case ServiceManifest _ -> "Service";
      case ServiceAccount _ -> "ServiceAccount";
      case ConfigMap _ -> "ConfigMap";
      case Autoscaler _ -> "HorizontalPodAutoscaler";
    };
  }
}
