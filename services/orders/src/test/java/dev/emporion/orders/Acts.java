package dev.emporion.orders;

import dev.emporion.orders.v1.DeliverShipmentRequest;
import dev.emporion.orders.v1.EditOrderLine;
import dev.emporion.orders.v1.EditOrderRequest;
import dev.emporion.orders.v1.GetOrderRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrdersServiceGrpc.OrdersServiceBlockingStub;
import dev.emporion.orders.v1.ReceiveReturnLine;
import dev.emporion.orders.v1.ReceiveReturnRequest;
import dev.emporion.orders.v1.RefundOrderRequest;
import dev.emporion.orders.v1.RequestReturnLine;
import dev.emporion.orders.v1.RequestReturnRequest;
import dev.emporion.orders.v1.ReturnReason;
import dev.emporion.orders.v1.ShipOrderLine;
import dev.emporion.platform.Money;
import java.util.List;

/** What buyers and merchants do with orders, each with a request of its own. */
final class Acts {
  private final OrdersFixture fixture;
  private final OrdersServiceBlockingStub buyer;
  private final OrdersServiceBlockingStub merchant;

  Acts(OrdersFixture fixture, OrdersFixture.Instance orders) {
    this.fixture = fixture;
    buyer = orders.stub;
    merchant = orders.as("merchant/m");
  }

  /** So many mugs, line 1, and a tea, line 2. */
  Order place(int mugs) {
    return buyer.placeOrder(fixture.request(mugs).build()).getOrder();
  }

  Order get(Order order) {
    return buyer
        .getOrder(GetOrderRequest.newBuilder().setOrderId(order.getOrderId()).build())
        .getOrder();
  }

  /** None of the lines means all that is open. */
  Order ship(Order order, ShipOrderLine... lines) {
    return merchant.shipOrder(Requests.ship(order).addAllLines(List.of(lines)).build()).getOrder();
  }

  static ShipOrderLine units(int lineNumber, int quantity) {
    return ShipOrderLine.newBuilder().setLineNumber(lineNumber).setQuantity(quantity).build();
  }

  Order deliver(Order order) {
    Order latest = order;
    for (var shipment : order.getShipmentsList()) {
      latest =
          merchant
              .deliverShipment(
                  DeliverShipmentRequest.newBuilder()
                      .setRequestId(Requests.id())
                      .setOrderId(order.getOrderId())
                      .setShipmentId(shipment.getShipmentId())
                      .build())
              .getOrder();
    }
    return latest;
  }

  Order cancel(Order order) {
    return buyer.cancelOrder(Requests.cancel(order).build()).getOrder();
  }

  static EditOrderRequest.Builder edit(Order order, Money expected, EditOrderLine... lines) {
    return EditOrderRequest.newBuilder()
        .setRequestId(Requests.id())
        .setOrderId(order.getOrderId())
        .addAllLines(List.of(lines))
        .setExpectedTotal(expected.toProto());
  }

  static EditOrderLine keep(int lineNumber, int quantity) {
    return EditOrderLine.newBuilder().setLineNumber(lineNumber).setQuantity(quantity).build();
  }

  Order send(EditOrderRequest.Builder request) {
    return buyer.editOrder(request.build()).getOrder();
  }

  static RequestReturnRequest.Builder back(
      Order order, int lineNumber, int quantity, ReturnReason reason) {
    return RequestReturnRequest.newBuilder()
        .setRequestId(Requests.id())
        .setOrderId(order.getOrderId())
        .addLines(back(lineNumber, quantity, reason));
  }

  static RequestReturnLine back(int lineNumber, int quantity, ReturnReason reason) {
    return RequestReturnLine.newBuilder()
        .setLineNumber(lineNumber)
        .setQuantity(quantity)
        .setReason(reason)
        .build();
  }

  Order send(RequestReturnRequest.Builder request) {
    return buyer.requestReturn(request.build()).getOrder();
  }

  /** Of the newest return; none of the lines means that all came and goes back into stock. */
  static ReceiveReturnRequest.Builder came(Order order, ReceiveReturnLine... lines) {
    return ReceiveReturnRequest.newBuilder()
        .setRequestId(Requests.id())
        .setOrderId(order.getOrderId())
        .setReturnId(order.getReturnsList().getLast().getReturnId())
        .setLocationId("berlin")
        .addAllLines(List.of(lines));
  }

  static ReceiveReturnLine came(int lineNumber, int restocked, int writtenOff) {
    return ReceiveReturnLine.newBuilder()
        .setLineNumber(lineNumber)
        .setRestockedQuantity(restocked)
        .setWrittenOffQuantity(writtenOff)
        .build();
  }

  Order send(ReceiveReturnRequest.Builder request) {
    return merchant.receiveReturn(request.build()).getOrder();
  }

  /** Of the newest return. */
  static RefundOrderRequest.Builder refund(Order order) {
    return RefundOrderRequest.newBuilder()
        .setRequestId(Requests.id())
        .setOrderId(order.getOrderId())
        .setReturnId(order.getReturnsList().getLast().getReturnId());
  }

  static RefundOrderRequest.Builder goodwill(Order order, Money amount) {
    return RefundOrderRequest.newBuilder()
        .setRequestId(Requests.id())
        .setOrderId(order.getOrderId())
        .setGoodwillAmount(amount.toProto());
  }

  Order send(RefundOrderRequest.Builder request) {
    return merchant.refundOrder(request.build()).getOrder();
  }
}
