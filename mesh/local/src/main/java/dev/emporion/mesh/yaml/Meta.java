package dev.emporion.mesh.yaml;

import java.util.Map;

/** What every document says of itself: apiVersion, kind, metadata. */
public record Meta(
    Where where, String name, Map<String, String> labels, Map<String, String> annotations) {
  /** The only one there is here: {@code mesh/istio} describes one namespace. */
  public static final String NAMESPACE = "emporion";

  private static final Type<String> OURS = Type.TEXT.matching("the namespace emporion", NAMESPACE);

  /** Takes the three from a document. */
  public static Meta of(Fields document) {
    document.requiredText("apiVersion");
    document.requiredText("kind");
    return document.requiredObject(
        "metadata",
        metadata -> {
          String name = metadata.required("name", Type.NAME);
          metadata.value("namespace", OURS);
          return new Meta(
              document.where(), name, metadata.textMap("labels"), metadata.textMap("annotations"));
        });
  }
}
