package dev.emporion.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Somebody holds a table for themselves, so that every connection of a service's pool waits and the
 * pool is full.
 */
record LockedTable(String service, String table, Duration length) implements Fault {
  @Override
  public String name() {
    return "table %s.%s is locked".formatted(service, table);
  }

  @Override
  public String target() {
    // A lock ends with the server.
    return DatabaseAway.TARGET;
  }

  @Override
  public void strike(Scene scene) {
    try (Connection connection = scene.site().database(service);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("set local idle_in_transaction_session_timeout = 0");
      statement.execute("lock table " + table + " in access exclusive mode");
      Pauses.pause(length);
      connection.rollback();
    } catch (SQLException e) {
      throw new ChaosException("cannot lock " + table, e);
    }
  }

  @Override
  public void mend(Scene scene) {}
}
