package dev.emporion.together;

import com.google.type.Money;
import dev.emporion.inventory.v1.ReleaseReservationRequest;
import dev.emporion.inventory.v1.ReserveLine;
import dev.emporion.inventory.v1.ReserveRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.payments.v1.AuthorizeRequest;
import dev.emporion.payments.v1.CaptureRequest;
import dev.emporion.payments.v1.RefundRequest;
import dev.emporion.payments.v1.VoidRequest;
import dev.emporion.shipping.v1.CancelShipmentRequest;
import dev.emporion.shipping.v1.CreateShipmentRequest;
import dev.emporion.shipping.v1.ShipmentLine;
import dev.emporion.simulator.v1.Authorization;
import dev.emporion.simulator.v1.CreateAuthorizationRequest;
import dev.emporion.simulator.v1.GetAuthorizationRequest;
import dev.emporion.simulator.v1.SetBehaviorRequest;
import dev.emporion.simulator.v1.SimulatorServiceGrpc;
import dev.emporion.simulator.v1.SimulatorServiceGrpc.SimulatorServiceBlockingStub;
import dev.emporion.simulator.v1.VoidAuthorizationRequest;
import java.sql.SQLException;
import java.time.Duration;

/** What no saga does: steps without an order's change, and changes behind a service's back. */
final class Sabotage {
  /** Something that is done to the shop. */
  @FunctionalInterface
  interface Deed {
    void run() throws Exception;
  }

  private final Shop shop;
  private final SimulatorServiceBlockingStub provider;

  Sabotage(Shop shop) {
    this.shop = shop;
    this.provider = SimulatorServiceGrpc.newBlockingStub(shop.channel(shop.provider, "operator/o"));
  }

  Deed sql(String service, String... statements) {
    return () -> execute(service, statements);
  }

  private void execute(String service, String... statements) throws SQLException {
    try (var connection = shop.database(service).connect();
        var sql = connection.createStatement()) {
      for (String statement : statements) {
        sql.execute(statement);
      }
    }
  }

  Deed reserve(String id, String orderId) {
    return () ->
        shop.inventory.reserve(
            ReserveRequest.newBuilder()
                .setRequestId(id)
                .setOrderId(orderId)
                .addLines(ReserveLine.newBuilder().setSku(Sale.SKU).setQuantity(1))
                .build());
  }

  Deed release(String reservationId) {
    return () ->
        shop.inventory.releaseReservation(
            ReleaseReservationRequest.newBuilder()
                .setRequestId(Sale.newId())
                .setReservationId(reservationId)
                .build());
  }

  Deed authorize(String id, Order order) {
    return () ->
        shop.payments.authorize(
            AuthorizeRequest.newBuilder()
                .setRequestId(id)
                .setOrderId(order.getOrderId())
                .setAmount(order.getTotal())
                .setPaymentToken("tok_ok")
                .build());
  }

  void capture(String paymentId, Money amount) {
    shop.payments.capture(
        CaptureRequest.newBuilder()
            .setRequestId(Sale.newId())
            .setPaymentId(paymentId)
            .setAmount(amount)
            .build());
  }

  void refund(String paymentId, Money amount) {
    shop.payments.refund(
        RefundRequest.newBuilder()
            .setRequestId(Sale.newId())
            .setPaymentId(paymentId)
            .setAmount(amount)
            .build());
  }

  Deed giveUp(String paymentId) {
    return () ->
        shop.payments.void_(
            VoidRequest.newBuilder().setRequestId(Sale.newId()).setPaymentId(paymentId).build());
  }

  Deed createShipment(String id, Order order) {
    return () ->
        shop.shipping.createShipment(
            CreateShipmentRequest.newBuilder()
                .setRequestId(id)
                .setOrderId(order.getOrderId())
                .addLines(
                    ShipmentLine.newBuilder()
                        .setLineNumber(1)
                        .setSku(Sale.SKU)
                        .setLocationId(Sale.LOCATION)
                        .setQuantity(1))
                .setAddress(Sale.HOME)
                .setDeliveryOption("standard")
                .build());
  }

  Deed cancelShipment(String shipmentId) {
    return () ->
        shop.shipping.cancelShipment(
            CancelShipmentRequest.newBuilder()
                .setRequestId(Sale.newId())
                .setShipmentId(shipmentId)
                .build());
  }

  /** At the provider, behind payments' back. */
  Authorization charge(String key, Order order) {
    return provider
        .createAuthorization(
            CreateAuthorizationRequest.newBuilder()
                .setIdempotencyKey(key)
                .setMerchantReference(order.getOrderId())
                .setAmount(order.getTotal())
                .setPaymentToken("tok_ok")
                .build())
        .getAuthorization();
  }

  Authorization authorization(String key) {
    return provider
        .getAuthorization(GetAuthorizationRequest.newBuilder().setIdempotencyKey(key).build())
        .getAuthorization();
  }

  void giveUpThere(Authorization charge) {
    provider.voidAuthorization(
        VoidAuthorizationRequest.newBuilder()
            .setIdempotencyKey(Sale.newId())
            .setAuthorizationId(charge.getAuthorizationId())
            .build());
  }

  /** For how long the provider knows a charge again that is asked for twice. */
  void keepKeys(Duration time) {
    provider.setBehavior(
        SetBehaviorRequest.newBuilder()
            .setKeepKeys(com.google.protobuf.Duration.newBuilder().setSeconds(time.toSeconds()))
            .build());
  }
}
