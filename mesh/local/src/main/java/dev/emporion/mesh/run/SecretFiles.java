package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.process.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * What a Secret or a ConfigMap is to a cluster: {@code .run/secrets/<name>/<key>}, readable by the
 * owner alone.
 */
record SecretFiles(Layout layout) {

  Optional<String> find(String name, String key) {
    Path file = file(name, key);
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    } catch (IOException e) {
      throw new RunnerException("cannot read the secret " + file + ": " + e, e);
    }
  }

  void write(String name, String key, String value) {
    Path file = file(name, key);
    if (find(name, key).filter(value::equals).isPresent()) {
      return;
    }
    try {
      var owner = PosixFilePermissions.fromString("rwx------");
      Files.createDirectories(file.getParent().getParent());
      Files.createDirectories(file.getParent(), PosixFilePermissions.asFileAttribute(owner));
      var file600 = PosixFilePermissions.fromString("rw-------");
      Path fresh =
          Files.createTempFile(
              file.getParent(), "new", "", PosixFilePermissions.asFileAttribute(file600));
      Files.writeString(fresh, value);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new RunnerException("cannot write the secret " + file + ": " + e, e);
    }
  }

  Path file(String name, String key) {
    return layout.run().resolve("secrets").resolve(name).resolve(key);
  }
}
