package dev.emporion.orders;

import dev.emporion.orders.v1.CancelOrderRequest;
import dev.emporion.orders.v1.DeliverShipmentRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.ShipOrderLine;
import dev.emporion.orders.v1.ShipOrderRequest;
import dev.emporion.orders.v1.UpdatePaymentMethodRequest;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import io.grpc.StatusRuntimeException;
import java.util.UUID;
import java.util.function.Supplier;

/** Requests for changes of an order, each with a request id of its own. */
final class Requests {
  private Requests() {}

  static String id() {
    return UUID.randomUUID().toString();
  }

  /** All that is open. */
  static ShipOrderRequest.Builder ship(Order order) {
    return ShipOrderRequest.newBuilder()
        .setRequestId(id())
        .setOrderId(order.getOrderId())
        .setCarrier("DHL")
        .setTrackingNumber("T1");
  }

  /** Some of one line; an empty location is any. */
  static ShipOrderRequest.Builder ship(Order order, int line, int quantity, String location) {
    return ship(order)
        .addLines(
            ShipOrderLine.newBuilder()
                .setLineNumber(line)
                .setQuantity(quantity)
                .setLocationId(location));
  }

  /** Its latest shipment. */
  static DeliverShipmentRequest.Builder deliver(Order order) {
    return DeliverShipmentRequest.newBuilder()
        .setRequestId(id())
        .setOrderId(order.getOrderId())
        .setShipmentId(order.getShipmentsList().getLast().getShipmentId());
  }

  static CancelOrderRequest.Builder cancel(Order order) {
    return CancelOrderRequest.newBuilder().setRequestId(id()).setOrderId(order.getOrderId());
  }

  static UpdatePaymentMethodRequest.Builder pay(Order order, String token) {
    return UpdatePaymentMethodRequest.newBuilder()
        .setRequestId(id())
        .setOrderId(order.getOrderId())
        .setPaymentToken(token);
  }

  static Failure refusal(Supplier<?> call) {
    try {
      throw new AssertionError("not refused: " + call.get());
    } catch (StatusRuntimeException e) {
      return Failure.from(e);
    }
  }

  static long cents(com.google.type.Money amount) {
    return Money.fromProto(amount).minor();
  }
}
