package dev.emporion.orders;

import com.google.protobuf.Timestamp;
import dev.emporion.orders.v1.ActiveChange;
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
            .setEmail(order.buyer().email())
            .addAllPromotionCodes(order.buyer().promotionCodes())
            .setCartId(order.cartId().toString())
            .setShippingAddress(order.delivery().address())
            .setBillingAddress(order.buyer().billingAddress())
            .setDeliveryOption(order.delivery().option())
            .setReservationId(order.reservationId().toString())
            .setEtag(etag(order))
            .setCreateTime(toProto(order.createdAt()))
            .setUpdateTime(toProto(order.updatedAt()));
    order.lines().forEach(line -> proto.addLines(toProto(line)));
    setOptional(proto, order);
    setTotals(proto, order.totals());
    return HistoryProto.set(proto, order).build();
  }

  private static void setOptional(dev.emporion.orders.v1.Order.Builder proto, Order order) {
    if (order.buyer().customerId() != null) {
      proto.setCustomerId(order.buyer().customerId());
    }
    if (order.rejection() != null) {
      proto.setRejection(order.rejection());
    }
    if (order.paying().paymentId() != null) {
      proto.setPaymentId(order.paying().paymentId().toString());
    }
    if (order.paying().problem() != null) {
      proto.setPaymentProblem(order.paying().problem());
    }
    if (order.active() != null) {
      proto.setActiveChange(toProto(order.active()));
    }
  }

  private static ActiveChange toProto(Order.Active active) {
    return ActiveChange.newBuilder()
        .setKind(active.kind())
        .setRequestId(active.requestId().toString())
        .setCreateTime(toProto(active.since()))
        .build();
  }

  private static void setTotals(dev.emporion.orders.v1.Order.Builder proto, Order.Totals totals) {
    proto
        .setSubtotal(totals.subtotal().toProto())
        .setDiscountTotal(totals.discount().toProto())
        .setDeliveryPrice(totals.delivery().toProto())
        .setTaxTotal(totals.tax().toProto())
        .setPricesIncludeTax(totals.pricesIncludeTax())
        .setTotal(totals.total().toProto());
  }

  private static dev.emporion.orders.v1.OrderLine toProto(OrderLine line) {
    OrderLine.Units units = line.units();
    OrderLine.Prices prices = line.prices();
    return dev.emporion.orders.v1.OrderLine.newBuilder()
        .setLineNumber(line.lineNumber())
        .setSku(line.sku())
        .setTitle(line.title())
        .setQuantity(units.quantity())
        .setCancelledQuantity(units.cancelled())
        .setShippedQuantity(units.shipped())
        .setReturnedQuantity(units.returned())
        .setUnitPrice(prices.unitPrice().toProto())
        .setDiscount(prices.discount().toProto())
        .setTax(prices.tax().toProto())
        .setTaxRate(prices.taxRate())
        .setTotal(prices.total().toProto())
        .setDeliveryShare(prices.deliveryShare().toProto())
        .setAllowBackorder(line.allowBackorder())
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

  static dev.emporion.orders.v1.OrderState toProto(OrderState state) {
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

  static Timestamp toProto(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
