package dev.emporion.platform;

import static dev.emporion.platform.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.common.v1.ErrorReason;
import dev.emporion.platform.Columns.Column;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTest {
  private enum Colour {
    RED,
    BLUE
  }

  private static final Columns COLUMNS =
      Columns.of(
          Column.text("name", "t.name"),
          Column.integer("size", "t.size"),
          Column.flag("sold", "t.sold"),
          Column.timestamp("create_time", "t.created_at"),
          Column.uuid("thing_id", "t.id"),
          Column.choice("colour", "t.colour", Colour.class));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "'' | true",
        "'  ' | true",
        "name = \"a b\" | t.name = :filter_0",
        "name=x | t.name = :filter_0",
        "name != x AND size >= 3 | t.name <> :filter_0 and t.size >= :filter_1",
        "size<-3 | t.size < :filter_0",
        "name : x | position(lower(:filter_0) in lower(t.name)) > 0",
        "size : 3 | t.size = :filter_0",
        "sold = true | t.sold = :filter_0",
        "colour = RED | t.colour = :filter_0",
        "create_time <= \"2026-01-31T08:00:00+01:00\" | t.created_at <= :filter_0",
        "thing_id = 6ba7b810-9dad-11d1-80b4-00c04fd430c8 | t.id = :filter_0",
        "name = \"x' or 1 = 1 --\" | t.name = :filter_0",
        "name = \"a \\\" AND \\\\ b\" | t.name = :filter_0",
      })
  void becomes_a_condition_over_the_columns_with_bound_values(String filter, String sql) {
    assertThat(Filter.parse(filter, COLUMNS).sql()).isEqualTo(sql);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "nam = x | at position 1: 'nam' is not one of name, size, sold",
        "name | at position 5: expected one of = !=",
        "name = | at position 7: expected a word",
        "name ~ x | at position 6: expected one of = !=",
        "name = x OR size = 3 | at position 10: expected AND",
        "name = x AND | at position 13: expected a word",
        "name = x size = 3 | at position 10: expected AND",
        "name = \"x | at position 8: the string does not end",
        "name = \"x\\ | at position 8: the string does not end",
        "size = three | at position 8: 'three' is not an integer",
        "size = 99999999999999999999 | at position 8: '99999999999999999999' is not an integer",
        "sold = yes | at position 8: 'yes' is not true or false",
        "sold < true | at position 6: sold has no order: use = or !=",
        "colour = GREEN | at position 10: 'GREEN' is not one of RED, BLUE",
        "create_time > 2026 | at position 15: '2026' is not an RFC 3339 time",
        "thing_id = 42 | at position 12: '42' is not a UUID",
        "(name = x) | at position 1: expected a word",
        "name = x; drop table t | at position 9: expected a word",
        "NAME = x | at position 1: 'NAME' is not one of",
      })
  void says_where_it_does_not_fit(String filter, String message) {
    Failure failure =
        refused(ErrorReason.ERROR_REASON_INVALID_FILTER, () -> Filter.parse(filter, COLUMNS));
    assertThat(failure.getMessage()).startsWith("filter " + message);
  }

  @Test
  void is_bounded_in_length_and_terms() {
    String ten = "size = 1" + " AND size = 1".repeat(Filter.MAX_TERMS - 1);
    assertThat(Filter.parse(ten, COLUMNS).sql()).contains(":filter_9");
    refused(
        ErrorReason.ERROR_REASON_INVALID_FILTER,
        () -> Filter.parse(ten + " AND size = 1", COLUMNS));
    refused(
        ErrorReason.ERROR_REASON_INVALID_FILTER,
        () -> Filter.parse("name = " + "x".repeat(Filter.MAX_LENGTH), COLUMNS));
  }

  @Test
  void refuses_the_character_that_postgresql_has_not() {
    refused(
        ErrorReason.ERROR_REASON_INVALID_FILTER, () -> Filter.parse("name = \"a\0b\"", COLUMNS));
  }
}
