package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.config.Config;
import dev.emporion.mesh.config.ConfigFiles;
import dev.emporion.mesh.config.ConfigResult;
import dev.emporion.mesh.model.Registry;
import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.translate.Translation;
import dev.emporion.mesh.yaml.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The YAML that is in effect: the last that was right. What is wrong with a newer one is told, and
 * changes nothing, not even for a daemon that is started meanwhile: the last good files are kept.
 */
final class Configuration {
  /** A folder with other manifests and rules than the checkout's, for tests. */
  static final String FILES = "EMPORION_FILES";

  private final ConfigFiles files;
  private final Path kept;
  private String seen = "";
  private volatile Optional<Config> good = Optional.empty();
  private volatile List<String> problems = List.of();

  Configuration(Layout layout) {
    this.files = files(layout.root());
    this.kept = layout.mesh().resolve("last-good");
  }

  private static ConfigFiles files(Path root) {
    String folder = System.getenv(FILES);
    return ConfigFiles.of(folder == null || folder.isBlank() ? root : root.resolve(folder));
  }

  /** Reads the files if they have changed; returns whether something else is in effect now. */
  synchronized boolean look() {
    String now = signature();
    if (now.equals(seen)) {
      return false;
    }
    seen = now;
    return take(read(files));
  }

  /** A rule may be well formed and still have no meaning. */
  private static ConfigResult read(ConfigFiles files) {
    ConfigResult result = files.read();
    if (result instanceof ConfigResult.Valid(Config config)) {
      List<Problem> problems = Translation.of(config.istio(), nobodyRuns(config)).problems();
      return problems.isEmpty() ? result : new ConfigResult.Broken(problems);
    }
    return result;
  }

  private static Registry nobodyRuns(Config config) {
    return new Registry(
        Launcher.NAMESPACE,
        PodTemplates.services(config).stream()
            .map(service -> new Registry.Service(service.name(), service.ports(), List.of()))
            .toList());
  }

  private boolean take(ConfigResult result) {
    switch (result) {
      case ConfigResult.Valid valid -> {
        problems = List.of();
        boolean changed = !Optional.of(valid.config()).equals(good);
        good = Optional.of(valid.config());
        keep();
        return changed;
      }
      case ConfigResult.Broken broken -> {
        problems = broken.problems().stream().map(Problem::toString).toList();
        broken.problems().forEach(problem -> Events.say("not in effect: " + problem));
        return good.isEmpty() && takeKept();
      }
    }
  }

  private boolean takeKept() {
    if (Files.isDirectory(kept)
        && read(ConfigFiles.of(kept)) instanceof ConfigResult.Valid(Config config)) {
      good = Optional.of(config);
      return true;
    }
    return false;
  }

  /** The configuration in effect. */
  Config config() {
    return good.orElseThrow(
        () -> new RunnerException(String.join(System.lineSeparator(), problems)));
  }

  List<String> problems() {
    return problems;
  }

  String summary() {
    Config config = config();
    return "%d rules for %d services"
        .formatted(config.istio().documents().size(), config.services().size());
  }

  /** Names, sizes and times of all files: cheap enough to be asked for several times a second. */
  private String signature() {
    StringBuilder all = new StringBuilder();
    for (Path file : all()) {
      java.io.File plain = file.toFile();
      all.append(file).append(plain.length()).append(' ').append(plain.lastModified());
    }
    return all.toString();
  }

  private List<Path> all() {
    List<Path> all = new ArrayList<>(yaml(files.istio()));
    all.add(files.meshConfig());
    all.addAll(yaml(files.gateway()));
    for (Path service : children(files.services())) {
      all.addAll(yaml(service.resolve("deploy")));
    }
    return all;
  }

  private static List<Path> children(Path folder) {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }

  private static List<Path> yaml(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(path -> path.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      // It changes at this moment; it is looked at again.
      return List.of();
    }
  }

  private void keep() {
    try {
      Path fresh = kept.resolveSibling("last-good.new");
      delete(fresh);
      copy(files.istio(), fresh.resolve("mesh/istio"));
      copy(files.gateway(), fresh.resolve("mesh/gateway/deploy"));
      for (Path service : children(files.services())) {
        Path name = service.getFileName();
        copy(service.resolve("deploy"), fresh.resolve("services").resolve(name).resolve("deploy"));
      }
      if (Files.exists(files.meshConfig())) {
        Files.createDirectories(fresh.resolve("mesh/cluster"));
        Files.copy(files.meshConfig(), fresh.resolve("mesh/cluster/meshconfig.yaml"));
      }
      delete(kept);
      Files.move(fresh, kept, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Events.say("cannot keep the configuration: " + e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    for (Path file : yaml(from)) {
      Path copy = to.resolve(from.relativize(file).toString());
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }
}
