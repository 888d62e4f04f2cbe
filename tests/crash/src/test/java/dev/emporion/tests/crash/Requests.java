package dev.emporion.tests.crash;

import com.google.type.Money;
import dev.emporion.orders.v1.CancelOrderRequest;
import dev.emporion.orders.v1.DeliverShipmentRequest;
import dev.emporion.orders.v1.EditOrderLine;
import dev.emporion.orders.v1.EditOrderRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderLine;
import dev.emporion.orders.v1.ReceiveReturnLine;
import dev.emporion.orders.v1.ReceiveReturnRequest;
import dev.emporion.orders.v1.RefundOrderRequest;
import dev.emporion.orders.v1.RequestReturnLine;
import dev.emporion.orders.v1.RequestReturnRequest;
import dev.emporion.orders.v1.ReturnReason;
import dev.emporion.orders.v1.ShipOrderLine;
import dev.emporion.orders.v1.ShipOrderRequest;
import dev.emporion.orders.v1.UpdatePaymentMethodRequest;

/** Requests for changes of an order, each with a request id of its own. */
final class Requests {
  private Requests() {}

  /** So many units of each line leave. */
  static ShipOrderRequest ship(Order order, int units) {
    var request =
        ShipOrderRequest.newBuilder()
            .setRequestId(Wares.newId())
            .setOrderId(order.getOrderId())
            .setCarrier("post")
            .setTrackingNumber("42");
    for (OrderLine line : order.getLinesList()) {
      request.addLines(
          ShipOrderLine.newBuilder().setLineNumber(line.getLineNumber()).setQuantity(units));
    }
    return request.build();
  }

  static DeliverShipmentRequest deliver(Order order) {
    return DeliverShipmentRequest.newBuilder()
        .setRequestId(Wares.newId())
        .setOrderId(order.getOrderId())
        .setShipmentId(order.getShipments(0).getShipmentId())
        .build();
  }

  static CancelOrderRequest cancel(Order order) {
    return CancelOrderRequest.newBuilder()
        .setRequestId(Wares.newId())
        .setOrderId(order.getOrderId())
        .build();
  }

  static UpdatePaymentMethodRequest pay(Order order, String token) {
    return UpdatePaymentMethodRequest.newBuilder()
        .setRequestId(Wares.newId())
        .setOrderId(order.getOrderId())
        .setPaymentToken(token)
        .build();
  }

  static EditOrderRequest edit(Order order, Money total, int... quantities) {
    var request =
        EditOrderRequest.newBuilder()
            .setRequestId(Wares.newId())
            .setOrderId(order.getOrderId())
            .setExpectedTotal(total);
    for (int i = 0; i < quantities.length; i++) {
      request.addLines(EditOrderLine.newBuilder().setLineNumber(i + 1).setQuantity(quantities[i]));
    }
    return request.build();
  }

  static EditOrderRequest move(Order order) {
    return EditOrderRequest.newBuilder()
        .setRequestId(Wares.newId())
        .setOrderId(order.getOrderId())
        .setExpectedTotal(order.getTotal())
        .setShippingAddress(Wares.HOME.toBuilder().setRecipient("Grace"))
        .build();
  }

  /** One unit of each line. */
  static RequestReturnRequest sendBack(Order order) {
    var request =
        RequestReturnRequest.newBuilder()
            .setRequestId(Wares.newId())
            .setOrderId(order.getOrderId());
    for (OrderLine line : order.getLinesList()) {
      request.addLines(
          RequestReturnLine.newBuilder()
              .setLineNumber(line.getLineNumber())
              .setQuantity(1)
              .setReason(ReturnReason.RETURN_REASON_DAMAGED));
    }
    return request.build();
  }

  /** The first line's unit is sold again, the second one's is not. */
  static ReceiveReturnRequest receive(Order order, String location) {
    return ReceiveReturnRequest.newBuilder()
        .setRequestId(Wares.newId())
        .setOrderId(order.getOrderId())
        .setReturnId(order.getReturns(0).getReturnId())
        .setLocationId(location)
        .addLines(ReceiveReturnLine.newBuilder().setLineNumber(1).setRestockedQuantity(1))
        .addLines(ReceiveReturnLine.newBuilder().setLineNumber(2).setWrittenOffQuantity(1))
        .build();
  }

  static RefundOrderRequest refund(Order order) {
    return refund(order, RefundOrderRequest.newBuilder())
        .setReturnId(order.getReturns(0).getReturnId())
        .build();
  }

  static RefundOrderRequest goodwill(Order order, Money amount) {
    return refund(order, RefundOrderRequest.newBuilder()).setGoodwillAmount(amount).build();
  }

  private static RefundOrderRequest.Builder refund(
      Order order, RefundOrderRequest.Builder request) {
    return request.setRequestId(Wares.newId()).setOrderId(order.getOrderId()).setReason("sorry");
  }
}
