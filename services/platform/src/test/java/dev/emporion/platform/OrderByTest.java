package dev.emporion.platform;

import static dev.emporion.platform.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.common.v1.ErrorReason;
import dev.emporion.platform.Columns.Column;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderByTest {
  private static final Columns COLUMNS =
      Columns.of(
          Column.integer("size", "t.size"),
          Column.text("name", "t.name"),
          Column.choice("colour", "t.colour", Map.of("RED", 1)),
          Column.uuid("thing_id", "t.id"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | t.size desc, t.id desc | (t.size, t.id) < (:after_0, :after_1)",
        "size | t.size, t.id | (t.size, t.id) > (:after_0, :after_1)",
        "' size  asc ' | t.size, t.id | (t.size, t.id) > (:after_0, :after_1)",
        "thing_id desc | t.id desc | (t.id) < (:after_0)",
        "thing_id, size | t.id, t.size | (t.id, t.size) > (:after_0, :after_1)",
        "size desc, name | t.size desc, t.name, t.id | ((t.size < :after_0)"
            + " or (t.size = :after_0 and t.name > :after_1)"
            + " or (t.size = :after_0 and t.name = :after_1 and t.id > :after_2))",
      })
  void is_total_and_knows_what_comes_after(String text, String sql, String after) {
    OrderBy order = parse(text);
    assertThat(order.sql()).isEqualTo(sql);
    assertThat(order.afterSql()).isEqualTo(after);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "weight | cannot sort by 'weight'",
        "colour | cannot sort by 'colour'",
        "size down | expected 'asc' or 'desc' after 'size'",
        "size desc desc | expected 'asc' or 'desc' after 'size'",
        "size, size desc | 'size' twice",
        "size, | cannot sort by ''",
        "size; drop table t | cannot sort by 'size;'",
      })
  void refuses_what_cannot_be_sorted_by(String text, String message) {
    Failure failure = refused(ErrorReason.ERROR_REASON_INVALID_ORDER_BY, () -> parse(text));
    assertThat(failure).hasMessage("order_by: " + message);
  }

  private static OrderBy parse(String text) {
    return OrderBy.parse(text, COLUMNS, "size desc", "thing_id");
  }
}
