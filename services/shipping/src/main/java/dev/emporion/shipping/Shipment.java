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
 * @param shipmentId the request id of its CreateShipment
 * @param orderId null for a tombstone
 * @param lines sorted by number and location
 * @param address null for a tombstone
 * @param deliveryOption empty for a tombstone
 * @param carrier empty before it was shipped
 * @param trackingNumber empty before it was shipped, and where the carrier has none
 * @param shippedAt null before
 * @param deliveredAt null before
 * @param cancelledAt null unless cancelled
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
    Instant cancelledAt,
    int version) {

  /** How far it is. */
  enum State {
    CREATED,
    SHIPPED,
    DELIVERED,
    CANCELLED
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
        null,
        1);
  }

  /** What is left of one that was cancelled before it was ever seen. */
  static Shipment tombstone(UUID shipmentId, Instant now) {
    return new Shipment(
        shipmentId, null, State.CANCELLED, List.of(), null, "", "", "", now, null, null, now, 1);
  }

  boolean isTombstone() {
    return orderId == null;
  }

  /** Handed to the carrier. */
  Shipment ship(String carrier, String trackingNumber, Instant now) {
    require(State.CREATED);
    return next(State.SHIPPED, carrier, trackingNumber, now, null, null);
  }

  /** Arrived. */
  Shipment deliver(Instant now) {
    require(State.SHIPPED);
    return next(State.DELIVERED, carrier, trackingNumber, shippedAt, now, null);
  }

  /** It will not leave. */
  Shipment cancel(Instant now) {
    require(State.CREATED);
    return next(State.CANCELLED, "", "", null, null, now);
  }

  /** Refuses, SHIPMENT_STATE, when it was cancelled. */
  Shipment requireNotCancelled() {
    if (state == State.CANCELLED) {
      throw refusal("the shipment was cancelled");
    }
    return this;
  }

  /** When it came into its state. */
  Instant changedAt() {
    return switch (state) {
      case CREATED -> createdAt;
      case SHIPPED -> shippedAt;
      case DELIVERED -> deliveredAt;
      case CANCELLED -> cancelledAt;
    };
  }

  private void require(State expected) {
    if (state != expected) {
      throw refusal("the shipment is " + state + ", not " + expected);
    }
  }

  private Failure refusal(String message) {
    return Failure.of(Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_SHIPMENT_STATE, message)
        .meta("state", state.name());
  }

  private Shipment next(
      State to,
      String by,
      String number,
      Instant shippedAt,
      Instant deliveredAt,
      Instant cancelledAt) {
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
        cancelledAt,
        version + 1);
  }
}
