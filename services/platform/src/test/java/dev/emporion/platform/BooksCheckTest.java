package dev.emporion.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.common.v1.Books;
import dev.emporion.common.v1.Violation;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BooksCheckTest {
  private final Database database = Things.freshDatabase();
  private final Things things = new Things(database);

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void what_breaks_an_invariant_is_told_and_all_is_counted() {
    UUID odd = things.create(7);
    things.create(8);

    Books books =
        new BooksCheck(database)
            .count("things", "things")
            .invariant(
                "counts-are-even",
                "select id::text as subject, format('count is %s', count) as message"
                    + " from things where count % 2 = 1")
            .invariant("all-is-well", "select '' as subject, '' as message where false")
            .run();

    assertThat(books.getViolationsList())
        .containsExactly(
            Violation.newBuilder()
                .setInvariant("counts-are-even")
                .setSubject(odd.toString())
                .setMessage("count is 7")
                .build());
    assertThat(books.getViolationCount()).isOne();
    assertThat(books.getCountsMap()).containsEntry("things", 2L);
  }

  @Test
  void a_thousand_violations_are_listed_and_all_are_counted() {
    String numbers = "select n::text as subject, 'is' as message from generate_series(1, %d) as n";
    Books books =
        new BooksCheck(database)
            .invariant("none-of-700", numbers.formatted(700))
            .invariant("none-of-1500", numbers.formatted(1500))
            .run();

    assertThat(books.getViolationsCount()).isEqualTo(1000);
    assertThat(books.getViolationCount()).isEqualTo(2200);
  }

  @Test
  void a_lost_and_a_surplus_event_are_found() {
    UUID whole = told(2);
    UUID gap = told(3);
    UUID lost = told(1);
    UUID surplus = told(1);
    run("delete from outbox where aggregate_id = :id and sequence = 2", gap);
    run("delete from outbox where aggregate_id = :id", lost);
    run("delete from things where id = :id", surplus);

    Books books = new BooksCheck(database).oneEventAChange("things", "id", "version").run();

    assertThat(books.getViolationsList())
        .extracting(Violation::getSubject)
        .containsExactlyInAnyOrder(gap.toString(), lost.toString(), surplus.toString())
        .doesNotContain(whole.toString());
    assertThat(books.getViolationsList())
        .extracting(Violation::getMessage)
        .contains("changed 3 times, told 2 times, the last event is number 3");
  }

  /** A thing that changed so often, its creation included, each time with an event. */
  private UUID told(int times) {
    UUID id = things.create(0);
    run("insert into outbox (aggregate_id, sequence, type, payload) values (:id, 1, 't', '')", id);
    for (int i = 1; i < times; i++) {
      things.change(
          new Claim("test", "rpc", UUID.randomUUID(), new byte[0]), id, count -> count + 1);
    }
    assertThat(things.version(id)).isEqualTo(times);
    return id;
  }

  private void run(String sql, UUID id) {
    database.run(handle -> handle.createUpdate(sql).bind("id", id).execute());
  }
}
