package dev.emporion.platform;

import dev.emporion.common.v1.ErrorReason;
import dev.emporion.platform.Columns.Column;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * The {@code filter} of a list, a part of AIP-160: {@code state = CONFIRMED AND create_time >=
 * "2026-01-01T00:00:00Z"}. Terms are {@code field op value}, joined by AND; the operators are = !=
 * &lt; &lt;= &gt; &gt;= and {@code :}, which for a text means "contains", ignoring case, and for
 * anything else equality. A value is a word, a number or a string in double quotes with \" and \\
 * escaped.
 */
public final class Filter {
  static final int MAX_LENGTH = 1000;
  static final int MAX_TERMS = 10;

  private final String text;
  private final List<String> conditions = new ArrayList<>();
  private final List<Object> values = new ArrayList<>();

  private Filter(String text) {
    this.text = text;
  }

  /**
   * @throws Failure INVALID_ARGUMENT / INVALID_FILTER with the position of what does not fit
   */
  public static Filter parse(String text, Columns columns) {
    var filter = new Filter(text.strip());
    new Parser(filter, columns).parse();
    return filter;
  }

  /** A condition over the columns; {@code true} for an empty filter. */
  public String sql() {
    return conditions.isEmpty() ? "true" : String.join(" and ", conditions);
  }

  public <S extends SqlStatement<S>> S bind(S statement) {
    for (int i = 0; i < values.size(); i++) {
      statement.bind("filter_" + i, values.get(i));
    }
    return statement;
  }

  /** As it was given, for {@link Pages}. */
  String text() {
    return text;
  }

  private void add(Column column, String operator, Object value) {
    String bound = ":filter_" + values.size();
    if (operator.equals(":") && value instanceof String) {
      conditions.add("position(lower(" + bound + ") in lower(" + column.sql() + ")) > 0");
    } else {
      String sqlOperator = operator.equals(":") ? "=" : operator.equals("!=") ? "<>" : operator;
      conditions.add(column.sql() + " " + sqlOperator + " " + bound);
    }
    values.add(value);
  }

  /** Recursive descent without the recursion: there are no parentheses. */
  private static final class Parser {
    private static final List<String> OPERATORS = List.of("!=", "<=", ">=", "=", "<", ">", ":");

    private final Filter filter;
    private final Columns columns;
    private final String text;
    private int at;

    Parser(Filter filter, Columns columns) {
      this.filter = filter;
      this.columns = columns;
      this.text = filter.text;
    }

    void parse() {
      if (text.length() > MAX_LENGTH) {
        throw refuse(MAX_LENGTH, "longer than " + MAX_LENGTH + " characters");
      }
      if (text.isEmpty()) {
        return;
      }
      term();
      while (skipSpace()) {
        int start = at;
        if (!word().equals("AND")) {
          throw refuse(start, "expected AND");
        }
        if (filter.values.size() == MAX_TERMS) {
          throw refuse(start, "more than " + MAX_TERMS + " terms");
        }
        term();
      }
    }

    private void term() {
      skipSpace();
      int start = at;
      String field = word();
      Column column = columns.find(field);
      if (column == null) {
        throw refuse(start, "'" + field + "' is not one of " + columns.names());
      }
      skipSpace();
      String operator = operator(column);
      skipSpace();
      start = at;
      String literal = at < text.length() && text.charAt(at) == '"' ? quoted() : word();
      try {
        filter.add(column, operator, column.parse().apply(literal));
      } catch (IllegalArgumentException e) {
        throw refuse(start, e.getMessage());
      }
    }

    private String operator(Column column) {
      for (String operator : OPERATORS) {
        if (text.startsWith(operator, at)) {
          if (!column.ordered() && (operator.startsWith("<") || operator.startsWith(">"))) {
            throw refuse(at, column.field() + " has no order: use = or !=");
          }
          at += operator.length();
          return operator;
        }
      }
      throw refuse(at, "expected one of = != < <= > >= :");
    }

    private String word() {
      int start = at;
      while (at < text.length() && isWord(text.charAt(at))) {
        at++;
      }
      if (at == start) {
        throw refuse(start, "expected a word");
      }
      return text.substring(start, at);
    }

    private static boolean isWord(char c) {
      return c < 128 && Character.isLetterOrDigit(c) || "_.-+".indexOf(c) >= 0;
    }

    private String quoted() {
      int start = at++;
      var value = new StringBuilder();
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '"') {
          return value.toString();
        }
        if (c == '\\') {
          if (at == text.length()) {
            break;
          }
          c = text.charAt(at++);
        }
        if (c == 0) {
          throw refuse(at - 1, "a NUL character"); // PostgreSQL has none
        }
        value.append(c);
      }
      throw refuse(start, "the string does not end");
    }

    /** Whether anything is left. */
    private boolean skipSpace() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      return at < text.length();
    }

    /** Positions count from 1, as editors do. */
    private static Failure refuse(int at, String description) {
      String message = "at position " + (at + 1) + ": " + description;
      return Failure.of(
              Status.Code.INVALID_ARGUMENT,
              ErrorReason.ERROR_REASON_INVALID_FILTER,
              "filter " + message)
          .field("filter", message);
    }
  }
}
