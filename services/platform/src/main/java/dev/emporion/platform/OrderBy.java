package dev.emporion.platform;

import dev.emporion.common.v1.ErrorReason;
import dev.emporion.platform.Columns.Column;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * The {@code order_by} of a list, by AIP-132: {@code create_time desc, total}. A unique field is
 * always the last one, so that the order is total and a page can start after a row.
 */
public final class OrderBy {
  static final int MAX_LENGTH = 200;
  static final int MAX_FIELDS = 4;

  private final List<Term> terms = new ArrayList<>();

  private record Term(Column column, boolean descending) {}

  private OrderBy() {}

  /**
   * @param text from the request; empty for {@code otherwise}
   * @param otherwise the order when none is asked for
   * @param uniqueField one of the columns; it goes in the direction of the term before it, so that
   *     an index of both serves either way
   * @throws Failure INVALID_ARGUMENT / INVALID_ORDER_BY
   */
  public static OrderBy parse(String text, Columns columns, String otherwise, String uniqueField) {
    if (text.length() > MAX_LENGTH) {
      throw refuse("longer than " + MAX_LENGTH + " characters");
    }
    var order = new OrderBy();
    for (String term : (text.isBlank() ? otherwise : text).strip().split(",", MAX_FIELDS + 1)) {
      order.add(term.strip().split("\\s+"), columns);
    }
    if (order.terms.size() > MAX_FIELDS) {
      throw refuse("more than " + MAX_FIELDS + " fields");
    }
    if (!order.has(uniqueField)) {
      order.terms.add(new Term(columns.find(uniqueField), order.terms.getLast().descending()));
    }
    return order;
  }

  private void add(String[] words, Columns columns) {
    Column column = columns.find(words[0]);
    if (column == null || !column.ordered()) {
      throw refuse("cannot sort by '" + words[0] + "'");
    }
    if (has(words[0])) {
      throw refuse("'" + words[0] + "' twice");
    }
    boolean descending = words.length > 1 && words[1].equals("desc");
    if (words.length > 2 || words.length == 2 && !descending && !words[1].equals("asc")) {
      throw refuse("expected 'asc' or 'desc' after '" + words[0] + "'");
    }
    terms.add(new Term(column, descending));
  }

  private boolean has(String field) {
    return terms.stream().anyMatch(term -> term.column().field().equals(field));
  }

  /** {@code o.created_at desc, o.id desc}, for behind ORDER BY. */
  public String sql() {
    var sql = new StringJoiner(", ");
    for (Term term : terms) {
      sql.add(term.column().sql() + (term.descending() ? " desc" : ""));
    }
    return sql.toString();
  }

  List<Column> columns() {
    return terms.stream().map(Term::column).toList();
  }

  /** The rows after the one whose values are bound as :after_0, :after_1, ... */
  String afterSql() {
    boolean uniform = terms.stream().map(Term::descending).distinct().count() == 1;
    return uniform ? rowComparison() : expanded();
  }

  /** An index serves this one. */
  private String rowComparison() {
    var left = new StringJoiner(", ", "(", ")");
    var right = new StringJoiner(", ", "(", ")");
    for (int i = 0; i < terms.size(); i++) {
      left.add(terms.get(i).column().sql());
      right.add(":after_" + i);
    }
    return left + (terms.getFirst().descending() ? " < " : " > ") + right;
  }

  private String expanded() {
    var any = new StringJoiner(" or ", "(", ")");
    for (int last = 0; last < terms.size(); last++) {
      var all = new StringJoiner(" and ");
      for (int i = 0; i <= last; i++) {
        Term term = terms.get(i);
        String operator = i < last ? " = " : term.descending() ? " < " : " > ";
        all.add(term.column().sql() + operator + ":after_" + i);
      }
      any.add("(" + all + ")");
    }
    return any.toString();
  }

  private static Failure refuse(String description) {
    return Failure.of(
            Status.Code.INVALID_ARGUMENT,
            ErrorReason.ERROR_REASON_INVALID_ORDER_BY,
            "order_by: " + description)
        .field("order_by", description);
  }
}
