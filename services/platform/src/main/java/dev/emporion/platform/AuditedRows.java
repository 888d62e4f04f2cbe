package dev.emporion.platform;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What an audit asks for, in every service alike: certain rows, or a page of all, by id. */
public final class AuditedRows {
  private static final int MAX_PAGE = 500;
  private static final UUID BEFORE_ALL = new UUID(0, 0);

  private AuditedRows() {}

  /**
   * The rows of these ids, or without any the page behind an id.
   *
   * @param field the id's name in the request, {@code order_id}: then the others are {@code
   *     order_ids} and {@code after_order_id}
   * @param after empty for the first page
   * @param pageSize 0 for as many as there may be
   * @throws Failure INVALID_ARGUMENT / VIOLATED_FIELD for what is no id; PERMISSION_DENIED /
   *     CALLER_NOT_ALLOWED unless an operator calls
   */
  public static <T> Collection<T> read(
      String field,
      List<String> ids,
      String after,
      int pageSize,
      Function<List<UUID>, Collection<T>> these,
      BiFunction<UUID, Integer, Collection<T>> page) {
    Caller.requireOperator();
    if (!ids.isEmpty()) {
      return these.apply(ids.stream().map(id -> Ids.parse(field + "s", id)).toList());
    }
    return page.apply(
        after.isEmpty() ? BEFORE_ALL : Ids.parse("after_" + field, after),
        pageSize == 0 ? MAX_PAGE : pageSize);
  }
}
