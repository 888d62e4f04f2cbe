package dev.emporion.bench;

import dev.emporion.testing.LocalPostgres;
import dev.emporion.testing.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The shop of this checkout: where it answers, and which processes of this machine it is. */
record Site(Path root) {
  private static final String PORT = "8080";
  private static final String POSTGRES_PORT = "15432";
  private static final Duration TRAINING_LIMIT = Duration.ofMinutes(5);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  static Site at(Path root) {
    return new Site(root);
  }

  String address() {
    return "127.0.0.1:" + setting("EMPORION_PORT", PORT);
  }

  /** Starts what is not running; the caches that are made after a build take cpu of their own. */
  void bringUp() throws IOException, InterruptedException {
    Process up = new ProcessBuilder(root.resolve("emporion").toString(), "up").inheritIO().start();
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
    var pids = new LinkedHashMap<String, Long>();
    pid("together").ifPresent(pid -> pids.put("together", pid));
    LocalPostgres.processAt(root.resolve(".run/postgres"))
        .ifPresent(process -> pids.put("postgres", process.pid()));
    pid("simulator").ifPresent(pid -> pids.put("simulator", pid));
    pids.put("load", ProcessHandle.current().pid());
    return pids;
  }

  /** From the record that whoever started it made. */
  private Optional<Long> pid(String name) {
    Path identity = root.resolve(".run/processes/" + name + ".identity");
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
