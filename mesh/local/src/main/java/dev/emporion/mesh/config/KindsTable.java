package dev.emporion.mesh.config;

import dev.emporion.mesh.istio.IstioKinds;
import dev.emporion.mesh.istio.MeshConfigReader;
import dev.emporion.mesh.manifest.ManifestKinds;
import dev.emporion.mesh.yaml.Describing;
import dev.emporion.mesh.yaml.Describing.Field;
import dev.emporion.mesh.yaml.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of {@code mesh/README.md} that the readers themselves know: which kinds and fields are
 * translated, and which are passed over.
 */
public final class KindsTable {
  private static final String BEGIN = "<!-- the kinds: made from the code -->\n";
  private static final String END = "<!-- end of the kinds -->\n";
  private static final Set<String> ENVELOPE = Set.of("apiVersion", "kind", "metadata");

  private KindsTable() {}

  /** The page with its generated part as the code has it now. */
  public static String replaceIn(String readme) {
    int begin = readme.indexOf(BEGIN);
    int end = readme.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("mesh/README.md has lost the line " + BEGIN.strip());
    }
    return readme.substring(0, begin + BEGIN.length()) + markdown() + readme.substring(end);
  }

  static String markdown() {
    List<String> lines = new ArrayList<>();
    lines.add("### Istio's kinds, and the mesh's configuration\n");
    List<Kind<?>> istio = new ArrayList<>(IstioKinds.ALL.read());
    istio.add(meshConfig());
    table(lines, istio);
    lines.add("\n### Manifests\n");
    table(lines, ManifestKinds.ALL.read());
    lines.add("\n### Passed over, because they mean something on a cluster only\n");
    lines.add("| kind | fields |\n| --- | --- |");
    passedOver(lines, istio);
    passedOver(lines, ManifestKinds.ALL.read());
    lines.add("| %s | all |".formatted(String.join(", ", ManifestKinds.ALL.passedOver())));
    return String.join("\n", lines) + "\n";
  }

  private static Kind<?> meshConfig() {
    return new Kind<>(
        List.of("mesh/cluster/meshconfig.yaml"), "MeshConfig", MeshConfigReader::read);
  }

  private static void table(List<String> lines, List<? extends Kind<?>> kinds) {
    lines.add("| kind | object | fields |\n| --- | --- | --- |");
    for (Kind<?> kind : kinds) {
      String title = kind.name() + "<br>" + shortVersions(kind.apiVersions());
      for (KindRows.Row row : KindRows.of(fields(kind))) {
        lines.add("| %s | %s | %s |".formatted(title, row.object(), row.fields()));
        title = "";
      }
    }
  }

  /** {@code security.istio.io/v1, v1beta1}. */
  private static String shortVersions(List<String> apiVersions) {
    return apiVersions.getFirst()
        + apiVersions.stream()
            .skip(1)
            .map(version -> ", " + version.substring(version.indexOf('/') + 1))
            .collect(Collectors.joining());
  }

  private static List<Field> fields(Kind<?> kind) {
    return Describing.fieldsOf(kind.reader()).stream()
        .filter(field -> !ENVELOPE.contains(field.name()))
        .toList();
  }

  private static void passedOver(List<String> lines, List<? extends Kind<?>> kinds) {
    for (Kind<?> kind : kinds) {
      String fields =
          passedOver("", fields(kind)).map(KindRows::code).collect(Collectors.joining(", "));
      if (!fields.isEmpty()) {
        lines.add("| %s | %s |".formatted(kind.name(), fields));
      }
    }
  }

  private static Stream<String> passedOver(String object, List<Field> fields) {
    return fields.stream()
        .flatMap(
            field -> {
              String path = object.isEmpty() ? field.name() : object + "." + field.name();
              return field.passedOver() ? Stream.of(path) : passedOver(path, field.members());
            });
  }
}
