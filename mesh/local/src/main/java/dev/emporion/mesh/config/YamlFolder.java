package dev.emporion.mesh.config;

import dev.emporion.mesh.yaml.Node;
import dev.emporion.mesh.yaml.Problems;
import dev.emporion.mesh.yaml.Where;
import dev.emporion.mesh.yaml.YamlParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Documents from files, in an order that does not depend on the file system. */
final class YamlFolder {
  private final Path root;
  private final Problems problems;

  YamlFolder(Path root, Problems problems) {
    this.root = root.toAbsolutePath().normalize();
    this.problems = problems;
  }

  /** Of a folder and all below it. */
  List<Node.Mapping> below(Path folder) {
    if (!Files.isDirectory(folder)) {
      problems.add(new Where(name(folder), 1, ""), "there is no such folder");
      return List.of();
    }
    return yamlFiles(folder).stream().flatMap(file -> documents(file).stream()).toList();
  }

  /** Of each service's folder {@code deploy}, and of the gateway's. */
  List<Node.Mapping> manifests(Path services, Path gateway) {
    Stream<Path> folders =
        Stream.concat(
            children(services).stream().map(service -> service.resolve("deploy")),
            Stream.of(gateway));
    return folders.filter(Files::isDirectory).flatMap(folder -> below(folder).stream()).toList();
  }

  /** None of a file that is missing. */
  List<Node.Mapping> optional(Path file) {
    return Files.exists(file) ? documents(file) : List.of();
  }

  private List<Node.Mapping> documents(Path file) {
    String name = name(file);
    int before = problems.count();
    List<Node.Mapping> documents = new YamlParser(name, problems).parse(text(file, name));
    if (documents.isEmpty() && problems.count() == before) {
      // as it looks while an editor writes it; dropping its rules would be the wrong answer
      problems.add(new Where(name, 1, ""), "holds no document: remove the file, or fill it");
    }
    return documents;
  }

  private String text(Path file, String name) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException | CharacterCodingException unreadable) {
      problems.add(new Where(name, 1, ""), "is no text in UTF-8, or just vanished");
      return "";
    } catch (IOException unreadable) {
      problems.add(new Where(name, 1, ""), "cannot be read: " + unreadable.getMessage());
      return "";
    }
  }

  private List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.sorted().toList();
    } catch (IOException unreadable) {
      return unreadable(folder, unreadable);
    }
  }

  private List<Path> yamlFiles(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(YamlFolder::isYaml).sorted().toList();
    } catch (IOException | UncheckedIOException unreadable) {
      return unreadable(folder, unreadable);
    }
  }

  private List<Path> unreadable(Path folder, Exception failure) {
    problems.add(new Where(name(folder), 1, ""), "cannot be listed: " + failure.getMessage());
    return List.of();
  }

  /** Hidden files are an editor's. */
  private static boolean isYaml(Path path) {
    String name = path.getFileName().toString();
    return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml"));
  }

  /** From the root, where it is below it. */
  String name(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    return absolute.startsWith(root) ? root.relativize(absolute).toString() : absolute.toString();
  }
}
