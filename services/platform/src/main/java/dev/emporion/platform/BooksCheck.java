package dev.emporion.platform;

import dev.emporion.common.v1.Books;
import dev.emporion.common.v1.Violation;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Checks a service's own books: each invariant is one statement that finds what breaks it, and all
 * of them see one snapshot. As every write is one transaction that keeps the invariants, nothing
 * that is under way is ever found.
 *
 * <pre>{@code
 * new BooksCheck(database)
 *     .count("shipments", "shipments")
 *     .invariant("one-event-a-change", "select ... as subject, ... as message from ...")
 *     .run();
 * }</pre>
 */
public final class BooksCheck {
  /** The longest a statement may run; a million rows take one or two seconds. */
  private static final Duration LIMIT = Duration.ofSeconds(50);

  private static final int MAX_LISTED = 1000;

  private static final String BREAKS =
      """
      select subject, message, count(*) over () as breaks
      from (%s) as broken order by subject, message limit %d
      """;

  /**
   * For services whose outbox has the aggregate's version as sequence: each version has its event,
   * and no event is without one. As sequences are above 0 and unique, as many events as the last
   * one's number means that none is missing.
   *
   * <p>%1$s: table, %2$s: its id, %3$s: its version.
   */
  private static final String ONE_EVENT_A_CHANGE =
      """
      select coalesce(a.%2$s, e.aggregate_id)::text as subject,
        format('changed %%s times, told %%s times, the last event is number %%s',
          coalesce(a.%3$s, 0), coalesce(e.events, 0), coalesce(e.latest, 0)) as message
      from %1$s a
      full join (
        select aggregate_id, count(*) as events, max(sequence) as latest
        from outbox group by aggregate_id) e on e.aggregate_id = a.%2$s
      where coalesce(a.%3$s, 0) <> coalesce(e.events, 0) or e.events <> e.latest
      """;

  private final Database database;
  private final Map<String, String> tables = new LinkedHashMap<>();
  private final Map<String, String> invariants = new LinkedHashMap<>();

  public BooksCheck(Database database) {
    this.database = database;
  }

  /** Rows of a table, or of a part of one: {@code "order_lines"}, {@code "orders where ..."}. */
  public BooksCheck count(String what, String table) {
    tables.put(what, table);
    return this;
  }

  /**
   * @param sql a query without parameters for what breaks it: {@code subject} and {@code message},
   *     both text
   */
  public BooksCheck invariant(String name, String sql) {
    invariants.put(name, sql);
    return this;
  }

  /** one-event-a-change, for a table whose column has the sequence of the latest event. */
  public BooksCheck oneEventAChange(String table, String id, String version) {
    return invariant("one-event-a-change", ONE_EVENT_A_CHANGE.formatted(table, id, version));
  }

  /** Looks at everything. */
  public Books run() {
    return database.snapshot(LIMIT, this::look);
  }

  private Books look(Handle handle) {
    var books = Books.newBuilder();
    invariants.forEach((name, sql) -> addBreaks(books, handle, name, sql));
    tables.forEach((what, table) -> books.putCounts(what, count(handle, table)));
    return books.build();
  }

  private static void addBreaks(Books.Builder books, Handle handle, String name, String sql) {
    List<Broken> broken =
        handle
            .createQuery(BREAKS.formatted(sql, MAX_LISTED))
            .map((row, context) -> Broken.read(name, row))
            .list();
    broken.stream()
        .limit(MAX_LISTED - books.getViolationsCount())
        .forEach(one -> books.addViolations(one.violation()));
    long breaks = broken.isEmpty() ? 0 : broken.getFirst().breaks();
    books.setViolationCount(books.getViolationCount() + breaks);
  }

  private record Broken(Violation violation, long breaks) {
    static Broken read(String invariant, ResultSet row) throws SQLException {
      var violation =
          Violation.newBuilder()
              .setInvariant(invariant)
              .setSubject(row.getString("subject"))
              .setMessage(row.getString("message"));
      return new Broken(violation.build(), row.getLong("breaks"));
    }
  }

  private static long count(Handle handle, String table) {
    return handle.createQuery("select count(*) from " + table).mapTo(Long.class).one();
  }
}
