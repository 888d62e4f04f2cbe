package dev.emporion.platform;

import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Many rows as one array a column, for {@code unnest(:id, :name) as r(id, name)}: a statement costs
 * the same round trip, plan and commit for one row or fifty. Values may be null, but for numbers.
 */
public final class Rows<T, S extends SqlStatement<S>> {
  private final S statement;
  private final List<T> rows;

  private Rows(S statement, List<T> rows) {
    this.statement = statement;
    this.rows = rows;
  }

  /** Binds to the statement, one after the other, columns of the rows. */
  public static <T, S extends SqlStatement<S>> Rows<T, S> bind(S statement, List<T> rows) {
    return new Rows<>(statement, rows);
  }

  /** The columns of other rows, for the same statement. */
  public <U> Rows<U, S> and(List<U> others) {
    return new Rows<>(statement, others);
  }

  public S statement() {
    return statement;
  }

  public Rows<T, S> uuids(String column, Function<T, UUID> value) {
    return array(column, "uuid", rows.stream().map(value).toArray(UUID[]::new));
  }

  public Rows<T, S> texts(String column, Function<T, String> value) {
    return array(column, "text", rows.stream().map(value).toArray(String[]::new));
  }

  public Rows<T, S> blobs(String column, Function<T, byte[]> value) {
    return array(column, "bytea", rows.stream().map(value).toArray(byte[][]::new));
  }

  public Rows<T, S> ints(String column, ToIntFunction<T> value) {
    return array(column, "int4", rows.stream().mapToInt(value).toArray());
  }

  public Rows<T, S> longs(String column, ToLongFunction<T> value) {
    return array(column, "int8", rows.stream().mapToLong(value).toArray());
  }

  public Rows<T, S> booleans(String column, Predicate<T> value) {
    return array(column, "bool", rows.stream().map(value::test).toArray(Boolean[]::new));
  }

  public Rows<T, S> times(String column, Function<T, Instant> value) {
    return array(
        column,
        "timestamptz",
        rows.stream()
            .map(value)
            .map(time -> time == null ? null : OffsetDateTime.ofInstant(time, ZoneOffset.UTC))
            .toArray(OffsetDateTime[]::new));
  }

  /** As an {@link Argument} of its own: Jdbi need not search for one. */
  private Rows<T, S> array(String column, String type, Object values) {
    Argument argument =
        (position, prepared, context) -> {
          var array = createArray(prepared.getConnection(), type, values);
          prepared.setArray(position, array);
        };
    statement.bind(column, argument);
    return this;
  }

  /** The driver's own method takes arrays of primitives, which the interface does not. */
  private static java.sql.Array createArray(
      java.sql.Connection connection, String type, Object values) throws SQLException {
    return values instanceof Object[] objects
        ? connection.createArrayOf(type, objects)
        : connection.unwrap(org.postgresql.PGConnection.class).createArrayOf(type, values);
  }
}
