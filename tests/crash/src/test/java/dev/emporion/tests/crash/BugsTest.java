package dev.emporion.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.google.protobuf.Message;
import dev.emporion.payments.v1.AuthorizeRequest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three bugs that shops have had, put back between the services and what they ask: each is found,
 * and named by the rule that it breaks. {@link EveryBoundaryTest} shows that the same rules say
 * nothing without them.
 */
class BugsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Scenario PLACING = Scenarios.all().getFirst();

  @TempDir Path directory;

  /** Nobody looks whether there is enough, neither the statement nor the constraint behind it. */
  private static final class ReserveWithoutCondition implements Bug {
    @Override
    public void prepare(Cell cell) {
      cell.databases
          .get("inventory")
          .run(
              handle ->
                  handle.execute(
                      "alter table stock_levels drop constraint stock_levels_never_oversold"));
    }

    @Override
    public String sql(String statement) {
      return statement
          .replace("where l.upto > coalesce(", "where false and l.upto > coalesce(")
          .replace(
              "least(l.upto, s.upto) - greatest(l.upto - l.quantity, s.upto - s.available)",
              "l.quantity")
          .replace(
              """
              and s.available > 0
                    and s.upto - s.available < l.upto and l.upto - l.quantity < s.upto\
              """,
              "");
    }
  }

  /** Two orders want the last unit; nothing needs to happen for this to go wrong. */
  @Test
  void a_reserve_without_its_condition_oversells() throws Exception {
    try (var cell = new Cell(directory, new ReserveWithoutCondition())) {
      Wares.stock(cell.inventory, Wares.SOLD_OUT, 1);
      var order = Scenario.of("place-order", "of too much", Acts::tooMuch, "CONFIRMED");
      assertThat(Run.record(cell, order).wrong()).isEmpty(); // the order by itself looks well
      assertThat(Books.wrong(cell))
          .containsExactly("nothing is oversold: SOLD-OUT@berlin: reserved 2 of 1");
    }
  }

  @Test
  void a_reserve_with_its_condition_does_not() throws Exception {
    try (var cell = new Cell(directory, Bug.NONE)) {
      Wares.stock(cell.inventory, Wares.SOLD_OUT, 1);
      var order = Scenario.of("place-order", "of too much", Acts::tooMuch, "REJECTED");
      assertThat(Run.record(cell, order).wrong()).isEmpty();
      assertThat(Books.wrong(cell)).isEmpty();
    }
  }

  /** Each try of an authorization is a request of its own. */
  private static final class AuthorizeAnew implements Bug {
    private final Set<String> sent = ConcurrentHashMap.newKeySet();

    @Override
    public Message request(Message request) {
      return request instanceof AuthorizeRequest authorize && !sent.add(authorize.getRequestId())
          ? authorize.toBuilder().setRequestId(Wares.newId()).build()
          : request;
    }
  }

  /** Found where the answer of Authorize is lost, and where the process dies behind it. */
  @Test
  void an_authorization_with_a_new_request_id_at_each_try_holds_twice() throws Exception {
    assertThat(found(new AuthorizeAnew(), "after orders: call of payments/Authorize"))
        .contains("what is to be held and what is");
  }

  /**
   * Events of orders are written after the commit of what they tell, from the memory of the process
   * (a table, emptied by each connection before it writes anew).
   */
  private static final class EventAfterCommit implements Bug {
    @Override
    public void prepare(Cell cell) {
      cell.databases
          .get("orders")
          .run(
              handle ->
                  handle.execute(
                      """
                      create table memory (like outbox including defaults,
                        connection int default pg_backend_pid())
                      """));
    }

    @Override
    public String sql(String statement) {
      return statement.contains("insert into orders") || statement.contains("update orders")
          ? statement.replace("insert into outbox (", "insert into memory (")
          : statement;
    }

    @Override
    public void before(Connection connection) throws SQLException {
      execute(connection, "delete from memory where connection = pg_backend_pid()");
    }

    @Override
    public void after(Connection connection) throws SQLException {
      execute(
          connection,
          """
          insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
          select aggregate_id, sequence, type, payload, trace_parent from memory
          where connection = pg_backend_pid()
          """);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
      if (connection.getMetaData().getURL().contains("crash_orders")) {
        try (Statement statement = connection.createStatement()) {
          statement.execute(sql);
        }
      }
    }
  }

  /** Found where the process dies, or its connection does, between the commit and the event. */
  @Test
  void an_event_published_after_the_commit_is_lost() throws Exception {
    assertThat(found(new EventAfterCommit(), "after orders: commit of"))
        .contains("every change has one event");
  }

  /** What is found first of all that can happen there to an order that is placed. */
  private String found(Bug bug, String where) throws Exception {
    try (var cell = new Cell(directory, bug)) {
      return assertTimeout(
          LIMIT, () -> Campaign.record(cell, List.of(PLACING)).at(where).first(cell));
    }
  }
}
