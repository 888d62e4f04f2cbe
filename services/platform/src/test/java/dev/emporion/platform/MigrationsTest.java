package dev.emporion.platform;

import static dev.emporion.platform.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.common.v1.ErrorReason;
import dev.emporion.testing.TestDatabase;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MigrationsTest {
  private static final Migrations FIRST = Things.MIGRATIONS;
  private static final Migrations BOTH = Migrations.of("V1__things.sql", "V2__note_index.sql");

  private final DatabaseConfig config = new DatabaseConfig(TestDatabase.empty().url(), 2, 5000);
  private final Database database = Database.open(config);

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void a_missing_schema_is_refused_with_the_mend() {
    assertThat(refuse(FIRST))
        .hasMessage(
            "the database's schema is at version 0 and this program needs 1; run: things migrate");
  }

  @Test
  void an_older_schema_is_refused_and_a_newer_one_taken() {
    Database.migrate(config, FIRST);
    assertThat(refuse(BOTH)).hasMessageContaining("is at version 1 and this program needs 2");
    Database.migrate(config, BOTH);
    database.requireSchema(BOTH);
    database.requireSchema(FIRST);
  }

  @Test
  void migrating_what_is_up_to_date_or_ahead_changes_nothing() {
    Database.migrate(config, BOTH);
    Database.migrate(config, BOTH);
    assertThatCode(() -> Database.migrate(config, FIRST)).doesNotThrowAnyException();
    database.requireSchema(BOTH);
  }

  @Test
  void several_instances_may_migrate_at_once() throws Exception {
    var migrations = new ArrayList<Callable<Void>>();
    for (int i = 0; i < 4; i++) {
      migrations.add(
          () -> {
            Database.migrate(config, BOTH);
            return null;
          });
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> migration : threads.invokeAll(migrations)) {
        migration.get();
      }
    }
    database.requireSchema(BOTH);
  }

  @Test
  void the_list_is_complete_and_in_order() {
    assertThatThrownBy(() -> Migrations.of("V2__note_index.sql"))
        .hasMessage("V2__note_index.sql is not migration 1");
    assertThatThrownBy(() -> Migrations.of("things.sql"))
        .hasMessage("not of the form V1__name.sql: things.sql");
    assertThatThrownBy(() -> Database.migrate(config, Migrations.of("V1__no_such_file.sql")))
        .hasStackTraceContaining("no resource db/migration/V1__no_such_file.sql");
  }

  private Failure refuse(Migrations migrations) {
    return refused(
        ErrorReason.ERROR_REASON_DATABASE_UNAVAILABLE, () -> database.requireSchema(migrations));
  }
}
