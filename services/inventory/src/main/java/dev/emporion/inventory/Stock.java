package dev.emporion.inventory;

import dev.emporion.inventory.Reservation.Place;
import dev.emporion.inventory.v1.ErrorReason;
import dev.emporion.platform.Failure;
import io.grpc.Status.Code;
import java.time.Instant;
import java.util.UUID;

/** What is counted, where, and why it changed. */
final class Stock {
  /** Far from what an int32 can say, so that sums of a few cannot overflow. */
  static final int MAX_ON_HAND = 1_000_000_000;

  private Stock() {}

  enum Reason {
    RECEIVED,
    COUNTED,
    WRITTEN_OFF,
    RETURNED,
    SHIPPED
  }

  /**
   * A place that holds stock.
   *
   * @param priority the lower, the earlier it is used
   */
  record Location(String locationId, String displayName, int priority, int version) {
    String etag() {
      return Integer.toString(version);
    }
  }

  /** Units of a SKU at a location. */
  record Level(Place place, int onHand, int reserved) {
    int available() {
      return onHand - reserved;
    }

    /** Refuses a change that would take what is reserved, or leave more than can be counted. */
    void requireRoomFor(int quantity) {
      if (onHand + quantity < reserved) {
        throw Failure.of(
                Code.FAILED_PRECONDITION,
                ErrorReason.ERROR_REASON_INSUFFICIENT_STOCK,
                "%d of %s on hand at %s, %d of them reserved"
                    .formatted(onHand, place.sku(), place.locationId(), reserved))
            .meta("available", Integer.toString(available()));
      }
      if (onHand + quantity > MAX_ON_HAND) {
        throw Failure.of(
                Code.INVALID_ARGUMENT,
                dev.emporion.common.v1.ErrorReason.ERROR_REASON_INVALID_VALUE,
                "quantity: " + onHand + " are on hand, and more than " + MAX_ON_HAND + " cannot be")
            .field("quantity", "would leave more than " + MAX_ON_HAND + " on hand");
      }
    }
  }

  /**
   * An entry of the ledger.
   *
   * @param reservationId null for an adjustment
   */
  record Movement(
      UUID movementId,
      Place place,
      int quantity,
      Reason reason,
      UUID reservationId,
      String note,
      String caller,
      Instant createdAt) {}

  /** An adjustment that happened, and the stock right after it. */
  record Adjusted(Movement movement, Level level) {}
}
