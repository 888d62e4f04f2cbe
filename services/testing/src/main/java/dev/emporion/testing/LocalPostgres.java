package dev.emporion.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A real PostgreSQL on this machine, for development and tests. It listens on 127.0.0.1, keeps its
 * data in one folder and runs in a session of its own, so it outlives the program that started it.
 *
 * <p>{@link #start} is safe to repeat: a server that runs with the same settings is taken over, one
 * that was killed is started again and recovers from its log.
 */
public final class LocalPostgres implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(180);

  /** In which a server that was launched writes its number down. */
  private static final Duration LAUNCH_LIMIT = Duration.ofSeconds(3);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(120);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final String SUPERUSER = "postgres";

  /** Whether a commit is on disk when it is answered. */
  public enum Durability {
    /** As in production: every acknowledged commit survives a crash. */
    DURABLE,
    /** For unit-level fixtures alone: nothing is promised, and starts are faster. */
    FAST
  }

  /**
   * @param home where data, log and secrets of this cluster live
   * @param tools where unpacked programs are kept, shared by all clusters
   * @param port on 127.0.0.1
   */
  public record Options(Path home, Path tools, int port, Durability durability) {}

  private final Options options;
  private final Path programs;
  private final Path data;
  private final Unprivileged unprivileged;
  private final String password;

  private LocalPostgres(Options options) {
    this.options = options;
    this.programs = PostgresBinaries.unpackedBelow(options.tools).resolve("bin");
    this.data = options.home.resolve("data").toAbsolutePath();
    this.unprivileged = Unprivileged.detect();
    this.password = new Secrets(options.home.resolve("secrets")).get("superuser");
  }

  /** Starts the cluster, making it first if it is new, and waits until it answers. */
  public static LocalPostgres start(Options options) {
    LocalPostgres postgres = new LocalPostgres(options);
    postgres.startOrTakeOver();
    return postgres;
  }

  /** Stops the cluster of this home if one runs there; returns whether one did. */
  public static boolean stop(Options options) {
    if (processAt(options.home).isEmpty()) {
      return false;
    }
    new LocalPostgres(options).close();
    return true;
  }

  /** The server of this home, if it runs; a file left behind by a killed one does not count. */
  public static Optional<ProcessHandle> processAt(Path home) {
    Path pidFile = home.resolve("data/postmaster.pid");
    try {
      long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
      return ProcessHandle.of(pid).filter(LocalPostgres::isPostgres);
    } catch (IOException | NumberFormatException | java.util.NoSuchElementException e) {
      return Optional.empty();
    }
  }

  /** After a crash or a reboot the number may belong to any other program. */
  private static boolean isPostgres(ProcessHandle process) {
    return process.isAlive() && process.info().command().orElse("").endsWith("/postgres");
  }

  private void startOrTakeOver() {
    try {
      initialize();
      boolean sameSettings = writeSettings();
      if (processAt(options.home).isPresent() && !sameSettings) {
        close();
      }
      if (processAt(options.home).isEmpty()) {
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        launch();
      }
      awaitReady();
    } catch (IOException e) {
      throw new LocalPostgresException("cannot start PostgreSQL in " + options.home + ": " + e, e);
    }
    closeToThePublic();
  }

  /** PostgreSQL's own databases are open to every role until somebody says otherwise. */
  private void closeToThePublic() {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("revoke connect on database postgres, template1 from public");
    } catch (SQLException e) {
      throw new LocalPostgresException("cannot close the databases of PostgreSQL's own: " + e, e);
    }
  }

  /**
   * Makes the cluster beside its final place, so that an interrupted attempt leaves no half one.
   */
  private void initialize() throws IOException {
    if (Files.exists(data)) {
      return;
    }
    Path fresh = options.home.resolve("data.new").toAbsolutePath();
    PostgresBinaries.deleteTree(fresh);
    Files.createDirectories(fresh);
    Path passwordFile = Files.writeString(options.home.resolve("secrets/initdb"), password);
    unprivileged.grant(options.home);
    List<String> initdb = new ArrayList<>(List.of(programs.resolve("initdb").toString()));
    initdb.addAll(List.of("--pgdata=" + fresh, "--username=" + SUPERUSER));
    initdb.addAll(List.of("--pwfile=" + passwordFile, "--auth=scram-sha-256"));
    // The same order and case rules on every machine, whatever locales it has.
    initdb.addAll(List.of("--encoding=UTF8", "--locale-provider=builtin"));
    initdb.addAll(List.of("--builtin-locale=C.UTF-8", "--locale=C"));
    if (options.durability == Durability.FAST) {
      initdb.add("--no-sync");
    }
    run(initdb, options.home.resolve("initdb.log"));
    Files.delete(passwordFile);
    Files.writeString(
        fresh.resolve("postgresql.conf"),
        Files.readString(fresh.resolve("postgresql.conf")) + "\ninclude 'emporion.conf'\n");
    Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Returns false if the settings differ from those the server was last started with. */
  private boolean writeSettings() throws IOException {
    Path file = data.resolve("emporion.conf");
    String settings = PostgresSettings.text(options);
    if (Files.exists(file) && Files.readString(file).equals(settings)) {
      return true;
    }
    Files.writeString(file, settings);
    return false;
  }

  private void launch() throws IOException {
    unprivileged.grant(options.home);
    // pg_ctl puts the server into a session of its own; we wait ourselves, as it polls slowly.
    run(
        List.of(
            programs.resolve("pg_ctl").toString(),
            "start",
            "--no-wait",
            "--silent",
            "--pgdata=" + data,
            "--log=" + log()),
        options.home.resolve("pg_ctl.log"));
  }

  /**
   * Starts it again while it is not there: what a killed server leaves behind (workers, shared
   * memory) can turn away its successor for a moment.
   */
  private void awaitReady() throws IOException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    long patience = System.nanoTime() + LAUNCH_LIMIT.toNanos();
    while (true) {
      try (Connection _ = connect("postgres")) {
        return;
      } catch (SQLException e) {
        if (System.nanoTime() > end || Thread.currentThread().isInterrupted()) {
          throw new LocalPostgresException(
              "PostgreSQL does not answer on port " + options.port + "; its log: " + log(), e);
        }
      }
      if (System.nanoTime() > patience && processAt(options.home).isEmpty()) {
        launch();
        patience = System.nanoTime() + LAUNCH_LIMIT.toNanos();
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Stops the server, with its clients cut off and its data written. */
  @Override
  public void close() {
    if (processAt(options.home).isEmpty()) {
      return;
    }
    String mode = options.durability == Durability.DURABLE ? "fast" : "immediate";
    run(
        List.of(
            programs.resolve("pg_ctl").toString(),
            "stop",
            "--silent",
            "--mode=" + mode,
            "--timeout=" + STOP_LIMIT.toSeconds(),
            "--pgdata=" + data),
        options.home.resolve("pg_ctl.log"));
  }

  /**
   * Output goes to a file: the server inherits it, and a pipe would keep us waiting for its end.
   */
  private void run(List<String> program, Path output) {
    try {
      Process process =
          new ProcessBuilder(unprivileged.command(program))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new LocalPostgresException(program.getFirst() + " did not end; see " + output);
      }
      if (process.exitValue() != 0) {
        throw new LocalPostgresException(
            "%s failed (%d); see %s and %s: %s"
                .formatted(
                    Path.of(program.getFirst()).getFileName(),
                    process.exitValue(),
                    output,
                    log(),
                    Files.readString(output).strip()));
      }
    } catch (IOException e) {
      throw new LocalPostgresException("cannot run " + program.getFirst() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalPostgresException("interrupted while running " + program.getFirst(), e);
    }
  }

  public Path log() {
    return options.home.resolve("postgres.log").toAbsolutePath();
  }

  public int port() {
    return options.port;
  }

  /** A connection as superuser, who passes every check: for administration, never for a service. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(options.port, database), SUPERUSER, password);
  }

  /** The databases of this cluster and the roles that own them. */
  public Databases databases() {
    return new Databases("127.0.0.1:" + options.port, "postgres", SUPERUSER, password);
  }
}
