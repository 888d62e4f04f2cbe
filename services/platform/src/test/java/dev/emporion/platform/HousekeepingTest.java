package dev.emporion.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class HousekeepingTest {
  private static final Database DATABASE = Things.freshDatabase();

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  void answers_are_forgotten_after_two_days_and_not_before() {
    insert(1500, 49);
    insert(3, 47);
    new Housekeeping(DATABASE).run();
    assertThat(requests()).isEqualTo(3);
  }

  @Test
  void other_chores_go_on_in_batches_until_nothing_is_left() {
    var batches = new ArrayList<Integer>();
    List<Integer> rows = List.of(1000, 1000, 7);
    new Housekeeping(DATABASE)
        .also(
            "things",
            batch -> {
              batches.add(batch);
              return rows.get(batches.size() - 1);
            })
        .run();
    assertThat(batches).containsExactly(1000, 1000, 1000);
  }

  private static void insert(int count, int hoursAgo) {
    DATABASE.run(
        handle ->
            handle
                .createUpdate(
                    """
                    insert into requests
                      (caller, rpc, request_id, payload_hash, answer, created_at)
                    select 'guest', 'rpc', gen_random_uuid(), '', '',
                      now() - make_interval(hours => :hours)
                    from generate_series(1, :count)
                    """)
                .bind("hours", hoursAgo)
                .bind("count", count)
                .execute());
  }

  private static int requests() {
    return DATABASE.run(
        handle -> handle.createQuery("select count(*) from requests").mapTo(Integer.class).one());
  }
}
