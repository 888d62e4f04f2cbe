package dev.emporion.bench;

import dev.emporion.testing.LocalPostgres;
import dev.emporion.testing.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The shop of this checkout: where it answers, and which processes of this machine it is.
 *
 * @param form how it runs: with the mesh, or in one process
 */
record Site(Path root, Form form) {
  private static final String RECORD = ".identity";
  private static final String PORT = "8080";
  private static final String POSTGRES_PORT = "15432";
  private static final Duration TRAINING_LIMIT = Duration.ofMinutes(5);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  enum Form {
    MESH("on"),
    ONE_PROCESS("off");

    /** What {@code up --mesh} takes. */
    final String word;

    Form(String word) {
      this.word = word;
    }
  }

  String address() {
    return "127.0.0.1:" + setting("EMPORION_PORT", PORT);
  }

  /** Starts what is not running; the caches that are made after a build take cpu of their own. */
  void bringUp() throws IOException, InterruptedException {
    var command =
        new ProcessBuilder(root.resolve("emporion").toString(), "up", "--mesh", form.word);
    // The one process has both of the JVM's compilers anyway.
    command.environment().putIfAbsent("EMPORION_COMPILERS", "both");
    Process up = command.inheritIO().start();
    if (up.waitFor() != 0) {
      throw new BenchException("the shop did not come up");
    }
    long end = System.nanoTime() + TRAINING_LIMIT.toNanos();
    while (pid("training").isPresent()) {
      if (System.nanoTime() > end) {
        throw new BenchException("AOT caches are still being made; see make logs S=training");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** By name: what places an order takes cpu of; PostgreSQL with all of its processes. */
  Map<String, Long> pids() {
    var pids = new TreeMap<String, Long>();
    for (String name : onRecord()) {
      pid(name).ifPresent(pid -> pids.put(name, pid));
    }
    LocalPostgres.processAt(root.resolve(".run/postgres"))
        .ifPresent(process -> pids.put("postgres", process.pid()));
    pids.put("load", ProcessHandle.current().pid());
    return pids;
  }

  private List<String> onRecord() {
    try (Stream<Path> files = Files.list(root.resolve(".run/processes"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(RECORD))
          .map(file -> file.substring(0, file.length() - RECORD.length()))
          .toList();
    } catch (IOException e) {
      throw new BenchException("cannot read which processes run", e);
    }
  }

  /**
   * Few words for many processes: an instance's name without its number, the sidecars as one, the
   * services of the mesh as one.
   */
  static String group(String process) {
    return switch (process) {
      case "postgres", "together", "load" -> process;
      case "mesh" -> "daemon";
      default ->
          process.endsWith(".envoy")
              ? "envoys"
              : process.startsWith("simulator") ? "simulator" : "services";
    };
  }

  /** From the record that whoever started it made. */
  private Optional<Long> pid(String name) {
    Path identity = root.resolve(".run/processes/" + name + RECORD);
    try {
      long pid = Long.parseLong(Files.readAllLines(identity).getFirst().strip());
      return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).map(ProcessHandle::pid);
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The server with all databases, as a role that may look at its counters. */
  DatabaseAddress database() {
    String external = System.getenv("DATABASE_URL");
    if (external != null && !external.isBlank()) {
      return DatabaseAddress.of(external.strip());
    }
    String password = new Secrets(root.resolve(".run/postgres/secrets")).get("superuser");
    String address = "127.0.0.1:" + setting("EMPORION_POSTGRES_PORT", POSTGRES_PORT);
    return new DatabaseAddress("jdbc:postgresql://" + address + "/postgres", "postgres", password);
  }

  private static String setting(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null || value.isBlank() ? otherwise : value.strip();
  }
}
