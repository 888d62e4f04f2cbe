package dev.emporion.mesh.yaml;

import java.util.List;
import java.util.Optional;

/**
 * The kinds that one folder may hold.
 *
 * @param passedOver kinds that mean something on a cluster only
 */
public record Kinds<T>(List<Kind<? extends T>> read, List<String> passedOver) {

  /** Empty for what is passed over, and for what is no such kind, which is a problem. */
  public Optional<T> read(Node.Mapping document, Problems problems) {
    Optional<String> name = text(document, "kind", problems);
    Optional<String> apiVersion = text(document, "apiVersion", problems);
    if (name.isEmpty() || apiVersion.isEmpty() || passedOver.contains(name.get())) {
      return Optional.empty();
    }
    return kind(document, name.get(), problems)
        .filter(kind -> isServed(kind, document, apiVersion.get(), problems))
        .map(kind -> Reading.read(document, problems, kind.reader()));
  }

  private Optional<Kind<? extends T>> kind(Node.Mapping document, String name, Problems problems) {
    Optional<Kind<? extends T>> kind =
        read.stream().filter(known -> known.name().equals(name)).findFirst();
    if (kind.isEmpty()) {
      List<String> known = read.stream().<String>map(Kind::name).toList();
      problems.add(
          place(document, "kind"), name + " is not translated" + Similar.hint(name, known));
    }
    return kind;
  }

  private static boolean isServed(
      Kind<?> kind, Node.Mapping document, String apiVersion, Problems problems) {
    boolean served = kind.apiVersions().contains(apiVersion);
    if (!served) {
      problems.add(
          place(document, "apiVersion"),
          "%s of %s is not translated; it is %s"
              .formatted(kind.name(), apiVersion, String.join(" or ", kind.apiVersions())));
    }
    return served;
  }

  private static Where place(Node.Mapping document, String name) {
    return document.fields().get(name).where();
  }

  private static Optional<String> text(Node.Mapping document, String name, Problems problems) {
    Node node = document.fields().get(name);
    if (node instanceof Node.Scalar scalar && scalar.value() instanceof String text) {
      return Optional.of(text);
    }
    problems.add(node == null ? document.where() : node.where(), name + " must be given, as text");
    return Optional.empty();
  }
}
