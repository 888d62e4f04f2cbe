package dev.emporion.platform;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.emporion.common.v1.ErrorReason;
import io.grpc.Status;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.util.PSQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's one database: a fixed pool of connections, and the one place that knows which
 * failures of PostgreSQL are worth another try.
 *
 * <p>Everything runs READ COMMITTED. A serialization failure or a deadlock runs the whole callback
 * again, so a callback must have no effect but its statements. A database that cannot be reached,
 * or that is lost in the middle, is a {@link Failure} UNAVAILABLE / DATABASE_UNAVAILABLE; whether a
 * commit under way happened is then unknown, and nothing is tried again here: the caller repeats
 * its request_id, and the saved answer decides.
 */
public final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);
  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  /**
   * For a free connection. The gateway asks five times within 8 s: each must have been told that
   * there is no database, or the caller hears nothing but that it took too long.
   */
  private static final int MAX_WAIT_MILLIS = 1_200;

  private static final int MIN_WAIT_MILLIS = 250;
  private static final int MAX_ATTEMPTS = 6;
  private static final long RETRY_BASE_NANOS = Duration.ofMillis(2).toNanos();

  /** How much later than the server the client gives up. */
  private static final Duration SILENCE = Duration.ofSeconds(5);

  private static final String SNAPSHOT =
      """
      set transaction isolation level repeatable read, read only;
      set local statement_timeout = %d;
      set local enable_seqscan = on;
      set local plan_cache_mode = force_custom_plan;
      set local work_mem = '64MB'
      """;

  private final HikariDataSource pool;
  private final Jdbi jdbi;

  private Database(HikariDataSource pool, DataSource traced) {
    this.pool = pool;
    this.jdbi = Jdbi.create(traced).installPlugin(new PostgresTypes());
  }

  /** Opens without waiting for the server: {@link #requireSchema} is the first to ask it. */
  public static Database open(DatabaseConfig config, UnaryOperator<DataSource> wrapper) {
    var hikari = new HikariConfig();
    hikari.setPoolName(config.databaseName());
    hikari.setDataSource(PostgresSource.of(config, config.timeoutMillis()));
    hikari.setMaximumPoolSize(config.poolSize());
    hikari.setConnectionTimeout(
        Math.clamp(config.timeoutMillis(), MIN_WAIT_MILLIS, MAX_WAIT_MILLIS));
    hikari.setInitializationFailTimeout(-1);
    hikari.setAutoCommit(true);
    var pool = new HikariDataSource(hikari);
    return new Database(pool, wrapper.apply(pool));
  }

  public static Database open(DatabaseConfig config) {
    return open(config, UnaryOperator.identity());
  }

  /** Brings the schema up to date; several instances may do so at once. */
  public static void migrate(DatabaseConfig config, Migrations migrations) {
    migrations.apply(PostgresSource.of(config, 0));
  }

  /** Refuses a missing or older schema in one line that names the mend; takes a newer one. */
  public void requireSchema(Migrations migrations) {
    migrations.require(this);
  }

  /** One connection in autocommit: each statement is a transaction and one round trip. */
  public <T, X extends Exception> T run(HandleCallback<T, X> callback) throws X {
    return attempt(callback);
  }

  /** One READ COMMITTED transaction, for what does not fit into one statement. */
  public <T, X extends Exception> T transaction(HandleCallback<T, X> callback) throws X {
    return attempt(handle -> handle.inTransaction(callback));
  }

  /**
   * One read-only REPEATABLE READ transaction: everything in it sees the same moment, and nobody
   * waits for it. For checks that read whole tables, so it plans for that and has a limit of its
   * own.
   *
   * @param limit the longest a statement may run
   */
  public <T, X extends Exception> T snapshot(Duration limit, HandleCallback<T, X> callback)
      throws X {
    return attempt(
        handle ->
            handle.inTransaction(
                transaction -> {
                  outlast(transaction, limit);
                  transaction.execute(SNAPSHOT.formatted(limit.toMillis()));
                  return callback.withHandle(transaction);
                }));
  }

  /** The server gives up first; the pool sets its own timeout again when it has it back. */
  private static void outlast(Handle handle, Duration limit) {
    try {
      handle
          .getConnection()
          .setNetworkTimeout(Runnable::run, Math.toIntExact(limit.plus(SILENCE).toMillis()));
    } catch (SQLException e) {
      throw new ConnectionException(e);
    }
  }

  /** Whether a failed statement broke the constraint or unique index of this name. */
  public static boolean violated(Throwable failure, String constraint) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PSQLException e && e.getServerErrorMessage() != null) {
        return constraint.equals(e.getServerErrorMessage().getConstraint());
      }
    }
    return false;
  }

  private <T, X extends Exception> T attempt(HandleCallback<T, X> callback) throws X {
    for (int attempt = 1; ; attempt++) {
      try (Handle handle = jdbi.open()) {
        return callback.withHandle(handle);
      } catch (Exception e) {
        switch (SqlFailure.of(e)) {
          case OTHER -> throw e;
          case UNAVAILABLE -> throw unavailable(e);
          case UNSTORABLE_TEXT ->
              throw Failure.of(
                  Status.Code.INVALID_ARGUMENT,
                  ErrorReason.ERROR_REASON_VIOLATED_FIELD,
                  "a text holds a NUL character");
          case REPEATABLE -> {
            if (attempt == MAX_ATTEMPTS) {
              throw contention();
            }
          }
        }
      }
      pause(attempt);
    }
  }

  private static void pause(int attempt) {
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(RETRY_BASE_NANOS << attempt));
  }

  private static Failure unavailable(Exception cause) {
    LOG.warn("the database did not answer: {}", SqlFailure.cause(cause).getMessage());
    return Failure.of(
            Status.Code.UNAVAILABLE,
            ErrorReason.ERROR_REASON_DATABASE_UNAVAILABLE,
            "the database did not answer; repeat with the same request_id")
        .retryAfter(RETRY_AFTER);
  }

  private static Failure contention() {
    return Failure.of(
        Status.Code.ABORTED,
        ErrorReason.ERROR_REASON_CONTENTION,
        "too many changes of the same rows at once; repeat with the same request_id");
  }

  @Override
  public void close() {
    pool.close();
  }
}
