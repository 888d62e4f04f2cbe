package dev.emporion.platform;

import static dev.emporion.platform.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.rpc.RetryInfo;
import dev.emporion.common.v1.ErrorReason;
import dev.emporion.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DatabaseTest {
  private static final DatabaseConfig CONFIG = Things.freshConfig(4);
  private static final Database DATABASE = Database.open(CONFIG);
  private final Things things = new Things(DATABASE);

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  void a_run_commits_each_statement_by_itself() {
    UUID id = things.create(1);
    catchThrowable(
        () ->
            DATABASE.run(
                handle -> {
                  set(handle, id, 2);
                  throw new IllegalStateException("too late");
                }));
    assertThat(things.count(id)).isEqualTo(2);
  }

  @Test
  void a_transaction_that_fails_leaves_nothing() {
    UUID id = things.create(1);
    catchThrowable(
        () ->
            DATABASE.transaction(
                handle -> {
                  set(handle, id, 2);
                  throw new IllegalStateException("in time");
                }));
    assertThat(things.count(id)).isEqualTo(1);
  }

  @Test
  void a_snapshot_sees_one_moment_and_writes_nothing() {
    UUID id = things.create(1);
    var limit = Duration.ofSeconds(20);
    DATABASE.snapshot(
        limit,
        handle -> {
          assertThat(count(handle, id)).isEqualTo(1);
          DATABASE.run(other -> set(other, id, 2));
          assertThat(count(handle, id)).isEqualTo(1);
          return null;
        });
    assertThat(catchThrowable(() -> DATABASE.snapshot(limit, handle -> set(handle, id, 3))))
        .isNotNull();
    assertThat(things.count(id)).isEqualTo(2);
  }

  private static int count(Handle handle, UUID id) {
    return handle
        .createQuery("select count from things where id = :id")
        .bind("id", id)
        .mapTo(int.class)
        .one();
  }

  @Test
  void a_serialization_failure_runs_the_callback_again() {
    var attempts = new AtomicInteger();
    int result =
        DATABASE.run(
            handle -> {
              if (attempts.incrementAndGet() < 3) {
                raise(handle, "40001");
              }
              return 7;
            });
    assertThat(result).isEqualTo(7);
    assertThat(attempts).hasValue(3);
  }

  @Test
  void what_never_serializes_is_contention_after_a_bounded_number_of_attempts() {
    var attempts = new AtomicInteger();
    refused(
        ErrorReason.ERROR_REASON_CONTENTION,
        () ->
            DATABASE.transaction(
                handle -> {
                  attempts.incrementAndGet();
                  return raise(handle, "40001");
                }));
    assertThat(attempts).hasValue(6);
  }

  @Test
  void both_sides_of_a_deadlock_succeed() throws Exception {
    UUID first = things.create(0);
    UUID second = things.create(0);
    var bothHoldOne = new CyclicBarrier(2);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> there = threads.submit(() -> addToBoth(first, second, bothHoldOne));
      Future<?> back = threads.submit(() -> addToBoth(second, first, bothHoldOne));
      there.get(10, TimeUnit.SECONDS);
      back.get(10, TimeUnit.SECONDS);
    }
    assertThat(things.count(first)).isEqualTo(2);
    assertThat(things.count(second)).isEqualTo(2);
  }

  private Void addToBoth(UUID one, UUID other, CyclicBarrier firstTime) throws Exception {
    var attempts = new AtomicInteger();
    DATABASE.transaction(
        handle -> {
          add(handle, one);
          if (attempts.incrementAndGet() == 1) {
            firstTime.await(10, TimeUnit.SECONDS);
          }
          return add(handle, other);
        });
    return null;
  }

  @Test
  void a_broken_constraint_is_known_by_its_name() {
    UUID id = things.create(1);
    Throwable failure = catchThrowable(() -> DATABASE.run(handle -> set(handle, id, -1)));
    assertThat(Database.violated(failure, "things_count_not_negative")).isTrue();
    assertThat(Database.violated(failure, "things_pkey")).isFalse();
    assertThat(Database.violated(new IllegalStateException(), "things_pkey")).isFalse();
  }

  @Test
  void a_text_that_cannot_be_stored_is_the_callers_mistake() {
    UUID id = things.create(1);
    refused(
        ErrorReason.ERROR_REASON_VIOLATED_FIELD,
        () ->
            DATABASE.run(
                handle ->
                    handle
                        .createUpdate("update things set note = :note where id = :id")
                        .bind("note", "a\0b")
                        .bind("id", id)
                        .execute()));
  }

  @Test
  void a_connection_lost_in_the_middle_is_unavailable_and_is_not_tried_again() {
    var attempts = new AtomicInteger();
    Failure failure =
        refused(
            ErrorReason.ERROR_REASON_DATABASE_UNAVAILABLE,
            () ->
                DATABASE.run(
                    handle -> {
                      attempts.incrementAndGet();
                      return handle.execute("select pg_terminate_backend(pg_backend_pid())");
                    }));
    assertThat(failure.detail(RetryInfo.class)).isPresent();
    assertThat(attempts).hasValue(1);
    assertThat(things.count(things.create(3))).isEqualTo(3);
  }

  @Test
  void a_statement_that_takes_too_long_is_unavailable() {
    var impatient = new DatabaseConfig(CONFIG.url(), 1, 300);
    try (Database database = Database.open(impatient)) {
      refused(
          ErrorReason.ERROR_REASON_DATABASE_UNAVAILABLE,
          () -> database.run(handle -> handle.execute("select pg_sleep(20)")));
    }
  }

  @Test
  void a_pool_without_a_free_connection_is_unavailable() {
    var small = new DatabaseConfig(CONFIG.url(), 1, 300);
    try (Database database = Database.open(small)) {
      refused(
          ErrorReason.ERROR_REASON_DATABASE_UNAVAILABLE,
          () -> database.run(handle -> database.run(inner -> 1)));
    }
  }

  @Test
  void a_server_that_is_not_there_is_unavailable() {
    String nowhere = "postgresql://u:p@127.0.0.1:" + TestDatabase.freePort() + "/things";
    try (Database database = Database.open(new DatabaseConfig(nowhere, 1, 300))) {
      refused(
          ErrorReason.ERROR_REASON_DATABASE_UNAVAILABLE,
          () -> database.requireSchema(Things.MIGRATIONS));
    }
  }

  @Test
  void instants_ids_and_their_nulls_need_no_cast() {
    Instant time = Instant.parse("2026-01-31T08:00:00.123456Z");
    UUID owner = Ids.newId();
    assertThat(roundTrip(time, owner)).isEqualTo(new Row(time, owner));
    assertThat(roundTrip(time, null)).isEqualTo(new Row(time, null));
  }

  private record Row(Instant time, UUID owner) {}

  private static Row roundTrip(Instant time, UUID owner) {
    return DATABASE.run(
        handle ->
            handle
                .createQuery(
                    """
                    with new as (select :id as id)
                    insert into things (id, created_at, owner, note)
                    select id, :time, :owner, :note from new returning created_at, owner
                    """)
                .bind("id", Ids.newId())
                .bind("time", time)
                .bind("owner", owner)
                .bind("note", (String) null)
                .map((row, context) -> Rows.read(row))
                .one());
  }

  private static final class Rows {
    static Row read(java.sql.ResultSet row) throws java.sql.SQLException {
      return new Row(
          row.getObject("created_at", java.time.OffsetDateTime.class).toInstant(),
          row.getObject("owner", UUID.class));
    }
  }

  @Test
  void arrays_are_bound_as_what_they_are() {
    List<String> pairs =
        DATABASE.run(
            handle ->
                handle
                    .createQuery(
                        """
                        select i.n || t.word || b.bytes as pair
                        from unnest(:ids, :numbers) as i(id, n), unnest(:words) as t(word),
                          unnest(:blobs) as b(bytes)
                        """)
                    .bindArray("ids", UUID.class, List.of(Ids.newId()))
                    .bindArray("numbers", Long.class, List.of(1L << 40))
                    .bindArray("words", String.class, List.of("a,\"b"))
                    .bind("blobs", new byte[][] {{1, 0}})
                    .mapTo(String.class)
                    .list());
    assertThat(pairs).containsExactly("1099511627776a,\"b\\x0100");
  }

  @Test
  void a_password_may_hold_anything_and_is_never_shown() {
    var config = new DatabaseConfig("postgresql://me:a%2Fb+c%40:d@db.local/shop?ssl=true", 3, 10);
    assertThat(config.user()).isEqualTo("me");
    assertThat(config.password()).isEqualTo("a/b+c@:d");
    assertThat(config.jdbcUrl()).isEqualTo("jdbc:postgresql://db.local/shop?ssl=true");
    assertThat(config.toString()).contains("me").doesNotContain("a/b").doesNotContain("a%2Fb");
  }

  @Test
  void a_url_of_another_form_is_refused_without_being_repeated() {
    for (String url :
        List.of("", "postgresql://db/shop", "mysql://u:p4ss@db/shop", "postgresql://u:p4ss@db")) {
      assertThat(DatabaseConfig.isUrl(url)).as(url).isFalse();
      assertThatThrownBy(() -> new DatabaseConfig(url, 1, 1).jdbcUrl())
          .hasMessageNotContaining("p4ss");
    }
  }

  private static int set(Handle handle, UUID id, int count) {
    return handle
        .createUpdate("update things set count = :count where id = :id")
        .bind("count", count)
        .bind("id", id)
        .execute();
  }

  private static int add(Handle handle, UUID id) {
    return handle
        .createUpdate("update things set count = count + 1 where id = :id")
        .bind("id", id)
        .execute();
  }

  private static int raise(Handle handle, String state) {
    return handle.execute("do $$ begin raise exception using errcode = '" + state + "'; end $$");
  }
}
