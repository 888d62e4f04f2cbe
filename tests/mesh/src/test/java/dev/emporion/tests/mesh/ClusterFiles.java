package dev.emporion.tests.mesh;

import dev.emporion.testing.Workspace;
import dev.emporion.testing.cluster.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A copy of {@code mesh/istio} that a test edits, and what of it the cluster has taken. */
final class ClusterFiles {
  private static final Pattern DOCUMENTS = Pattern.compile("(?m)^---.*$");
  private static final Pattern KIND = Pattern.compile("(?m)^kind: *(\\S+)");
  private static final Pattern NAME = Pattern.compile("(?m)^  name: *(\\S+)");

  private final Kubectl kubectl;
  private final Path folder;
  private final Map<Path, String> taken = new TreeMap<>();
  private final Set<String> applied;
  private List<String> problems = List.of();

  ClusterFiles(Kubectl kubectl) throws IOException {
    this.kubectl = kubectl;
    folder = Files.createTempDirectory("istio");
    Path from = Workspace.root().resolve("mesh/istio");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    taken.putAll(read());
    applied = wanted();
  }

  Path folder() {
    return folder;
  }

  List<String> problems() {
    return problems;
  }

  /** Has the cluster take what has changed; what it refuses stays as it was there. */
  void apply() {
    Map<Path, String> now = read();
    List<String> refused = new ArrayList<>();
    now.forEach(
        (file, text) -> {
          if (!text.equals(taken.get(file))) {
            var answer =
                kubectl.output(
                    "apply", "--server-side", "--force-conflicts", "--filename", file.toString());
            if (answer.code() == 0) {
              taken.put(file, text);
            } else {
              refused.add(folder.relativize(file) + ": " + answer.text());
            }
          }
        });
    List<Path> gone = taken.keySet().stream().filter(file -> !now.containsKey(file)).toList();
    gone.forEach(taken::remove);
    problems = List.copyOf(refused);
    removeLeftOvers();
  }

  /** Objects that no file holds any more. */
  private void removeLeftOvers() {
    Set<String> wanted = wanted();
    Set<String> left = new LinkedHashSet<>(applied);
    left.removeAll(wanted);
    if (!left.isEmpty()) {
      kubectl.run(
          Stream.concat(Stream.of("delete", "--ignore-not-found"), left.stream())
              .toArray(String[]::new));
    }
    applied.clear();
    applied.addAll(wanted);
  }

  private Set<String> wanted() {
    return taken.values().stream()
        .flatMap(text -> objects(text).stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** {@code kind/name} of each document. */
  private static List<String> objects(String text) {
    return Stream.of(DOCUMENTS.split(text))
        .flatMap(
            document -> {
              Matcher kind = KIND.matcher(document);
              Matcher name = NAME.matcher(document);
              return kind.find() && name.find()
                  ? Stream.of(kind.group(1) + "/" + name.group(1))
                  : Stream.empty();
            })
        .toList();
  }

  private Map<Path, String> read() {
    try (Stream<Path> files = Files.walk(folder)) {
      Map<Path, String> texts = new TreeMap<>();
      for (Path file : files.filter(ClusterFiles::isManifest).toList()) {
        texts.put(file, Files.readString(file));
      }
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isManifest(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".yaml") && !name.startsWith(".") && !name.equals("kustomization.yaml");
  }
}
