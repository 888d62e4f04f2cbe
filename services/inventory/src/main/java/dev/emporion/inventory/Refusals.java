package dev.emporion.inventory;

import com.google.rpc.PreconditionFailure;
import dev.emporion.inventory.v1.ErrorReason;
import dev.emporion.platform.Failure;
import io.grpc.Status.Code;
import java.util.Map;
import java.util.stream.Collectors;

/** What the service says no with. */
final class Refusals {
  /** More would not fit into the headers that an answer may have. */
  static final int MAX_VIOLATIONS = 20;

  private static final String OUT_OF_STOCK = "OUT_OF_STOCK";

  private Refusals() {}

  static Failure locationExists(String locationId) {
    return Failure.of(
            Code.ALREADY_EXISTS,
            ErrorReason.ERROR_REASON_LOCATION_EXISTS,
            "there is a location " + locationId + " already")
        .meta("location_id", locationId);
  }

  static Failure noLocation(String locationId) {
    return Failure.of(
            Code.NOT_FOUND,
            ErrorReason.ERROR_REASON_LOCATION_NOT_FOUND,
            "there is no location " + locationId)
        .meta("location_id", locationId);
  }

  static Failure noReservation(String reservationId) {
    return Failure.of(
            Code.NOT_FOUND,
            ErrorReason.ERROR_REASON_RESERVATION_NOT_FOUND,
            "there is no reservation " + reservationId)
        .meta("reservation_id", reservationId);
  }

  static Failure etagMismatch() {
    return Failure.of(
        Code.ABORTED,
        dev.emporion.common.v1.ErrorReason.ERROR_REASON_ETAG_MISMATCH,
        "the location changed since it was read");
  }

  /** Names each SKU that falls short, with what there is of it. */
  static Failure outOfStock(Map<String, Long> available) {
    var detail = PreconditionFailure.newBuilder();
    var named = available.entrySet().stream().limit(MAX_VIOLATIONS).toList();
    for (var sku : named) {
      detail.addViolations(
          PreconditionFailure.Violation.newBuilder()
              .setType(OUT_OF_STOCK)
              .setSubject(sku.getKey())
              .setDescription(sku.getValue() + " available"));
    }
    int unnamed = available.size() - named.size();
    return Failure.of(
            Code.FAILED_PRECONDITION,
            ErrorReason.ERROR_REASON_OUT_OF_STOCK,
            "not enough in stock: "
                + named.stream().map(Map.Entry::getKey).collect(Collectors.joining(", "))
                + (unnamed == 0 ? "" : " and " + unnamed + " more"))
        .with(detail.build());
  }
}
