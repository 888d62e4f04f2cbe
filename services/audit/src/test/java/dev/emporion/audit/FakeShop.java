package dev.emporion.audit;

import dev.emporion.common.v1.Books;
import dev.emporion.inventory.v1.AuditReservationsRequest;
import dev.emporion.inventory.v1.AuditReservationsResponse;
import dev.emporion.inventory.v1.InventoryServiceGrpc.InventoryServiceImplBase;
import dev.emporion.inventory.v1.Reservation;
import dev.emporion.orders.v1.AuditOrdersRequest;
import dev.emporion.orders.v1.AuditOrdersResponse;
import dev.emporion.orders.v1.OrderBooks;
import dev.emporion.orders.v1.OrdersServiceGrpc.OrdersServiceImplBase;
import dev.emporion.payments.v1.AuditPaymentsRequest;
import dev.emporion.payments.v1.AuditPaymentsResponse;
import dev.emporion.payments.v1.PaymentBooks;
import dev.emporion.payments.v1.PaymentsServiceGrpc.PaymentsServiceImplBase;
import dev.emporion.shipping.v1.AuditShipmentsRequest;
import dev.emporion.shipping.v1.AuditShipmentsResponse;
import dev.emporion.shipping.v1.Shipment;
import dev.emporion.shipping.v1.ShippingServiceGrpc.ShippingServiceImplBase;
import dev.emporion.simulator.v1.Authorization;
import dev.emporion.simulator.v1.BatchGetAuthorizationsRequest;
import dev.emporion.simulator.v1.BatchGetAuthorizationsResponse;
import dev.emporion.simulator.v1.ListAuthorizationsRequest;
import dev.emporion.simulator.v1.ListAuthorizationsResponse;
import dev.emporion.simulator.v1.SimulatorServiceGrpc.SimulatorServiceImplBase;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;

/** All whom the audit asks, holding the rows that a test gives them. */
final class FakeShop implements AutoCloseable {
  static final Metadata.Key<String> CALLER =
      Metadata.Key.of("emporion-caller", Metadata.ASCII_STRING_MARSHALLER);

  final NavigableMap<String, OrderBooks> orders = new TreeMap<>();
  final NavigableMap<String, Reservation> reservations = new TreeMap<>();
  final NavigableMap<String, PaymentBooks> payments = new TreeMap<>();
  final NavigableMap<String, Shipment> shipments = new TreeMap<>();
  final List<Authorization> authorizations = new ArrayList<>();
  final Map<String, Books> books = new HashMap<>();

  /** How many calls are not answered from now on, and how. */
  int failures;

  Status failure = Status.UNAVAILABLE;
  int largestPage;

  final String address = "inprocess:shop-" + UUID.randomUUID();
  private final Server server;

