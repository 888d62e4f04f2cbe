package dev.emporion.orders;

import com.google.protobuf.Timestamp;
import dev.emporion.orders.v1.OrderEvent;
import java.time.Instant;

/** Orders between the domain and the contract. */
final class OrderProto {
  private OrderProto() {}

  static dev.emporion.orders.v1.Order toProto(Order order) {
    var proto =
        dev.emporion.orders.v1.Order.newBuilder()
            .setOrderId(order.orderId().toString())
            .setState(toProto(order.state()))
            .setEmail(order.email())
            .setCartId(order.cartId().toString())
            .setShippingAddress(order.shippingAddress())
            .setBillingAddress(order.billingAddress())
            .setDeliveryOption(order.deliveryOption())
            .setReservationId(order.reservationId().toString())
            .setPaymentId(order.paymentId().toString())
            .setEtag(etag(order))
            .setCreateTime(toProto(order.createdAt()))
            .setUpdateTime(toProto(order.updatedAt()));
    if (order.customerId() != null) {
      proto.setCustomerId(order.customerId());
    }
    if (order.rejection() != null) {
      proto.setRejection(order.rejection());
    }
    order.lines().forEach(line -> proto.addLines(toProto(line)));
    return setTotals(proto, order.totals()).build();
  }

  private static dev.emporion.orders.v1.Order.Builder setTotals(
      dev.emporion.orders.v1.Order.Builder proto, Order.Totals totals) {
    return proto
        .setSubtotal(totals.subtotal().toProto())
        .setDiscountTotal(totals.discount().toProto())
        .setDeliveryPrice(totals.delivery().toProto())
        .setTaxTotal(totals.tax().toProto())
        .setPricesIncludeTax(totals.pricesIncludeTax())
        .setTotal(totals.total().toProto());
  }

  private static dev.emporion.orders.v1.OrderLine toProto(OrderLine line) {
    return dev.emporion.orders.v1.OrderLine.newBuilder()
        .setLineNumber(line.lineNumber())
        .setSku(line.sku())
        .setTitle(line.title())
        .setQuantity(line.quantity())
        .setCancelledQuantity(line.cancelledQuantity())
        .setShippedQuantity(line.shippedQuantity())
        .setReturnedQuantity(line.returnedQuantity())
        .setUnitPrice(line.unitPrice().toProto())
        .setDiscount(line.discount().toProto())
        .setTax(line.tax().toProto())
        .setTaxRate(line.taxRate())
        .setTotal(line.total().toProto())
        .setDeliveryShare(line.deliveryShare().toProto())
        .build();
  }

  /** The event that tells the order's latest change. */
  static OrderEvent event(Order order) {
    return OrderEvent.newBuilder()
        .setSequence(order.version())
        .setOccurTime(toProto(order.updatedAt()))
        .setOrder(toProto(order))
        .build();
  }

  /** The version, in quotes' stead: opaque to callers, equal exactly as long as nothing changed. */
  static String etag(Order order) {
    return "v" + order.version();
  }

  private static dev.emporion.orders.v1.OrderState toProto(OrderState state) {
    return switch (state) {
      case PENDING -> dev.emporion.orders.v1.OrderState.ORDER_STATE_PENDING;
      case CONFIRMED -> dev.emporion.orders.v1.OrderState.ORDER_STATE_CONFIRMED;
      case REJECTED -> dev.emporion.orders.v1.OrderState.ORDER_STATE_REJECTED;
      case PARTIALLY_SHIPPED -> dev.emporion.orders.v1.OrderState.ORDER_STATE_PARTIALLY_SHIPPED;
      case SHIPPED -> dev.emporion.orders.v1.OrderState.ORDER_STATE_SHIPPED;
      case DELIVERED -> dev.emporion.orders.v1.OrderState.ORDER_STATE_DELIVERED;
      case CANCELLING -> dev.emporion.orders.v1.OrderState.ORDER_STATE_CANCELLING;
      case CANCELLED -> dev.emporion.orders.v1.OrderState.ORDER_STATE_CANCELLED;
    };
  }

  private static Timestamp toProto(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
