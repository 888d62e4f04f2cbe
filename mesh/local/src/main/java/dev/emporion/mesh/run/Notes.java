package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;

/** Small files of names and values, which are there as a whole or not at all. */
final class Notes {
  private Notes() {}

  /** Adds what the file says; a file that is not there says nothing. */
  static void read(Path file, Properties into) {
    if (!Files.exists(file)) {
      return;
    }
    try (Reader reader = Files.newBufferedReader(file)) {
      into.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new RunnerException("cannot read " + file + ": " + e + "; remove it", e);
    }
  }

  static void write(Path file, Properties notes) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.getParent());
      try (Writer writer = Files.newBufferedWriter(fresh)) {
        notes.store(writer, null);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new RunnerException("cannot write " + file + ": " + e, e);
    }
  }
}
