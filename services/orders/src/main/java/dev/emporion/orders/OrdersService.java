package dev.emporion.orders;

import dev.emporion.common.v1.ErrorReason;
import dev.emporion.orders.v1.CancelOrderRequest;
import dev.emporion.orders.v1.CancelOrderResponse;
import dev.emporion.orders.v1.GetOrderRequest;
import dev.emporion.orders.v1.GetOrderResponse;
import dev.emporion.orders.v1.ListOrdersRequest;
import dev.emporion.orders.v1.ListOrdersResponse;
import dev.emporion.orders.v1.OrdersServiceGrpc.OrdersServiceImplBase;
import dev.emporion.orders.v1.PlaceOrderRequest;
import dev.emporion.orders.v1.PlaceOrderResponse;
import dev.emporion.orders.v1.WatchOrderRequest;
import dev.emporion.orders.v1.WatchOrderResponse;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Filter;
import dev.emporion.platform.Ids;
import dev.emporion.platform.OrderBy;
import dev.emporion.platform.Pages;
import dev.emporion.platform.Unary;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.UUID;

/** The RPCs of orders. */
final class OrdersService extends OrdersServiceImplBase {
  private final Checkout checkout;
  private final Cancellation cancellation;
  private final OrderStore store;
  private final OrderWaiters waiters;

  OrdersService(
      Checkout checkout, Cancellation cancellation, OrderStore store, OrderWaiters waiters) {
    this.checkout = checkout;
    this.cancellation = cancellation;
    this.store = store;
    this.waiters = waiters;
  }

  @Override
  public void placeOrder(PlaceOrderRequest request, StreamObserver<PlaceOrderResponse> observer) {
    Unary.reply(
        observer,
        () ->
            PlaceOrderResponse.newBuilder()
                .setOrder(OrderProto.toProto(checkout.place(request)))
                .build());
  }

  @Override
  public void getOrder(GetOrderRequest request, StreamObserver<GetOrderResponse> observer) {
    Unary.reply(
        observer,
        () ->
            GetOrderResponse.newBuilder()
                .setOrder(OrderProto.toProto(visible(request.getOrderId())))
                .build());
  }

  @Override
  public void listOrders(ListOrdersRequest request, StreamObserver<ListOrdersResponse> observer) {
    Unary.reply(observer, () -> list(request));
  }

  private ListOrdersResponse list(ListOrdersRequest request) {
    Caller caller = Caller.current();
    if (caller.kind() == Caller.Kind.GUEST) {
      throw Failure.of(
          Code.PERMISSION_DENIED,
          ErrorReason.ERROR_REASON_CALLER_NOT_ALLOWED,
          "a guest has no list of orders; get an order by its id");
    }
    boolean customer = caller.kind() == Caller.Kind.CUSTOMER;
    var filter = Filter.parse(request.getFilter(), OrderStore.COLUMNS);
    var order = OrderBy.parse("", OrderStore.COLUMNS, "order_id desc", "order_id");
    var pages =
        Pages.read("ListOrders", request.getPageSize(), request.getPageToken(), filter, order);
    var page = store.list(pages, order, customer ? Optional.of(caller.id()) : Optional.empty());
    var response = ListOrdersResponse.newBuilder().setNextPageToken(page.nextPageToken());
    page.rows().forEach(row -> response.addOrders(OrderProto.toProto(row)));
    return response.build();
  }

  @Override
  public void watchOrder(WatchOrderRequest request, StreamObserver<WatchOrderResponse> observer) {
    UUID orderId = Ids.parse("order_id", request.getOrderId());
    waiters.watch(
        orderId,
        () -> visible(request.getOrderId()),
        order ->
            observer.onNext(
                WatchOrderResponse.newBuilder().setOrder(OrderProto.toProto(order)).build()));
    observer.onCompleted();
  }

  @Override
  public void cancelOrder(
      CancelOrderRequest request, StreamObserver<CancelOrderResponse> observer) {
    Unary.reply(
        observer,
        () ->
            CancelOrderResponse.newBuilder()
                .setOrder(OrderProto.toProto(cancellation.cancel(request)))
                .build());
  }

  private Order visible(String id) {
    return store
        .find(Ids.parse("order_id", id))
        .filter(order -> Caller.current().maySee(order.customerId()))
        .orElseThrow(() -> notFound(id));
  }

  /** The same for an order that is not there and one that is somebody else's. */
  static Failure notFound(String orderId) {
    return Failure.of(
        Code.NOT_FOUND,
        dev.emporion.orders.v1.ErrorReason.ERROR_REASON_ORDER_NOT_FOUND,
        "there is no order " + orderId);
  }
}
