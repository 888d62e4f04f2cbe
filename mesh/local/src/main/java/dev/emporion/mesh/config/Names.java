package dev.emporion.mesh.config;

import dev.emporion.mesh.yaml.Problems;
import dev.emporion.mesh.yaml.Where;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** On a cluster the second of two documents with one name replaces the first. */
final class Names {
  private Names() {}

  static <T> void mustBeUnique(
      List<T> documents,
      Function<T, String> kind,
      Function<T, String> name,
      Function<T, Where> where,
      Problems problems) {
    Map<String, Where> seen = new HashMap<>();
    for (T document : documents) {
      String key = kind.apply(document) + " " + name.apply(document);
      Where first = seen.putIfAbsent(key, where.apply(document));
      if (first != null) {
        problems.add(where.apply(document), key + " is already in " + first);
      }
    }
  }
}
