package dev.emporion.shipping;

import dev.emporion.common.v1.PostalAddress;
import dev.emporion.platform.Failure;
import dev.emporion.shipping.v1.ErrorReason;
import io.grpc.Status.Code;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Units of an order on their way together. Each transition makes the next version, which is also
 * the sequence of the event that tells it.
 *
 * @param lines sorted by number and location
 * @param carrier empty before it was shipped
 * @param trackingNumber empty before it was shipped, and where the carrier has none
 * @param shippedAt null before
 * @param deliveredAt null before
 */
record Shipment(
    UUID shipmentId,
    UUID orderId,
    State state,
    List<Line> lines,
    PostalAddress address,
    String deliveryOption,
    String carrier,
    String trackingNumber,
    Instant createdAt,
    Instant shippedAt,
    Instant deliveredAt,
    int version) {

  /** How far it is. */
  enum State {
    CREATED,
    SHIPPED,
    DELIVERED
  }

  /** Units of one order line from one location. */
  record Line(int lineNumber, String sku, String locationId, int quantity) {}

  /** Still in the house. */
  static Shipment create(
      UUID shipmentId,
      UUID orderId,
      List<Line> lines,
      PostalAddress address,
      String deliveryOption,
      Instant now) {
    return new Shipment(
        shipmentId,
        orderId,
        State.CREATED,
        lines,
        address,
        deliveryOption,
        "",
        "",
        now,
        null,
        null,
        1);
  }

  /** As it was when it was made, whatever became of it. */
  Shipment asCreated() {
    return create(shipmentId, orderId, lines, address, deliveryOption, createdAt);
  }

  /** Handed to the carrier. */
  Shipment ship(String carrier, String trackingNumber, Instant now) {
    require(State.CREATED);
    return next(State.SHIPPED, carrier, trackingNumber, now, null);
  }

  /** Arrived. */
  Shipment deliver(Instant now) {
    require(State.SHIPPED);
    return next(State.DELIVERED, carrier, trackingNumber, shippedAt, now);
  }

  /** When it came into its state. */
  Instant changedAt() {
    return switch (state) {
      case CREATED -> createdAt;
      case SHIPPED -> shippedAt;
      case DELIVERED -> deliveredAt;
    };
  }

  private void require(State expected) {
    if (state != expected) {
      throw Failure.of(
              Code.FAILED_PRECONDITION,
              ErrorReason.ERROR_REASON_SHIPMENT_STATE,
              "the shipment is " + state + ", not " + expected)
          .meta("state", state.name());
    }
  }

  private Shipment next(
      State to, String by, String number, Instant shippedAt, Instant deliveredAt) {
    return new Shipment(
        shipmentId,
        orderId,
        to,
        lines,
        address,
        deliveryOption,
        by,
        number,
        createdAt,
        shippedAt,
        deliveredAt,
        version + 1);
  }
}
