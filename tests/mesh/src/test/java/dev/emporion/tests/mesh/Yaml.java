package dev.emporion.tests.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/** The mesh's YAML while a test edits it; {@link #close} puts everything back. */
final class Yaml implements AutoCloseable {
  private final Driver mesh;
  private final Map<Path, String> before = new LinkedHashMap<>();

  Yaml(Driver mesh) {
    this.mesh = mesh;
  }

  /** Writes a file as an editor does: whole, under its name at once. */
  Yaml write(String file, String text) {
    Path path = mesh.istio().resolve(file);
    try {
      if (!before.containsKey(path)) {
        before.put(path, Files.exists(path) ? Files.readString(path) : null);
      }
      put(path, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    mesh.apply();
    return this;
  }

  String read(String file) {
    try {
      return Files.readString(mesh.istio().resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void put(Path path, String text) throws IOException {
    Path draft = path.resolveSibling("." + path.getFileName());
    Files.writeString(draft, text);
    Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() {
    try {
      for (Map.Entry<Path, String> file : before.entrySet()) {
        if (file.getValue() == null) {
          Files.deleteIfExists(file.getKey());
        } else {
          put(file.getKey(), file.getValue());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    mesh.apply();
  }
}
