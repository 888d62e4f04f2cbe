package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.Ports;
import dev.emporion.testing.Databases;
import dev.emporion.testing.LocalPostgres;
import dev.emporion.testing.LocalPostgres.Durability;
import dev.emporion.testing.LocalPostgresException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the databases are: our own PostgreSQL, or one that somebody else runs, named by
 * DATABASE_URL with a role that may create databases and roles.
 */
public record DatabaseServer(Layout layout, Ports ports) {

  private static String external() {
    String url = System.getenv("DATABASE_URL");
    return url == null || url.isBlank() ? null : url.strip();
  }

  public static boolean isExternal() {
    return external() != null;
  }

  /** Starts ours if it is ours, and returns the URL of each database, made where missing. */
  public Map<String, String> provide(String prefix, Collection<String> names) {
    try {
      Databases server = isExternal() ? Databases.at(external()) : start().databases();
      Map<String, String> urls = new LinkedHashMap<>();
      for (String name : names) {
        String database = prefix + name;
        urls.put(name, server.provide(database, secret(database)));
      }
      return urls;
    } catch (LocalPostgresException e) {
      throw new RunnerException(e.getMessage(), e);
    }
  }

  /** A connection to a service's database, as that service. */
  public Connection connect(String database) throws SQLException {
    String server =
        isExternal()
            ? external().replaceFirst("^.*@", "").replaceFirst("/.*$", "")
            : ports.postgresPort().address();
    return DriverManager.getConnection(
        "jdbc:postgresql://" + server + "/" + database, database, secret(database));
  }

  private String secret(String database) {
    return layout.secrets().get("database-" + database);
  }

  private LocalPostgres start() {
    if (LocalPostgres.processAt(layout.postgres()).isEmpty()) {
      ports.postgresPort().mustBeFree("PostgreSQL");
    }
    return LocalPostgres.start(options());
  }

  /** Whether the one that is to run here does not: ours, that is. */
  boolean hasEnded() {
    return !isExternal() && LocalPostgres.processAt(layout.postgres()).isEmpty();
  }

  /** Starts ours again, which recovers from its log. */
  void startAgain() {
    try {
      LocalPostgres.start(options());
    } catch (LocalPostgresException e) {
      throw new RunnerException(e.getMessage(), e);
    }
  }

  /** Returns whether there was one of ours to stop. */
  public boolean stop() {
    return LocalPostgres.stop(options());
  }

  public String shown() {
    return isExternal()
        ? "PostgreSQL of DATABASE_URL"
        : "PostgreSQL on " + ports.postgresPort().address();
  }

  private LocalPostgres.Options options() {
    return new LocalPostgres.Options(
        layout.postgres(), layout.tools(), ports.postgresPort().number(), Durability.DURABLE);
  }
}
