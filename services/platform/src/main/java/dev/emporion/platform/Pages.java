package dev.emporion.platform;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.emporion.common.v1.ErrorReason;
import dev.emporion.platform.Columns.Column;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BiFunction;
import java.util.zip.CRC32C;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Which page of a list is asked for. A page starts after the last row of the one before it, by that
 * row's values (never by a count, so rows that come or go in between neither repeat nor hide any).
 *
 * <pre>{@code
 * var filter = Filter.parse(request.getFilter(), COLUMNS);
 * var order = OrderBy.parse(request.getOrderBy(), COLUMNS, "create_time desc", "order_id");
 * var pages = Pages.read("ListOrders", request.getPageSize(), request.getPageToken(), filter, order);
 * // select ... where <pages.sql()> order by <order.sql()> limit :limit
 * Pages.Page<Order> page = pages.page(rows, (row, field) -> switch (field) { ... });
 * }</pre>
 */
public final class Pages {
  public static final int DEFAULT_SIZE = 50;
  public static final int MAX_SIZE = 200;

  private final int size;
  private final int fingerprint;
  private final Filter filter;
  private final OrderBy order;
  private final List<Object> after;

  private Pages(int size, int fingerprint, Filter filter, OrderBy order, List<Object> after) {
    this.size = size;
    this.fingerprint = fingerprint;
    this.filter = filter;
    this.order = order;
    this.after = after;
  }

  /**
   * @param list the RPC's name, and whatever else sets this list apart, such as its parent's id
   * @param size 0 for the default
   * @param token empty for the first page
   * @throws Failure INVALID_ARGUMENT / INVALID_PAGE_TOKEN: not one of ours, or of another list,
   *     filter or order
   */
  public static Pages read(String list, int size, String token, Filter filter, OrderBy order) {
    int bounded = size == 0 ? DEFAULT_SIZE : Math.clamp(size, 1, MAX_SIZE);
    int fingerprint = fingerprint(list + '\0' + filter.text() + '\0' + order.sql());
    List<Object> after = token.isEmpty() ? List.of() : decode(token, fingerprint, order.columns());
    return new Pages(bounded, fingerprint, filter, order, after);
  }

  /** The condition: what the filter says, and after the last page. */
  public String sql() {
    return after.isEmpty() ? filter.sql() : filter.sql() + " and " + order.afterSql();
  }

  /**
   * Binds the condition and :limit, which is one row more than fits, to know whether it is there.
   */
  public <S extends SqlStatement<S>> S bind(S statement) {
    filter.bind(statement).bind("limit", size + 1);
    for (int i = 0; i < after.size(); i++) {
      statement.bind("after_" + i, after.get(i));
    }
    return statement;
  }

  /** Rows, and the token for the next ones; empty when there are none. */
  public record Page<R>(List<R> rows, String nextPageToken) {}

  /**
   * Cuts what the statement gave to the page.
   *
   * @param value a row's value of a field of the order, as it was read
   */
  public <R> Page<R> page(List<R> rows, BiFunction<R, String, Object> value) {
    if (rows.size() <= size) {
      return new Page<>(rows, "");
    }
    R last = rows.get(size - 1);
    var values = order.columns().stream().map(column -> value.apply(last, column.field())).toList();
    return new Page<>(List.copyOf(rows.subList(0, size)), encode(values));
  }

  private String encode(List<Object> values) {
    var bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeFixed32NoTag(fingerprint);
      for (Object value : values) {
        out.writeStringNoTag(value.toString());
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  private static List<Object> decode(String token, int fingerprint, List<Column> columns) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(Base64.getUrlDecoder().decode(token));
      if (in.readFixed32() != fingerprint) {
        throw refuse("belongs to another list, filter or order");
      }
      var values = new ArrayList<Object>();
      for (Column column : columns) {
        values.add(column.parse().apply(in.readStringRequireUtf8()));
      }
      return values;
    } catch (IOException | IllegalArgumentException e) {
      throw refuse("is not one of ours");
    }
  }

  /** Against mistakes, not against malice: a forged token only chooses where a page starts. */
  private static int fingerprint(String list) {
    var crc = new CRC32C();
    crc.update(list.getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue();
  }

  private static Failure refuse(String description) {
    return Failure.of(
            Status.Code.INVALID_ARGUMENT,
            ErrorReason.ERROR_REASON_INVALID_PAGE_TOKEN,
            "page_token " + description + "; start again without one")
        .field("page_token", description);
  }
}
