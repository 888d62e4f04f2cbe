package dev.emporion.orders;

import com.google.protobuf.Parser;
import dev.emporion.orders.v1.DeliverIntent;
import dev.emporion.orders.v1.DeliverShipmentRequest;
import dev.emporion.orders.v1.ErrorReason;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Saga.Ask;
import dev.emporion.platform.Saga.Step;
import io.grpc.Status.Code;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Says that a parcel arrived.
 *
 * <pre>
 *   step        call
 *   mark        shipping.MarkDelivered
 * </pre>
 */
final class DeliverShipment implements Change<DeliverShipmentRequest, DeliverIntent> {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final Parcels parcels;

  DeliverShipment(Parcels parcels) {
    this.parcels = parcels;
  }

  @Override
  public String kind() {
    return "deliver-shipment";
  }

  @Override
  public Parser<DeliverIntent> intents() {
    return DeliverIntent.parser();
  }

  @Override
  public Optional<DeliverIntent> plan(Order order, DeliverShipmentRequest request) {
    switch (order.state()) {
      case PARTIALLY_SHIPPED, SHIPPED, DELIVERED -> {}
      case PENDING, CONFIRMED, REJECTED, CANCELLING, CANCELLED ->
          throw Refusals.wrongState(order, "has no shipment to deliver");
    }
    UUID shipmentId = Ids.parse("shipment_id", request.getShipmentId());
    var shipment =
        order.history().shipment(shipmentId).orElseThrow(() -> notFound(request.getShipmentId()));
    return shipment.deliveredAt() != null
        ? Optional.empty()
        : Optional.of(DeliverIntent.newBuilder().setShipmentId(shipmentId.toString()).build());
  }

  private static Failure notFound(String shipmentId) {
    return Failure.of(
        Code.NOT_FOUND,
        ErrorReason.ERROR_REASON_SHIPMENT_NOT_FOUND,
        "the order has no shipment " + shipmentId);
  }

  @Override
  public List<Step<Work<DeliverIntent>>> steps() {
    return List.of(Work.step("mark", DEADLINE, this::mark, null));
  }

  private Work<DeliverIntent> mark(Work<DeliverIntent> work, Ask ask) {
    parcels.deliver(shipmentId(work), ask);
    return work;
  }

  @Override
  public void apply(Work<DeliverIntent> work, OrderDraft order, Instant now) {
    var shipment = order.history.shipment(shipmentId(work)).orElseThrow();
    order.history = order.history.with(shipment.deliver(now));
  }

  private static UUID shipmentId(Work<DeliverIntent> work) {
    return UUID.fromString(work.intent().getShipmentId());
  }
}
