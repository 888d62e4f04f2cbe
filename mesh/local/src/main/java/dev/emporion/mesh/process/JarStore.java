package dev.emporion.mesh.process;

import dev.emporion.mesh.RunnerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Copies of the jars that are built here, named by what is in them. A JVM reads its jars as long as
 * it runs, and the next build overwrites them: programs run from copies, which nobody touches.
 */
record JarStore(Layout layout) {
  private static final Duration KEPT_UNUSED = Duration.ofDays(3);

  /** Of every copy: an AOT cache is for jars of a name, a size and a time of change. */
  private static final FileTime CHANGED = FileTime.from(Instant.parse("2000-01-01T00:00:00Z"));

  /** The same jar where it stays as it is; those from elsewhere stay where they are. */
  Path keep(Path jar) {
    if (!jar.toAbsolutePath().startsWith(layout.root())) {
      return jar;
    }
    Path copy = layout.jars().resolve(ModuleJars.digestOf(jar) + "-" + jar.getFileName());
    try {
      if (Files.exists(copy)) {
        noteUse(copy);
        return copy;
      }
      Files.createDirectories(copy.getParent());
      Path fresh = Files.createTempFile(copy.getParent(), "new", "");
      Files.copy(jar, fresh, StandardCopyOption.REPLACE_EXISTING);
      noteUse(fresh);
      Files.move(fresh, copy, StandardCopyOption.ATOMIC_MOVE);
      dropUnused();
      return copy;
    } catch (IOException e) {
      throw new RunnerException("cannot copy " + jar + " to " + copy + ": " + e, e);
    }
  }

  private static void noteUse(Path copy) throws IOException {
    times(copy).setTimes(CHANGED, FileTime.from(Instant.now()), null);
  }

  private static BasicFileAttributeView times(Path file) {
    return Files.getFileAttributeView(file, BasicFileAttributeView.class);
  }

  private void dropUnused() throws IOException {
    FileTime limit = FileTime.from(Instant.now().minus(KEPT_UNUSED));
    for (Path jar : all()) {
      try {
        if (times(jar).readAttributes().lastAccessTime().compareTo(limit) < 0) {
          Files.deleteIfExists(jar);
        }
      } catch (NoSuchFileException e) {
        // another thread has just renamed it
      }
    }
  }

  private List<Path> all() throws IOException {
    try (Stream<Path> files = Files.list(layout.jars())) {
      return files.toList();
    }
  }
}
