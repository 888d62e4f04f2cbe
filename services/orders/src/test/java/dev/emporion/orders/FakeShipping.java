package dev.emporion.orders;

import static dev.emporion.orders.FakeShop.refusal;

import com.google.protobuf.ProtocolMessageEnum;
import dev.emporion.platform.Unary;
import dev.emporion.shipping.v1.CancelShipmentRequest;
import dev.emporion.shipping.v1.CancelShipmentResponse;
import dev.emporion.shipping.v1.CreateShipmentRequest;
import dev.emporion.shipping.v1.CreateShipmentResponse;
import dev.emporion.shipping.v1.ErrorReason;
import dev.emporion.shipping.v1.MarkDeliveredRequest;
import dev.emporion.shipping.v1.MarkDeliveredResponse;
import dev.emporion.shipping.v1.MarkShippedRequest;
import dev.emporion.shipping.v1.MarkShippedResponse;
import dev.emporion.shipping.v1.ShippingServiceGrpc.ShippingServiceImplBase;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.util.Set;

/** The shipments of a {@link FakeShop}, each with its state. */
final class FakeShipping extends ShippingServiceImplBase {
  private static final ProtocolMessageEnum WRONG_STATE = ErrorReason.ERROR_REASON_SHIPMENT_STATE;

  private final FakeShop shop;

  FakeShipping(FakeShop shop) {
    this.shop = shop;
  }

  @Override
  public void createShipment(
      CreateShipmentRequest request, StreamObserver<CreateShipmentResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          shop.before("CreateShipment");
          String state = shop.shipments.putIfAbsent(request.getRequestId(), "CREATED");
          if ("CANCELLED".equals(state)) {
            throw refusal(Code.FAILED_PRECONDITION, WRONG_STATE);
          }
          shop.before("CreateShipment answer");
          return CreateShipmentResponse.getDefaultInstance();
        });
  }

  @Override
  public void cancelShipment(
      CancelShipmentRequest request, StreamObserver<CancelShipmentResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          shop.before("CancelShipment");
          move(request.getShipmentId(), Set.of("", "CREATED", "CANCELLED"), "CANCELLED");
          return CancelShipmentResponse.getDefaultInstance();
        });
  }

  @Override
  public void markShipped(
      MarkShippedRequest request, StreamObserver<MarkShippedResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          shop.before("MarkShipped");
          move(request.getShipmentId(), Set.of("CREATED", "SHIPPED"), "SHIPPED");
          shop.before("MarkShipped answer");
          return MarkShippedResponse.getDefaultInstance();
        });
  }

  @Override
  public void markDelivered(
      MarkDeliveredRequest request, StreamObserver<MarkDeliveredResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          shop.before("MarkDelivered");
          move(request.getShipmentId(), Set.of("SHIPPED", "DELIVERED"), "DELIVERED");
          shop.before("MarkDelivered answer");
          return MarkDeliveredResponse.getDefaultInstance();
        });
  }

  private void move(String shipmentId, Set<String> from, String to) {
    if (!from.contains(shop.shipments.getOrDefault(shipmentId, ""))) {
      throw refusal(Code.FAILED_PRECONDITION, WRONG_STATE);
    }
    shop.shipments.put(shipmentId, to);
  }
}
