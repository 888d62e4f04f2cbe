package dev.emporion.orders;

import dev.emporion.orders.v1.AuditOrdersRequest;
import dev.emporion.orders.v1.AuditOrdersResponse;
import dev.emporion.orders.v1.CheckBooksResponse;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Ids;
import java.util.List;
import java.util.UUID;

/** What operators are told of the books, and nobody else. */
final class OrderAudit {
  private static final int MAX_ORDERS = 500;
  private static final UUID BEFORE_ALL = new UUID(0, 0);

  private final BooksStore books;

  OrderAudit(BooksStore books) {
    this.books = books;
  }

  CheckBooksResponse checkBooks() {
    Caller.requireOperator();
    return CheckBooksResponse.newBuilder().setBooks(books.check()).build();
  }

  AuditOrdersResponse auditOrders(AuditOrdersRequest request) {
    Caller.requireOperator();
    var response = AuditOrdersResponse.newBuilder();
    read(request).stream().map(BooksProto::books).forEach(response::addOrders);
    return response.build();
  }

  private List<BooksStore.Audited> read(AuditOrdersRequest request) {
    if (request.getOrderIdsCount() > 0) {
      return books.find(
          request.getOrderIdsList().stream().map(id -> Ids.parse("order_ids", id)).toList());
    }
    String after = request.getAfterOrderId();
    return books.page(
        after.isEmpty() ? BEFORE_ALL : Ids.parse("after_order_id", after),
        request.getPageSize() == 0 ? MAX_ORDERS : request.getPageSize());
  }
}
