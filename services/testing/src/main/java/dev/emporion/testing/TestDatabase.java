package dev.emporion.testing;

import dev.emporion.testing.LocalPostgres.Durability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A database of a test's own, in a cluster that all tests of one JVM share. Keep it in a static
 * field, one a test class; it needs no closing, as the cluster goes with the JVM.
 *
 * @param url {@code postgresql://role:password@127.0.0.1:port/database}
 */
public record TestDatabase(String url) {
  private static final String PASSWORD = "test";
  private static final int START_ATTEMPTS = 3;
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Set<String> MIGRATED = new HashSet<>();

  /** An empty database. */
  public static TestDatabase empty() {
    return new TestDatabase(
        Cluster.SHARED.databases().provide("test_" + COUNT.incrementAndGet(), PASSWORD));
  }

  /**
   * A database with a schema. The migration runs once per name and JVM; each call gets a copy.
   *
   * @param migrate takes the URL of a database and closes its connections when done
   */
  public static synchronized TestDatabase migrated(String name, Consumer<String> migrate) {
    if (!MIGRATED.contains(name)) {
      migrate.accept(Cluster.SHARED.databases().provide(name, PASSWORD));
      MIGRATED.add(name);
    }
    String copy = name + "_" + COUNT.incrementAndGet();
    return new TestDatabase(Cluster.SHARED.databases().copy(name, copy, PASSWORD));
  }

  /** A plain connection, as the role that owns the database. */
  public Connection connect() throws SQLException {
    URI uri = URI.create(url);
    String[] user = uri.getUserInfo().split(":", 2);
    return DriverManager.getConnection(
        "jdbc:postgresql://%s%s"
            .formatted(uri.getAuthority().replaceFirst(".*@", ""), uri.getPath()),
        user[0],
        user[1]);
  }

  /** Started when the first test asks, stopped when the JVM ends. */
  private static final class Cluster {
    static final LocalPostgres SHARED = start();

    private static LocalPostgres start() {
      Path run = Workspace.root().resolve(".run");
      Path clusters = run.resolve("test-clusters");
      removeOrphans(clusters, run.resolve("tools"));
      Path home = clusters.resolve(Long.toString(ProcessHandle.current().pid()));
      LocalPostgres postgres = startOnFreePort(home, run.resolve("tools"));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(home, run.resolve("tools"))));
      return postgres;
    }

    /** Another program may take the free port first: then try the next one. */
    private static LocalPostgres startOnFreePort(Path home, Path tools) {
      for (int attempt = 1; ; attempt++) {
        try {
          return LocalPostgres.start(options(home, tools, freePort()));
        } catch (LocalPostgresException e) {
          if (attempt == START_ATTEMPTS) {
            throw e;
          }
        }
      }
    }

    private static LocalPostgres.Options options(Path home, Path tools, int port) {
      return new LocalPostgres.Options(home, tools, port, Durability.FAST);
    }

    /**
     * Clusters of JVMs that were killed before they could clean up; a folder is named by its JVM.
     */
    private static void removeOrphans(Path clusters, Path tools) {
      if (!Files.exists(clusters)) {
        return;
      }
      try (Stream<Path> homes = Files.list(clusters)) {
        List<Path> orphans =
            homes
                .filter(
                    home ->
                        ProcessHandle.of(Long.parseLong(home.getFileName().toString())).isEmpty())
                .toList();
        orphans.forEach(home -> remove(home, tools));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /**
     * Stops the cluster, and leaves its files to a process that nobody waits for: hundreds of
     * databases are a hundred thousand files. Another JVM may remove the same orphan at the same
     * time.
     */
    private static void remove(Path home, Path tools) {
      try {
        LocalPostgres.stop(options(home, tools, 0));
        new ProcessBuilder("rm", "-rf", home.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
      } catch (IOException | LocalPostgresException e) {
        System.err.println("test cluster " + home + " could not be removed: " + e.getMessage());
      }
    }
  }

  /** A port that was free a moment ago. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
