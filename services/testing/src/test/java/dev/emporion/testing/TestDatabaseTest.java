package dev.emporion.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TestDatabaseTest {

  @Test
  void aSchemaIsMigratedOnceAndCopied() throws SQLException {
    AtomicInteger migrations = new AtomicInteger();
    TestDatabase first = TestDatabase.migrated("things", url -> migrate(url, migrations));
    TestDatabase second = TestDatabase.migrated("things", url -> migrate(url, migrations));

    insertThing(first);
    insertThing(second);

    assertThat(migrations).hasValue(1);
    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void eachEmptyDatabaseIsAnother() throws SQLException {
    TestDatabase one = TestDatabase.empty();
    TestDatabase two = TestDatabase.empty();
    createTable(one.url());
    createTable(two.url());
    insertThing(one);
  }

  private static void migrate(String url, AtomicInteger count) {
    count.incrementAndGet();
    try {
      createTable(url);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void createTable(String url) throws SQLException {
    try (Connection connection = new TestDatabase(url).connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create table things (id int primary key)");
    }
  }

  /** Fails where another test's row is. */
  private static void insertThing(TestDatabase database) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("insert into things (id) values (1)")).isEqualTo(1);
    }
  }
}
