package dev.emporion.mesh.istio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.mesh.yaml.Problem;
import dev.emporion.mesh.yaml.Problems;
import dev.emporion.mesh.yaml.YamlParser;
import java.util.List;

/** Reads a document as it would stand in a file a.yaml. */
final class Read {
  private static final String SECURITY = "security.istio.io/v1";
  private static final String NETWORKING = "networking.istio.io/v1";

  private Read() {}

  /** A document of that kind with that spec, which must be right. */
  static <T extends IstioKind> T spec(Class<T> kind, String spec) {
    Problems problems = new Problems();
    List<IstioKind> documents = documents(document(kind, spec), problems);
    assertThat(problems.sorted()).isEmpty();
    return kind.cast(documents.getFirst());
  }

  /** What is wrong with such a document; the spec begins in line 6. */
  static List<String> problems(Class<? extends IstioKind> kind, String spec) {
    return problems(document(kind, spec));
  }

  static List<String> problems(String text) {
    Problems problems = new Problems();
    documents(text, problems);
    return problems.sorted().stream().map(Problem::toString).toList();
  }

  private static List<IstioKind> documents(String text, Problems problems) {
    return new YamlParser("a.yaml", problems)
        .parse(text).stream()
            .flatMap(document -> IstioKinds.ALL.read(document, problems).stream())
            .toList();
  }

  private static String document(Class<? extends IstioKind> kind, String spec) {
    return """
    apiVersion: %s
    kind: %s
    metadata:
      name: a
    spec:
    %s"""
        .formatted(apiVersion(kind.getSimpleName()), kind.getSimpleName(), spec.indent(2));
  }

  private static String apiVersion(String kind) {
    return switch (kind) {
      case "EnvoyFilter" -> "networking.istio.io/v1alpha3";
      case "Telemetry" -> "telemetry.istio.io/v1";
      case "AuthorizationPolicy", "PeerAuthentication", "RequestAuthentication" -> SECURITY;
      default -> NETWORKING;
    };
  }
}
