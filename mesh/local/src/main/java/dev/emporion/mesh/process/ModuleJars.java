package dev.emporion.mesh.process;

import dev.emporion.mesh.RunnerException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The jars a module runs on, its own first, as the build left them. */
public record ModuleJars(String module, List<Path> jars) {
  private static final String VERSION = "0.1.0-SNAPSHOT";
  private static final Map<JarFile, String> DIGESTS = new ConcurrentHashMap<>();

  /** Modules share most of their jars, and one reading of each is enough. */
  private record JarFile(Path path, long size, FileTime modified) {
    static JarFile of(Path path) {
      try {
        return new JarFile(path, Files.size(path), Files.getLastModifiedTime(path));
      } catch (IOException e) {
        throw new RunnerException("cannot read " + path + "; run make build", e);
      }
    }
  }

  public static ModuleJars of(Layout layout, String module) {
    Path target = layout.module(module).resolve("target");
    String name = "emporion-" + Path.of(module).getFileName() + "-" + VERSION + ".jar";
    try {
      String dependencies = Files.readString(target.resolve("classpath")).strip();
      Stream<Path> others =
          Stream.of(dependencies.split(":")).filter(path -> !path.isEmpty()).map(Path::of);
      return new ModuleJars(
          module, Stream.concat(Stream.of(target.resolve(name)), others).toList());
    } catch (IOException e) {
      throw new RunnerException(module + " is not built (" + e.getMessage() + "); run make build");
    }
  }

  public String classPath() {
    return classPath(jars);
  }

  static String classPath(List<Path> jars) {
    return String.join(":", jars.stream().map(Path::toString).toList());
  }

  /** Two class paths with the same digest hold the same bytes in the same order. */
  public String digest() {
    List<String> digests = jars.parallelStream().map(ModuleJars::digestOf).toList();
    return digest(String.join("\n", digests) + "\n" + classPath());
  }

  /** Of a jar's bytes. */
  static String digestOf(Path jar) {
    return DIGESTS.computeIfAbsent(JarFile.of(jar), key -> digest(key.path));
  }

  /** What the module's migrations are, without a look at anything else. */
  public String migrationsDigest() {
    try (ZipFile jar = new ZipFile(jars.getFirst().toFile())) {
      List<String> migrations =
          jar.stream()
              .filter(entry -> entry.getName().startsWith("db/migration/"))
              .map(ModuleJars::nameAndContent)
              .sorted()
              .toList();
      return digest(String.join("\n", migrations));
    } catch (IOException e) {
      throw new RunnerException("cannot read " + jars.getFirst() + ": " + e, e);
    }
  }

  private static String nameAndContent(ZipEntry entry) {
    return entry.getName() + " " + entry.getSize() + " " + entry.getCrc();
  }

  public static String digest(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes()), 0, 8);
  }

  private static String digest(Path jar) {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(jar), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest(), 0, 12);
    } catch (IOException e) {
      throw new RunnerException("cannot read " + jar + ": " + e, e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
