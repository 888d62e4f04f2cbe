package dev.emporion.orders;

import dev.emporion.orders.v1.AuditOrdersRequest;
import dev.emporion.orders.v1.AuditOrdersResponse;
import dev.emporion.orders.v1.CheckBooksResponse;
import dev.emporion.platform.AuditedRows;
import dev.emporion.platform.Caller;

/** What operators are told of the books, and nobody else. */
final class OrderAudit {
  private final BooksStore books;

  OrderAudit(BooksStore books) {
    this.books = books;
  }

  CheckBooksResponse checkBooks() {
    Caller.requireOperator();
    return CheckBooksResponse.newBuilder().setBooks(books.check()).build();
  }

  AuditOrdersResponse auditOrders(AuditOrdersRequest request) {
    var response = AuditOrdersResponse.newBuilder();
    AuditedRows.read(
            "order_id",
            request.getOrderIdsList(),
            request.getAfterOrderId(),
            request.getPageSize(),
            books::find,
            books::page)
        .stream()
        .map(BooksProto::books)
        .forEach(response::addOrders);
    return response.build();
  }
}
