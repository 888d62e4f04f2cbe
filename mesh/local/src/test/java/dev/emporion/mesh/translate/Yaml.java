package dev.emporion.mesh.translate;

/** Istio's documents without what is the same in all of them. */
final class Yaml {
  private Yaml() {}

  static String virtualService(String host, String http) {
    return networking("VirtualService", host, "hosts: [%s]\nhttp:\n%s".formatted(host, http));
  }

  static String destinationRule(String host, String spec) {
    return networking("DestinationRule", host, "host: %s\n%s".formatted(host, spec));
  }

  static String networking(String kind, String name, String spec) {
    return document("networking.istio.io/v1", kind, name, spec);
  }

  static String security(String kind, String name, String spec) {
    return document("security.istio.io/v1", kind, name, spec);
  }

  static String envoyFilter(String patches) {
    return document(
        "networking.istio.io/v1alpha3", "EnvoyFilter", "filter", "configPatches:\n" + patches);
  }

  static String document(String version, String kind, String name, String spec) {
    return """
        apiVersion: %s
        kind: %s
        metadata:
          name: %s
          namespace: emporion
        spec:
        %s"""
        .formatted(version, kind, name, spec.indent(2));
  }
}
