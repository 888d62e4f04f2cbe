package dev.emporion.platform;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * The fields of a resource that a list may be filtered and sorted by, and the column behind each.
 * Nothing that a caller writes reaches a statement but as a bound value.
 */
public final class Columns {
  private final Map<String, Column> byField = new LinkedHashMap<>();

  private Columns() {}

  public static Columns of(Column... columns) {
    var all = new Columns();
    for (Column column : columns) {
      all.byField.put(column.field(), column);
    }
    return all;
  }

  /** Null for a field that is not one of them. */
  Column find(String field) {
    return byField.get(field);
  }

  String names() {
    return String.join(", ", byField.keySet());
  }

  /**
   * A field and its column.
   *
   * @param field as in the contract, {@code create_time}
   * @param sql the column as the list's statement spells it, {@code o.created_at}; it must not be
   *     nullable
   * @param ordered whether {@code < <= > >=} and order_by make sense
   * @param parse a literal to the value that is bound; IllegalArgumentException says what it is not
   */
  public record Column(String field, String sql, boolean ordered, Function<String, Object> parse) {

    public static Column text(String field, String sql) {
      return new Column(field, sql, true, value -> value);
    }

    public static Column integer(String field, String sql) {
      return new Column(field, sql, true, value -> parsed(value, Long::valueOf, "an integer"));
    }

    public static Column flag(String field, String sql) {
      return new Column(field, sql, false, Column::flag);
    }

    /** RFC 3339, {@code "2026-01-31T08:00:00Z"}. */
    public static Column timestamp(String field, String sql) {
      return new Column(
          field, sql, true, value -> parsed(value, Column::instant, "an RFC 3339 time"));
    }

    public static Column uuid(String field, String sql) {
      return new Column(field, sql, true, value -> parsed(value, UUID::fromString, "a UUID"));
    }

    /** Names as the contract has them, without the enum's prefix, to what the column holds. */
    public static Column choice(String field, String sql, Map<String, ?> values) {
      return new Column(field, sql, false, value -> chosen(value, values));
    }

    /** A column that holds the constants' names. */
    public static <E extends Enum<E>> Column choice(String field, String sql, Class<E> type) {
      var values = new LinkedHashMap<String, String>();
      for (E constant : type.getEnumConstants()) {
        values.put(constant.name(), constant.name());
      }
      return choice(field, sql, values);
    }

    private static Instant instant(String value) {
      return OffsetDateTime.parse(value).toInstant();
    }

    private static Object flag(String value) {
      return switch (value) {
        case "true" -> true;
        case "false" -> false;
        default -> throw new IllegalArgumentException("'" + value + "' is not true or false");
      };
    }

    private static Object chosen(String value, Map<String, ?> values) {
      Object chosen = values.get(value);
      if (chosen == null) {
        throw new IllegalArgumentException(
            "'" + value + "' is not one of " + String.join(", ", values.keySet()));
      }
      return chosen;
    }

    private static Object parsed(String value, Function<String, ?> parser, String what) {
      try {
        return parser.apply(value);
      } catch (RuntimeException e) {
        throw new IllegalArgumentException("'" + value + "' is not " + what, e);
      }
    }
  }
}
