package dev.emporion.platform;

import dev.emporion.common.v1.ErrorReason;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * The migrations of one service, named one by one: nothing is searched for on the class path, where
 * several services may stand side by side.
 *
 * <p>Each migration works with the code before it and the code after it, so a database that is
 * ahead of the code is fine and one that is behind is not.
 */
public final class Migrations {
  private static final String FOLDER = "db/migration/";
  private static final Pattern NAME = Pattern.compile("V(\\d{1,6})__(\\w+)\\.sql");

  private static final String UNDEFINED_TABLE = "42P01";
  private static final int MAX_ATTEMPTS = 6;

  private final List<String> names;

  private Migrations(List<String> names) {
    this.names = names;
  }

  /**
   * @param names files under {@code db/migration}, {@code V1__orders.sql} first; what the first one
   *     is called after its number is the program that {@code migrate} belongs to
   */
  public static Migrations of(String... names) {
    for (int i = 0; i < names.length; i++) {
      if (version(names[i]) != i + 1) {
        throw new IllegalArgumentException(names[i] + " is not migration " + (i + 1));
      }
    }
    return new Migrations(List.copyOf(Arrays.asList(names)));
  }

  /** The version that this code needs. */
  public int version() {
    return names.size();
  }

  private String program() {
    return match(names.getFirst()).group(2);
  }

  void apply(DataSource source) {
    var flyway =
        Flyway.configure()
            .dataSource(source)
            .loggers("slf4j")
            .resourceProvider(new Listed())
            .javaMigrationClassProvider(List::of)
            .skipDefaultCallbacks(true)
            .ignoreMigrationPatterns("*:future");
    // A lock of the session: under one of a transaction no index is built concurrently.
    flyway
        .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    flyway.load().migrate();
  }

  void require(Database database) {
    int found = foundWhenItAnswers(database);
    if (found < version()) {
      throw Failure.of(
          Status.Code.FAILED_PRECONDITION,
          ErrorReason.ERROR_REASON_DATABASE_UNAVAILABLE,
          "the database's schema is at version %d and this program needs %d; run: %s migrate"
              .formatted(found, version(), program()));
    }
  }

  /**
   * A database that starts at the same time, or is busy with the start of others, may need longer
   * than the timeout of one connection.
   */
  private static int foundWhenItAnswers(Database database) {
    for (int attempt = 1; ; attempt++) {
      try {
        return database.run(Migrations::found);
      } catch (Failure e) {
        if (e.code() != Status.Code.UNAVAILABLE || attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** One cheap query; Flyway itself would cost half a second at each start. */
  private static int found(Handle handle) {
    try {
      return handle
          .createQuery(
              "select coalesce(max(version::int) filter (where success), 0)"
                  + " from flyway_schema_history")
          .mapTo(Integer.class)
          .one();
    } catch (JdbiException e) {
      SQLException cause = SqlFailure.cause(e);
      if (cause != null && UNDEFINED_TABLE.equals(cause.getSQLState())) {
        return 0;
      }
      throw e;
    }
  }

  private static int version(String name) {
    return Integer.parseInt(match(name).group(1));
  }

  private static Matcher match(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not of the form V1__name.sql: " + name);
    }
    return matcher;
  }

  private static String read(String name) {
    try (InputStream in = Migrations.class.getClassLoader().getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + FOLDER + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives Flyway exactly the files that were named. */
  private final class Listed implements ResourceProvider {

    @Override
    public LoadableResource getResource(String name) {
      return names.contains(name) ? new Script(name) : null;
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
      return names.stream()
          .filter(name -> name.startsWith(prefix))
          .filter(name -> Arrays.stream(suffixes).anyMatch(name::endsWith))
          .<LoadableResource>map(Script::new)
          .toList();
    }
  }

  private static final class Script extends LoadableResource {
    private final String name;

    Script(String name) {
      this.name = name;
    }

    @Override
    public Reader read() {
      return new StringReader(Migrations.read(name));
    }

    @Override
    public String getAbsolutePath() {
      return FOLDER + name;
    }

    @Override
    public String getAbsolutePathOnDisk() {
      return FOLDER + name;
    }

    @Override
    public String getFilename() {
      return name;
    }

    @Override
    public String getRelativePath() {
      return name;
    }
  }
}
