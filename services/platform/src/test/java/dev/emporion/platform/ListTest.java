package dev.emporion.platform;

import static dev.emporion.platform.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.common.v1.ErrorReason;
import dev.emporion.platform.Columns.Column;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters, orders and pages together, on a real server. */
class ListTest {
  private record Thing(UUID id, String note, int count, Instant createTime) {}

  private static final Columns COLUMNS =
      Columns.of(
          Column.uuid("thing_id", "t.id"),
          Column.text("note", "t.note"),
          Column.integer("count", "t.count"),
          Column.timestamp("create_time", "t.created_at"));
  private static final Database DATABASE = Things.freshDatabase();
  private static final List<Thing> ALL = new ArrayList<>();

  @BeforeAll
  static void fill() {
    Instant start = Instant.parse("2026-01-01T00:00:00.000001Z");
    for (int i = 0; i < 25; i++) {
      ALL.add(new Thing(Ids.newId(), "Note " + i % 4, i % 5, start.plusNanos(i / 3 * 1000L)));
    }
    ALL.forEach(ListTest::insert);
  }

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "create_time",
        "count desc",
        "count, create_time desc",
        "note desc, count, create_time",
        "thing_id desc"
      })
  void pages_hold_every_row_once_and_in_order(String order) {
    List<Thing> expected = list("", order, 200, "").rows();
    assertThat(expected).hasSize(25);
    assertThat(walk("", order, 4)).isEqualTo(expected);
  }

  @Test
  void the_order_is_the_one_asked_for() {
    assertThat(walk("", "count desc, create_time", 7))
        .isSortedAccordingTo(
            Comparator.comparing(Thing::count)
                .reversed()
                .thenComparing(Thing::createTime)
                .thenComparing(Thing::id));
  }

  @Test
  void a_filter_holds_for_every_page() {
    assertThat(walk("note : \"NOTE 2\" AND count >= 2", "", 1))
        .containsExactlyInAnyOrderElementsOf(
            matching(thing -> thing.note().equals("Note 2") && thing.count() >= 2));
    assertThat(walk("create_time > \"2026-01-01T00:00:00.000003Z\"", "", 3))
        .containsExactlyInAnyOrderElementsOf(
            matching(
                thing -> thing.createTime().isAfter(Instant.parse("2026-01-01T00:00:00.000003Z"))));
    assertThat(walk("note : \"%\"", "", 3)).isEmpty();
    UUID id = ALL.getFirst().id();
    assertThat(walk("thing_id = " + id, "", 3)).containsExactly(ALL.getFirst());
  }

  @Test
  void a_page_that_is_just_full_is_the_last_one() {
    assertThat(list("", "", 25, "").nextPageToken()).isEmpty();
    assertThat(list("", "", 24, "").nextPageToken()).isNotEmpty();
  }

  @Test
  void sizes_have_a_default_and_a_bound() {
    assertThat(list("", "", 0, "").rows()).hasSize(25);
    assertThat(list("", "", Integer.MAX_VALUE, "").rows()).hasSize(25);
  }

  @Test
  void a_token_of_another_filter_order_or_list_is_refused() {
    String token = list("count >= 0", "count", 3, "").nextPageToken();
    assertThat(list("count >= 0", "count", 5, token).rows()).hasSize(5);
    refusedToken(() -> list("count >= 1", "count", 3, token));
    refusedToken(() -> list("count >= 0", "count desc", 3, token));
    refusedToken(
        () ->
            Pages.read(
                "ListOthers", 3, token, Filter.parse("count >= 0", COLUMNS), order("count")));
  }

  @Test
  void a_token_that_is_not_ours_is_refused() {
    String token = list("", "", 3, "").nextPageToken();
    for (String bad :
        List.of("x", "====", "AAAA", token.substring(0, token.length() - 8), "\u20ac", "a b")) {
      refusedToken(() -> list("", "", 3, bad));
    }
  }

  private static void refusedToken(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    refused(ErrorReason.ERROR_REASON_INVALID_PAGE_TOKEN, call);
  }

  private static List<Thing> walk(String filter, String order, int size) {
    var rows = new ArrayList<Thing>();
    String token = "";
    do {
      Pages.Page<Thing> page = list(filter, order, size, token);
      assertThat(page.rows().size()).isLessThanOrEqualTo(size);
      rows.addAll(page.rows());
      token = page.nextPageToken();
    } while (!token.isEmpty());
    return rows;
  }

  private static Pages.Page<Thing> list(String filter, String orderBy, int size, String token) {
    OrderBy order = order(orderBy);
    Pages pages = Pages.read("ListThings", size, token, Filter.parse(filter, COLUMNS), order);
    return pages.page(select(pages, order), ListTest::value);
  }

  private static OrderBy order(String text) {
    return OrderBy.parse(text, COLUMNS, "create_time desc", "thing_id");
  }

  private static Object value(Thing thing, String field) {
    return switch (field) {
      case "note" -> thing.note();
      case "count" -> thing.count();
      case "create_time" -> thing.createTime();
      default -> thing.id();
    };
  }

  private static List<Thing> select(Pages pages, OrderBy order) {
    String sql =
        "select t.id, t.note, t.count, t.created_at from things t where %s order by %s limit :limit"
            .formatted(pages.sql(), order.sql());
    return DATABASE.run(
        handle ->
            pages
                .bind(handle.createQuery(sql))
                .map(
                    (row, context) ->
                        new Thing(
                            row.getObject("id", UUID.class),
                            row.getString("note"),
                            row.getInt("count"),
                            row.getObject("created_at", OffsetDateTime.class).toInstant()))
                .list());
  }

  private static List<Thing> matching(Predicate<Thing> wanted) {
    return ALL.stream().filter(wanted).toList();
  }

  private static void insert(Thing thing) {
    DATABASE.run(
        handle ->
            handle
                .createUpdate(
                    """
                    insert into things (id, note, count, created_at)
                    values (:id, :note, :count, :created_at)
                    """)
                .bind("id", thing.id())
                .bind("note", thing.note())
                .bind("count", thing.count())
                .bind("created_at", thing.createTime())
                .execute());
  }
}
