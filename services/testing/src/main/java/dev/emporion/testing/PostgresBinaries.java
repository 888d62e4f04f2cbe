package dev.emporion.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The PostgreSQL programs that the class path carries, unpacked once per version. */
final class PostgresBinaries {

  private PostgresBinaries() {}

  /** Returns the folder that holds {@code bin/postgres}, below {@code tools}; unpacks it if new. */
  static Path unpackedBelow(Path tools) {
    URL archive = archive();
    Path home = tools.resolve(versionOf(archive));
    if (Files.exists(home)) {
      return home;
    }
    try {
      Files.createDirectories(tools);
      Path fresh = tools.resolve(home.getFileName() + "." + UUID.randomUUID());
      unpack(archive, fresh);
      moveIntoPlace(fresh, home);
      return home;
    } catch (IOException e) {
      throw new LocalPostgresException("cannot unpack PostgreSQL below " + tools + ": " + e, e);
    }
  }

  private static URL archive() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    String name =
        "/postgres-%s-%s.txz"
            .formatted(os.startsWith("mac") ? "darwin" : "linux", arm ? "arm_64" : "x86_64");
    URL url = PostgresBinaries.class.getResource(name);
    if (url == null) {
      throw new LocalPostgresException("the class path has no " + name);
    }
    return url;
  }

  /** The jar's name, as it carries platform and version. */
  private static String versionOf(URL archive) {
    String jar = archive.getPath().replaceFirst("\\.jar!.*", "");
    return jar.substring(jar.lastIndexOf('/') + 1);
  }

  private static void unpack(URL archive, Path target) throws IOException {
    try (InputStream in = archive.openStream();
        var tar = new TarArchiveInputStream(new XZCompressorInputStream(in))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("entry outside the archive: " + entry.getName());
        }
        write(entry, tar, path);
      }
    }
  }

  private static void write(TarArchiveEntry entry, InputStream content, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(content, path);
    if ((entry.getMode() & 0100) != 0) {
      Files.setPosixFilePermissions(path, EXECUTABLE);
    }
  }

  private static final Set<PosixFilePermission> EXECUTABLE =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE,
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_EXECUTE);

  /** Whoever renames first wins: several builds may unpack at once. */
  private static void moveIntoPlace(Path fresh, Path home) throws IOException {
    try {
      Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      deleteTree(fresh);
      if (!Files.exists(home)) {
        throw e;
      }
    }
  }

  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
