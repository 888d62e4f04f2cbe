package dev.emporion.orders;

import dev.emporion.orders.v1.OrderPayment;
import dev.emporion.orders.v1.OrderShipment;
import dev.emporion.orders.v1.Return;
import dev.emporion.orders.v1.ReturnLine;
import dev.emporion.orders.v1.ShippedUnits;
import dev.emporion.platform.Money;
import java.util.function.Function;

/** An order's history in the words of the contract. */
final class HistoryProto {
  private HistoryProto() {}

  static dev.emporion.orders.v1.Order.Builder set(
      dev.emporion.orders.v1.Order.Builder proto, Order order) {
    History history = order.history();
    history.shipments().forEach(one -> proto.addShipments(shipment(one)));
    history.returns().forEach(one -> proto.addReturns(returned(one)));
    history.payments().forEach(one -> proto.addPayments(payment(one)));
    return proto
        .setCapturedTotal(sum(order, History.Payment::captured).toProto())
        .setRefundedTotal(sum(order, History.Payment::refunded).toProto());
  }

  private static Money sum(Order order, Function<History.Payment, Money> amount) {
    return order.history().payments().stream().map(amount).reduce(order.zero(), Money::plus);
  }

  static OrderShipment shipment(History.Shipment one) {
    var proto =
        OrderShipment.newBuilder()
            .setShipmentId(one.shipmentId().toString())
            .setAmount(one.amount().toProto())
            .setCarrier(one.carrier())
            .setTrackingNumber(one.trackingNumber())
            .setShipTime(OrderProto.toProto(one.shippedAt()));
    one.lines().forEach(line -> proto.addLines(units(line)));
    if (one.paymentId() != null) {
      proto.setPaymentId(one.paymentId().toString());
    }
    if (one.deliveredAt() != null) {
      proto.setDeliverTime(OrderProto.toProto(one.deliveredAt()));
    }
    return proto.build();
  }

  static ShippedUnits units(History.ShippedUnits units) {
    return ShippedUnits.newBuilder()
        .setLineNumber(units.lineNumber())
        .setLocationId(units.locationId())
        .setQuantity(units.quantity())
        .build();
  }

  private static Return returned(History.Return one) {
    var proto =
        Return.newBuilder()
            .setReturnId(one.returnId().toString())
            .setState(one.state())
            .setCreateTime(OrderProto.toProto(one.createdAt()));
    one.lines().forEach(line -> proto.addLines(line(line)));
    if (one.refunded() != null) {
      proto.setRefundedAmount(one.refunded().toProto());
    }
    if (one.receivedAt() != null) {
      proto.setReceiveTime(OrderProto.toProto(one.receivedAt()));
    }
    return proto.build();
  }

  static ReturnLine line(History.ReturnLine line) {
    return ReturnLine.newBuilder()
        .setLineNumber(line.lineNumber())
        .setQuantity(line.quantity())
        .setReason(line.reason())
        .setRestockedQuantity(line.restocked())
        .setWrittenOffQuantity(line.writtenOff())
        .build();
  }

  static OrderPayment payment(History.Payment one) {
    return OrderPayment.newBuilder()
        .setPaymentId(one.paymentId().toString())
        .setCapturedAmount(one.captured().toProto())
        .setRefundedAmount(one.refunded().toProto())
        .build();
  }
}
