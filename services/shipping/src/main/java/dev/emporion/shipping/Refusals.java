package dev.emporion.shipping;

import dev.emporion.platform.Failure;
import dev.emporion.shipping.v1.ErrorReason;
import dev.emporion.shipping.v1.QuoteShippingRequest;
import io.grpc.Status.Code;
import java.util.UUID;

/** Why shipping says no, in the words of its contract. */
final class Refusals {
  private Refusals() {}

  static Failure zoneNotFound(String zoneId) {
    return Failure.of(
        Code.NOT_FOUND, ErrorReason.ERROR_REASON_ZONE_NOT_FOUND, "no zone '" + zoneId + "'");
  }

  static Failure zoneExists(String zoneId) {
    return Failure.of(
        Code.ALREADY_EXISTS,
        ErrorReason.ERROR_REASON_ZONE_EXISTS,
        "there is a zone '" + zoneId + "' already");
  }

  static Failure regionTaken(String region) {
    return Failure.of(
            Code.ALREADY_EXISTS,
            ErrorReason.ERROR_REASON_REGION_TAKEN,
            "another zone has the region '" + region + "'")
        .meta("region", region);
  }

  static Failure notServed(QuoteShippingRequest request, String why) {
    String region = Zone.exactRegion(request.getRegionCode(), request.getAdministrativeArea());
    return Failure.of(
            Code.FAILED_PRECONDITION,
            ErrorReason.ERROR_REASON_DESTINATION_NOT_SERVED,
            region + ": " + why)
        .meta("region", region);
  }

  static Failure shipmentNotFound(UUID shipmentId) {
    return Failure.of(
        Code.NOT_FOUND, ErrorReason.ERROR_REASON_SHIPMENT_NOT_FOUND, "no shipment " + shipmentId);
  }

  /** An etag is optional; one that is given must be the zone's. */
  static void requireEtag(String etag, Zone zone) {
    if (!etag.isEmpty() && !etag.equals(zone.etag())) {
      throw Failure.of(
              Code.ABORTED,
              dev.emporion.common.v1.ErrorReason.ERROR_REASON_ETAG_MISMATCH,
              "the zone has changed since this etag was read")
          .meta("etag", zone.etag());
    }
  }
}