  FakeShop() throws IOException {
    server =
        InProcessServerBuilder.forName(address.substring("inprocess:".length()))
            .directExecutor()
            .intercept(new Door())
            .addService(new Orders())
            .addService(new Inventory())
            .addService(new Payments())
            .addService(new Shipping())
            .addService(new Provider())
            .build()
            .start();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private <T> List<T> rows(
      NavigableMap<String, T> all, List<String> ids, String after, int pageSize) {
    List<T> rows =
        ids.isEmpty()
            ? all.tailMap(after, false).values().stream().limit(pageSize).toList()
            : all.entrySet().stream()
                .filter(row -> ids.contains(row.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    largestPage = Math.max(largestPage, Math.max(rows.size(), ids.size()));
    return rows;
  }

  private Books booksOf(String service) {
    return books.getOrDefault(service, Books.getDefaultInstance());
  }

  private static <A> void reply(StreamObserver<A> observer, A answer) {
    observer.onNext(answer);
    observer.onCompleted();
  }

  /** Lets operators in, unless nobody answers. */
  private final class Door implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      boolean provider = call.getMethodDescriptor().getServiceName().contains("simulator");
      if (failures-- > 0) {
        call.close(failure, new Metadata());
      } else if (!provider && !"operator/audit".equals(headers.get(CALLER))) {
        call.close(Status.PERMISSION_DENIED, new Metadata());
      } else {
        return next.startCall(call, headers);
      }
      return new ServerCall.Listener<>() {};
    }
  }

  private final class Orders extends OrdersServiceImplBase {
    @Override
    public void checkBooks(
        dev.emporion.orders.v1.CheckBooksRequest request,
        StreamObserver<dev.emporion.orders.v1.CheckBooksResponse> observer) {
      reply(
          observer,
          dev.emporion.orders.v1.CheckBooksResponse.newBuilder()
              .setBooks(booksOf("orders"))
              .build());
    }

    @Override
    public void auditOrders(AuditOrdersRequest q, StreamObserver<AuditOrdersResponse> observer) {
      var rows = rows(orders, q.getOrderIdsList(), q.getAfterOrderId(), q.getPageSize());
      reply(observer, AuditOrdersResponse.newBuilder().addAllOrders(rows).build());
    }
  }

  private final class Inventory extends InventoryServiceImplBase {
    @Override
    public void checkBooks(
        dev.emporion.inventory.v1.CheckBooksRequest request,
        StreamObserver<dev.emporion.inventory.v1.CheckBooksResponse> observer) {
      reply(
          observer,
          dev.emporion.inventory.v1.CheckBooksResponse.newBuilder()
              .setBooks(booksOf("inventory"))
              .build());
    }

    @Override
    public void auditReservations(
        AuditReservationsRequest q, StreamObserver<AuditReservationsResponse> observer) {
      var rows =
          rows(reservations, q.getReservationIdsList(), q.getAfterReservationId(), q.getPageSize());
      reply(observer, AuditReservationsResponse.newBuilder().addAllReservations(rows).build());
    }
  }

  private final class Payments extends PaymentsServiceImplBase {
    @Override
    public void checkBooks(
        dev.emporion.payments.v1.CheckBooksRequest request,
        StreamObserver<dev.emporion.payments.v1.CheckBooksResponse> observer) {
      reply(
          observer,
          dev.emporion.payments.v1.CheckBooksResponse.newBuilder()
              .setBooks(booksOf("payments"))
              .build());
    }

    @Override
    public void auditPayments(
        AuditPaymentsRequest q, StreamObserver<AuditPaymentsResponse> observer) {
      var rows = rows(payments, q.getPaymentIdsList(), q.getAfterPaymentId(), q.getPageSize());
      reply(observer, AuditPaymentsResponse.newBuilder().addAllPayments(rows).build());
    }
  }

  private final class Shipping extends ShippingServiceImplBase {
    @Override
    public void checkBooks(
        dev.emporion.shipping.v1.CheckBooksRequest request,
        StreamObserver<dev.emporion.shipping.v1.CheckBooksResponse> observer) {
      reply(
          observer,
          dev.emporion.shipping.v1.CheckBooksResponse.newBuilder()
              .setBooks(booksOf("shipping"))
              .build());
    }

    @Override
    public void auditShipments(
        AuditShipmentsRequest q, StreamObserver<AuditShipmentsResponse> observer) {
      var rows = rows(shipments, q.getShipmentIdsList(), q.getAfterShipmentId(), q.getPageSize());
      reply(observer, AuditShipmentsResponse.newBuilder().addAllShipments(rows).build());
    }
  }

  private final class Provider extends SimulatorServiceImplBase {
    @Override
    public void batchGetAuthorizations(
        BatchGetAuthorizationsRequest q, StreamObserver<BatchGetAuthorizationsResponse> observer) {
      var known =
          authorizations.stream()
              .filter(one -> q.getIdempotencyKeysList().contains(one.getIdempotencyKey()))
              .toList();
      reply(
          observer,
          BatchGetAuthorizationsResponse.newBuilder().addAllAuthorizations(known).build());
    }

    @Override
    public void listAuthorizations(
        ListAuthorizationsRequest q, StreamObserver<ListAuthorizationsResponse> observer) {
      int from = q.getPageToken().isEmpty() ? 0 : Integer.parseInt(q.getPageToken());
      int to = Math.min(from + q.getPageSize(), authorizations.size());
      var page =
          ListAuthorizationsResponse.newBuilder()
              .addAllAuthorizations(authorizations.subList(from, to));
      reply(
          observer,
          page.setNextPageToken(to < authorizations.size() ? String.valueOf(to) : "").build());
    }
  }
}
