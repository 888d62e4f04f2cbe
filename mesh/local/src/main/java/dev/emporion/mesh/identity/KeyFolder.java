package dev.emporion.mesh.identity;

import dev.emporion.mesh.RunnerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Credentials in files that only their owner reads, each written whole or not at all. */
record KeyFolder(Path path) {
  private static final String SUFFIX = ".pem";

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      permissions("rw-------");
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FOLDER =
      permissions("rwx------");

  KeyFolder {
    try {
      Files.createDirectories(path.getParent());
      Files.createDirectories(path, OWNER_ONLY_FOLDER);
      // It may have been made by another, with other rights.
      Files.setPosixFilePermissions(path, OWNER_ONLY_FOLDER.value());
    } catch (IOException e) {
      throw cannot("keep", path, e);
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  private static RunnerException cannot(String what, Path file, Exception cause) {
    return new RunnerException(
        "cannot %s %s (%s): give yourself rights to it, or delete it for a new one"
            .formatted(what, file, cause.getMessage()),
        cause);
  }

  void write(String name, Credential credential) {
    writeText(name + SUFFIX, credential.pem());
  }

  Optional<Credential> read(String name) {
    Path file = path.resolve(name + SUFFIX);
    try {
      Optional<String> text = readText(name + SUFFIX);
      return text.isEmpty() ? Optional.empty() : Optional.of(Credential.parse(text.get()));
    } catch (GeneralSecurityException e) {
      throw cannot("read", file, e);
    }
  }

  void delete(String name) {
    try {
      Files.deleteIfExists(path.resolve(name + SUFFIX));
    } catch (IOException e) {
      throw cannot("delete", path.resolve(name + SUFFIX), e);
    }
  }

  /** Names of the credentials that begin with a prefix. */
  List<String> names(String prefix) {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(prefix) && name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw cannot("read", path, e);
    }
  }

  void writeText(String file, String text) {
    Path target = path.resolve(file);
    try {
      Path draft = Files.createTempFile(path, ".new-", "", OWNER_ONLY);
      Files.writeString(draft, text);
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw cannot("write", target, e);
    }
  }

  Optional<String> readText(String file) {
    try {
      return Optional.of(Files.readString(path.resolve(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw cannot("read", path.resolve(file), e);
    }
  }
}
