package dev.emporion.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;

/** What PostgreSQL counts of itself, over all databases. */
final class DatabaseCounters implements AutoCloseable {
  private static final long YARDSTICK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * Transactions and syncs are told by each connection about once a second; numbers given out and
   * bytes of the log are exact.
   */
  private static final String READ =
      """
      select (select sum(xact_commit) from pg_stat_database),
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
        pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint,
        (select sum(fsyncs) from pg_stat_io where object = 'wal')
      """;

  private final Connection connection;

  /**
   * @param transactions each one statement, reads too
   * @param writes transactions that wrote something
   */
  record Counters(long transactions, long writes, long walBytes, long walSyncs) {
    Counters since(Counters before) {
      return new Counters(
          transactions - before.transactions,
          writes - before.writes,
          walBytes - before.walBytes,
          walSyncs - before.walSyncs);
    }
  }

  DatabaseCounters(DatabaseAddress address) throws SQLException {
    this.connection = address.connect();
  }

  Counters read() {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(READ)) {
      row.next();
      return new Counters(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
    } catch (SQLException e) {
      throw new BenchException("cannot read PostgreSQL's counters: " + e.getMessage(), e);
    }
  }

  /** How many commits a second one connection gets onto this disk, one after the other. */
  double commitsPerSecond() {
    try (Statement statement = connection.createStatement()) {
      long began = System.nanoTime();
      int commits = 0;
      while (System.nanoTime() - began < YARDSTICK_NANOS) {
        statement.execute("select pg_logical_emit_message(true, 'bench', repeat('x', 200))");
        commits++;
      }
      return commits * 1e9 / (System.nanoTime() - began);
    } catch (SQLException e) {
      throw new BenchException("cannot commit: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
