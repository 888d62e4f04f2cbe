package dev.emporion.orders;

import dev.emporion.platform.Downstream;
import dev.emporion.platform.Saga.Ask;
import dev.emporion.shipping.v1.CancelShipmentRequest;
import dev.emporion.shipping.v1.CreateShipmentRequest;
import dev.emporion.shipping.v1.MarkDeliveredRequest;
import dev.emporion.shipping.v1.MarkShippedRequest;
import dev.emporion.shipping.v1.ShipmentLine;
import dev.emporion.shipping.v1.ShippingServiceGrpc.ShippingServiceBlockingStub;
import java.util.List;
import java.util.UUID;

/** An order's shipments in shipping. The calls are steps of sagas. */
final class Parcels {
  private final Downstream<ShippingServiceBlockingStub> shipping;

  Parcels(Downstream<ShippingServiceBlockingStub> shipping) {
    this.shipping = shipping;
  }

  /** Makes a shipment of the name of the step. */
  void create(Order order, List<ShipmentLine> lines, Ask ask) {
    var request =
        CreateShipmentRequest.newBuilder()
            .setRequestId(ask.requestId().toString())
            .setOrderId(order.orderId().toString())
            .addAllLines(lines)
            .setAddress(order.delivery().address())
            .setDeliveryOption(order.delivery().option())
            .build();
    shipping.within(ask.deadline()).call(stub -> stub.createShipment(request));
  }

  /** It does not leave, and a late CreateShipment makes none. */
  void cancel(UUID shipmentId, Ask ask) {
    var request =
        CancelShipmentRequest.newBuilder()
            .setRequestId(ask.requestId().toString())
            .setShipmentId(shipmentId.toString())
            .build();
    shipping.within(ask.deadline()).call(stub -> stub.cancelShipment(request));
  }

  void handOver(UUID shipmentId, String carrier, String trackingNumber, Ask ask) {
    var request =
        MarkShippedRequest.newBuilder()
            .setRequestId(ask.requestId().toString())
            .setShipmentId(shipmentId.toString())
            .setCarrier(carrier)
            .setTrackingNumber(trackingNumber)
            .build();
    shipping.within(ask.deadline()).call(stub -> stub.markShipped(request));
  }

  void deliver(UUID shipmentId, Ask ask) {
    var request =
        MarkDeliveredRequest.newBuilder()
            .setRequestId(ask.requestId().toString())
            .setShipmentId(shipmentId.toString())
            .build();
    shipping.within(ask.deadline()).call(stub -> stub.markDelivered(request));
  }
}
