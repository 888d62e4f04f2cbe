package dev.emporion.audit;

import dev.emporion.common.v1.Books;
import dev.emporion.inventory.v1.AuditReservationsRequest;
import dev.emporion.inventory.v1.InventoryServiceGrpc;
import dev.emporion.inventory.v1.InventoryServiceGrpc.InventoryServiceBlockingStub;
import dev.emporion.inventory.v1.Reservation;
import dev.emporion.orders.v1.AuditOrdersRequest;
import dev.emporion.orders.v1.OrderBooks;
import dev.emporion.orders.v1.OrdersServiceGrpc;
import dev.emporion.orders.v1.OrdersServiceGrpc.OrdersServiceBlockingStub;
import dev.emporion.payments.v1.AuditPaymentsRequest;
import dev.emporion.payments.v1.PaymentBooks;
import dev.emporion.payments.v1.PaymentsServiceGrpc;
import dev.emporion.payments.v1.PaymentsServiceGrpc.PaymentsServiceBlockingStub;
import dev.emporion.shipping.v1.AuditShipmentsRequest;
import dev.emporion.shipping.v1.Shipment;
import dev.emporion.shipping.v1.ShippingServiceGrpc;
import dev.emporion.shipping.v1.ShippingServiceGrpc.ShippingServiceBlockingStub;
import dev.emporion.simulator.v1.Authorization;
import dev.emporion.simulator.v1.BatchGetAuthorizationsRequest;
import dev.emporion.simulator.v1.ListAuthorizationsRequest;
import dev.emporion.simulator.v1.ListAuthorizationsResponse;
import dev.emporion.simulator.v1.SimulatorServiceGrpc;
import dev.emporion.simulator.v1.SimulatorServiceGrpc.SimulatorServiceBlockingStub;
import io.grpc.Channel;
import io.grpc.stub.AbstractStub;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Everybody who keeps a record of orders, and what each tells an audit: pages of all it has, rows
 * by id, and what it finds in its own books.
 */
final class Parties {
  static final String PROVIDER = "the payment provider";

  private static final String ORDERS = "orders";
  private static final String INVENTORY = "inventory";
  private static final String PAYMENTS = "payments";
  private static final String SHIPPING = "shipping";

  private final OrdersServiceBlockingStub orders;
  private final InventoryServiceBlockingStub inventory;
  private final PaymentsServiceBlockingStub payments;
  private final ShippingServiceBlockingStub shipping;
  private final SimulatorServiceBlockingStub provider;
  private final AuditConfig config;
  private final Reads reads;

  Parties(Channel gateway, Channel provider, AuditConfig config, Reads reads) {
    this.orders = OrdersServiceGrpc.newBlockingStub(gateway);
    this.inventory = InventoryServiceGrpc.newBlockingStub(gateway);
    this.payments = PaymentsServiceGrpc.newBlockingStub(gateway);
    this.shipping = ShippingServiceGrpc.newBlockingStub(gateway);
    this.provider = SimulatorServiceGrpc.newBlockingStub(provider);
    this.config = config;
    this.reads = reads;
  }

  /** Each service's check of its own books, by its name. */
  Map<String, Supplier<Books>> books() {
    var books = new LinkedHashMap<String, Supplier<Books>>();
    books.put(
        INVENTORY,
        () ->
            inBooks(inventory)
                .checkBooks(dev.emporion.inventory.v1.CheckBooksRequest.getDefaultInstance())
                .getBooks());
    books.put(
        PAYMENTS,
        () ->
            inBooks(payments)
                .checkBooks(dev.emporion.payments.v1.CheckBooksRequest.getDefaultInstance())
                .getBooks());
    books.put(
        SHIPPING,
        () ->
            inBooks(shipping)
                .checkBooks(dev.emporion.shipping.v1.CheckBooksRequest.getDefaultInstance())
                .getBooks());
    books.put(
        ORDERS,
        () ->
            inBooks(orders)
                .checkBooks(dev.emporion.orders.v1.CheckBooksRequest.getDefaultInstance())
                .getBooks());
    books.replaceAll((party, call) -> () -> reads.read(party, call));
    return books;
  }

  void eachPageOfOrders(Consumer<List<OrderBooks>> work) {
    eachPage(
        after -> orders(request -> request.setAfterOrderId(after)), OrderBooks::getOrderId, work);
  }

  Map<String, OrderBooks> orders(Collection<String> ids) {
    return byId(
        ids, some -> orders(request -> request.addAllOrderIds(some)), OrderBooks::getOrderId);
  }

  private List<OrderBooks> orders(Consumer<AuditOrdersRequest.Builder> which) {
    var request = AuditOrdersRequest.newBuilder().setPageSize(config.pageSize());
    which.accept(request);
    return reads.read(ORDERS, () -> inPages(orders).auditOrders(request.build()).getOrdersList());
  }

