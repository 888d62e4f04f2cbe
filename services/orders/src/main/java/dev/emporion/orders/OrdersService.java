package dev.emporion.orders;

import dev.emporion.common.v1.ErrorReason;
import dev.emporion.orders.OrderChanges.Asked;
import dev.emporion.orders.v1.AbandonSagaRequest;
import dev.emporion.orders.v1.AbandonSagaResponse;
import dev.emporion.orders.v1.AuditOrdersRequest;
import dev.emporion.orders.v1.AuditOrdersResponse;
import dev.emporion.orders.v1.CancelOrderRequest;
import dev.emporion.orders.v1.CancelOrderResponse;
import dev.emporion.orders.v1.CheckBooksRequest;
import dev.emporion.orders.v1.CheckBooksResponse;
import dev.emporion.orders.v1.DeliverShipmentRequest;
import dev.emporion.orders.v1.DeliverShipmentResponse;
import dev.emporion.orders.v1.EditOrderRequest;
import dev.emporion.orders.v1.EditOrderResponse;
import dev.emporion.orders.v1.GetOrderRequest;
import dev.emporion.orders.v1.GetOrderResponse;
import dev.emporion.orders.v1.ListOrdersRequest;
import dev.emporion.orders.v1.ListOrdersResponse;
import dev.emporion.orders.v1.ListParkedSagasRequest;
import dev.emporion.orders.v1.ListParkedSagasResponse;
import dev.emporion.orders.v1.OrdersServiceGrpc;
import dev.emporion.orders.v1.OrdersServiceGrpc.OrdersServiceImplBase;
import dev.emporion.orders.v1.PlaceOrderRequest;
import dev.emporion.orders.v1.PlaceOrderResponse;
import dev.emporion.orders.v1.ReceiveReturnRequest;
import dev.emporion.orders.v1.ReceiveReturnResponse;
import dev.emporion.orders.v1.RefundOrderRequest;
import dev.emporion.orders.v1.RefundOrderResponse;
import dev.emporion.orders.v1.RequestReturnRequest;
import dev.emporion.orders.v1.RequestReturnResponse;
import dev.emporion.orders.v1.ResumeSagaRequest;
import dev.emporion.orders.v1.ResumeSagaResponse;
import dev.emporion.orders.v1.ShipOrderRequest;
import dev.emporion.orders.v1.ShipOrderResponse;
import dev.emporion.orders.v1.UpdatePaymentMethodRequest;
import dev.emporion.orders.v1.UpdatePaymentMethodResponse;
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
  private final OrderChanges changes;
  private final ChangeKinds kinds;
  private final RequestReturn requestReturn;
  private final ParkedChanges parked;
  private final OrderStore store;
  private final OrderWaiters waiters;
  private final OrderAudit audit;

  OrdersService(
      Checkout checkout,
      OrderChanges changes,
      ChangeKinds kinds,
      RequestReturn requestReturn,
      ParkedChanges parked,
      OrderStore store,
      OrderWaiters waiters,
      OrderAudit audit) {
    this.checkout = checkout;
    this.changes = changes;
    this.kinds = kinds;
    this.requestReturn = requestReturn;
    this.parked = parked;
    this.store = store;
    this.waiters = waiters;
    this.audit = audit;
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
  public void checkBooks(CheckBooksRequest request, StreamObserver<CheckBooksResponse> observer) {
    Unary.reply(observer, audit::checkBooks);
  }

  @Override
  public void auditOrders(
      AuditOrdersRequest request, StreamObserver<AuditOrdersResponse> observer) {
    Unary.reply(observer, () -> audit.auditOrders(request));
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
        () -> {
          var rpc = OrdersServiceGrpc.getCancelOrderMethod();
          var asked = Asked.of(rpc, request, request.getOrderId(), request.getEtag());
          Order order = changes.make(kinds.cancel(), request, asked);
          return CancelOrderResponse.newBuilder().setOrder(OrderProto.toProto(order)).build();
        });
  }

  @Override
  public void shipOrder(ShipOrderRequest request, StreamObserver<ShipOrderResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          Refusals.requireMerchant();
          var rpc = OrdersServiceGrpc.getShipOrderMethod();
          var asked = Asked.of(rpc, request, request.getOrderId(), request.getEtag());
          Order order = changes.make(kinds.ship(), request, asked);
          return ShipOrderResponse.newBuilder().setOrder(OrderProto.toProto(order)).build();
        });
  }

  @Override
  public void deliverShipment(
      DeliverShipmentRequest request, StreamObserver<DeliverShipmentResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          Refusals.requireMerchant();
          var rpc = OrdersServiceGrpc.getDeliverShipmentMethod();
          var asked = Asked.of(rpc, request, request.getOrderId(), "");
          Order order = changes.make(kinds.deliver(), request, asked);
          return DeliverShipmentResponse.newBuilder().setOrder(OrderProto.toProto(order)).build();
        });
  }

  @Override
  public void editOrder(EditOrderRequest request, StreamObserver<EditOrderResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var rpc = OrdersServiceGrpc.getEditOrderMethod();
          var asked = Asked.of(rpc, request, request.getOrderId(), request.getEtag());
          Order order = changes.make(kinds.edit(), request, asked);
          return EditOrderResponse.newBuilder().setOrder(OrderProto.toProto(order)).build();
        });
  }

  @Override
  public void requestReturn(
      RequestReturnRequest request, StreamObserver<RequestReturnResponse> observer) {
    Unary.reply(
        observer,
        () ->
            RequestReturnResponse.newBuilder()
                .setOrder(OrderProto.toProto(requestReturn.request(request)))
                .build());
  }

  @Override
  public void receiveReturn(
      ReceiveReturnRequest request, StreamObserver<ReceiveReturnResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          Refusals.requireMerchant();
          var rpc = OrdersServiceGrpc.getReceiveReturnMethod();
          var asked = Asked.of(rpc, request, request.getOrderId(), "");
          Order order = changes.make(kinds.receiveReturn(), request, asked);
          return ReceiveReturnResponse.newBuilder().setOrder(OrderProto.toProto(order)).build();
        });
  }

  @Override
  public void refundOrder(
      RefundOrderRequest request, StreamObserver<RefundOrderResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          Refusals.requireMerchant();
          var rpc = OrdersServiceGrpc.getRefundOrderMethod();
          var asked = Asked.of(rpc, request, request.getOrderId(), "");
          Order order = changes.make(kinds.refund(), request, asked);
          return RefundOrderResponse.newBuilder().setOrder(OrderProto.toProto(order)).build();
        });
  }

  @Override
  public void updatePaymentMethod(
      UpdatePaymentMethodRequest request, StreamObserver<UpdatePaymentMethodResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var rpc = OrdersServiceGrpc.getUpdatePaymentMethodMethod();
          var asked = Asked.of(rpc, request, request.getOrderId(), request.getEtag());
          Order order = changes.make(kinds.updatePayment(), request, asked);
          return UpdatePaymentMethodResponse.newBuilder()
              .setOrder(OrderProto.toProto(order))
              .build();
        });
  }

  @Override
  public void listParkedSagas(
      ListParkedSagasRequest request, StreamObserver<ListParkedSagasResponse> observer) {
    Unary.reply(observer, () -> parked.list(request));
  }

  @Override
  public void resumeSaga(ResumeSagaRequest request, StreamObserver<ResumeSagaResponse> observer) {
    Unary.reply(observer, () -> parked.resume(request));
  }

  @Override
  public void abandonSaga(
      AbandonSagaRequest request, StreamObserver<AbandonSagaResponse> observer) {
    Unary.reply(observer, () -> parked.abandon(request));
  }

  private Order visible(String id) {
    return store
        .find(Ids.parse("order_id", id))
        .filter(order -> Caller.current().maySee(order.buyer().customerId()))
        .orElseThrow(() -> Refusals.notFound(id));
  }
}
