package dev.emporion.audit;

import com.google.protobuf.Timestamp;
import com.google.type.Money;
import dev.emporion.inventory.v1.Allocation;
import dev.emporion.inventory.v1.Backorder;
import dev.emporion.inventory.v1.Reservation;
import dev.emporion.inventory.v1.ReservationState;
import dev.emporion.orders.v1.OpenUnits;
import dev.emporion.orders.v1.OrderBooks;
import dev.emporion.orders.v1.OrderPayment;
import dev.emporion.orders.v1.OrderShipment;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.orders.v1.ShippedUnits;
import dev.emporion.payments.v1.Payment;
import dev.emporion.payments.v1.PaymentBooks;
import dev.emporion.payments.v1.PaymentState;
import dev.emporion.shipping.v1.Shipment;
import dev.emporion.shipping.v1.ShipmentLine;
import dev.emporion.shipping.v1.ShipmentState;
import dev.emporion.simulator.v1.Authorization;
import dev.emporion.simulator.v1.AuthorizationState;

/**
 * An order of three mugs at 10.00 EUR each, of which one was shipped, one is reserved and one is
 * backordered, as everybody's books should have it.
 */
record SoundOrder(int number) {
  static final String SKU = "MUG-BLUE";
  static final String LOCATION = "berlin";

  static String id(String kind, int number) {
    return "%08x-0000-4000-8000-%012x".formatted(kind.hashCode(), number);
  }

  String orderId() {
    return id("order", number);
  }

  String reservationId() {
    return id("reservation", number);
  }

  String paymentId() {
    return id("payment", number);
  }

  String shipmentId() {
    return id("shipment", number);
  }

  SoundOrder in(FakeShop shop) {
    shop.orders.put(orderId(), order());
    shop.reservations.put(reservationId(), reservation());
    shop.payments.put(paymentId(), payment());
    shop.shipments.put(shipmentId(), shipment());
    shop.authorizations.add(authorization());
    return this;
  }

  OrderBooks order() {
    return OrderBooks.newBuilder()
        .setOrderId(orderId())
        .setVersion(4)
        .setState(OrderState.ORDER_STATE_PARTIALLY_SHIPPED)
        .setReservationId(reservationId())
        .addOpen(OpenUnits.newBuilder().setSku(SKU).setQuantity(2))
        .setOpenAmount(euros(20))
        .setPaymentId(paymentId())
        .addPayments(
            OrderPayment.newBuilder()
                .setPaymentId(paymentId())
                .setCapturedAmount(euros(10))
                .setRefundedAmount(euros(2)))
        .addShipments(
            OrderShipment.newBuilder()
                .setShipmentId(shipmentId())
                .setAmount(euros(10))
                .setPaymentId(paymentId())
                .addLines(
                    ShippedUnits.newBuilder()
                        .setLineNumber(1)
                        .setLocationId(LOCATION)
                        .setQuantity(1)))
        .build();
  }

  /** The same, cancelled before anything was shipped. */
  OrderBooks cancelled() {
    return order().toBuilder()
        .setState(OrderState.ORDER_STATE_CANCELLED)
        .clearOpen()
        .setOpenAmount(euros(0))
        .clearPaymentId()
        .clearPayments()
        .clearShipments()
        .build();
  }

  Reservation reservation() {
    return Reservation.newBuilder()
        .setReservationId(reservationId())
        .setOrderId(orderId())
        .setState(ReservationState.RESERVATION_STATE_ACTIVE)
        .addAllocations(
            Allocation.newBuilder()
                .setSku(SKU)
                .setLocationId(LOCATION)
                .setQuantity(2)
                .setCommittedQuantity(1))
        .addBackorders(Backorder.newBuilder().setSku(SKU).setQuantity(1))
        .build();
  }

  PaymentBooks payment() {
    return PaymentBooks.newBuilder()
        .setAuthorizationKey(paymentId())
        .setPayment(
            Payment.newBuilder()
                .setPaymentId(paymentId())
                .setOrderId(orderId())
                .setState(PaymentState.PAYMENT_STATE_AUTHORIZED)
                .setAmount(euros(30))
                .setCapturedAmount(euros(10))
                .setRefundedAmount(euros(2))
                .setUpdateTime(Timestamp.newBuilder().setSeconds(1_000)))
        .build();
  }

  Shipment shipment() {
    return Shipment.newBuilder()
        .setShipmentId(shipmentId())
        .setOrderId(orderId())
        .setState(ShipmentState.SHIPMENT_STATE_SHIPPED)
        .addLines(
            ShipmentLine.newBuilder()
                .setLineNumber(1)
                .setSku(SKU)
                .setLocationId(LOCATION)
                .setQuantity(1))
        .build();
  }

  Authorization authorization() {
    return Authorization.newBuilder()
        .setAuthorizationId("auth-" + number)
        .setIdempotencyKey(paymentId())
        .setMerchantReference(orderId())
        .setState(AuthorizationState.AUTHORIZATION_STATE_HELD)
        .setAmount(euros(30))
        .setCapturedAmount(euros(10))
        .setRefundedAmount(euros(2))
        .build();
  }

  static Money euros(long units) {
    return Money.newBuilder().setCurrencyCode("EUR").setUnits(units).build();
  }
}