  void eachPageOfReservations(Consumer<List<Reservation>> work) {
    eachPage(
        after -> reservations(request -> request.setAfterReservationId(after)),
        Reservation::getReservationId,
        work);
  }

  Map<String, Reservation> reservations(Collection<String> ids) {
    return byId(
        ids,
        some -> reservations(request -> request.addAllReservationIds(some)),
        Reservation::getReservationId);
  }

  private List<Reservation> reservations(Consumer<AuditReservationsRequest.Builder> which) {
    var request = AuditReservationsRequest.newBuilder().setPageSize(config.pageSize());
    which.accept(request);
    return reads.read(
        INVENTORY,
        () -> inPages(inventory).auditReservations(request.build()).getReservationsList());
  }

  void eachPageOfPayments(Consumer<List<PaymentBooks>> work) {
    eachPage(
        after -> payments(request -> request.setAfterPaymentId(after)), Parties::paymentId, work);
  }

  Map<String, PaymentBooks> payments(Collection<String> ids) {
    return byId(
        ids, some -> payments(request -> request.addAllPaymentIds(some)), Parties::paymentId);
  }

  private List<PaymentBooks> payments(Consumer<AuditPaymentsRequest.Builder> which) {
    var request = AuditPaymentsRequest.newBuilder().setPageSize(config.pageSize());
    which.accept(request);
    return reads.read(
        PAYMENTS, () -> inPages(payments).auditPayments(request.build()).getPaymentsList());
  }

  private static String paymentId(PaymentBooks books) {
    return books.getPayment().getPaymentId();
  }

  void eachPageOfShipments(Consumer<List<Shipment>> work) {
    eachPage(
        after -> shipments(request -> request.setAfterShipmentId(after)),
        Shipment::getShipmentId,
        work);
  }

  Map<String, Shipment> shipments(Collection<String> ids) {
    return byId(
        ids,
        some -> shipments(request -> request.addAllShipmentIds(some)),
        Shipment::getShipmentId);
  }

  private List<Shipment> shipments(Consumer<AuditShipmentsRequest.Builder> which) {
    var request = AuditShipmentsRequest.newBuilder().setPageSize(config.pageSize());
    which.accept(request);
    return reads.read(
        SHIPPING, () -> inPages(shipping).auditShipments(request.build()).getShipmentsList());
  }

  void eachPageOfAuthorizations(Consumer<List<Authorization>> work) {
    var request = ListAuthorizationsRequest.newBuilder().setPageSize(config.pageSize());
    do {
      ListAuthorizationsResponse page =
          reads.read(PROVIDER, () -> inPages(provider).listAuthorizations(request.build()));
      work.accept(page.getAuthorizationsList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
  }

  /** What the provider has under each key: none, one, or more where it forgot the key meanwhile. */
  Map<String, List<Authorization>> authorizations(Collection<String> keys) {
    var found = new HashMap<String, List<Authorization>>();
    for (List<String> some : chunks(keys)) {
      var request = BatchGetAuthorizationsRequest.newBuilder().addAllIdempotencyKeys(some).build();
      reads
          .read(PROVIDER, () -> inPages(provider).batchGetAuthorizations(request))
          .getAuthorizationsList()
          .forEach(
              one ->
                  found
                      .computeIfAbsent(one.getIdempotencyKey(), key -> new ArrayList<>())
                      .add(one));
    }
    return found;
  }

  private <T> void eachPage(
      Function<String, List<T>> read, Function<T, String> id, Consumer<List<T>> work) {
    List<T> page;
    String after = "";
    do {
      page = read.apply(after);
      if (!page.isEmpty()) {
        work.accept(page);
        after = id.apply(page.getLast());
      }
    } while (page.size() == config.pageSize());
  }

  private <T> Map<String, T> byId(
      Collection<String> ids, Function<List<String>, List<T>> read, Function<T, String> id) {
    var found = new HashMap<String, T>();
    for (List<String> some : chunks(ids)) {
      read.apply(some).forEach(one -> found.put(id.apply(one), one));
    }
    return found;
  }

  private List<List<String>> chunks(Collection<String> ids) {
    List<String> distinct = ids.stream().filter(id -> !id.isEmpty()).distinct().toList();
    var chunks = new ArrayList<List<String>>();
    for (int i = 0; i < distinct.size(); i += config.pageSize()) {
      chunks.add(distinct.subList(i, Math.min(i + config.pageSize(), distinct.size())));
    }
    return chunks;
  }

  private <S extends AbstractStub<S>> S inPages(S stub) {
    return stub.withDeadlineAfter(config.readSeconds(), TimeUnit.SECONDS);
  }

  private <S extends AbstractStub<S>> S inBooks(S stub) {
    return stub.withDeadlineAfter(config.booksSeconds(), TimeUnit.SECONDS);
  }
}
