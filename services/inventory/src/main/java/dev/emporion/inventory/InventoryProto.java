package dev.emporion.inventory;

import com.google.protobuf.Timestamp;
import dev.emporion.inventory.Reservation.Allocation;
import dev.emporion.inventory.Reservation.Backorder;
import dev.emporion.inventory.Reservation.Place;
import dev.emporion.inventory.Stock.Adjusted;
import dev.emporion.inventory.Stock.Level;
import dev.emporion.inventory.Stock.Location;
import dev.emporion.inventory.Stock.Movement;
import dev.emporion.inventory.Stock.Reason;
import dev.emporion.inventory.v1.AdjustStockRequest;
import dev.emporion.inventory.v1.AdjustStockResponse;
import dev.emporion.inventory.v1.Availability;
import dev.emporion.inventory.v1.CommitLine;
import dev.emporion.inventory.v1.GetLocationRequest;
import dev.emporion.inventory.v1.MovementReason;
import dev.emporion.inventory.v1.ReduceLine;
import dev.emporion.inventory.v1.ReservationEvent;
import dev.emporion.inventory.v1.ReservationState;
import dev.emporion.inventory.v1.ReserveRequest;
import dev.emporion.inventory.v1.StockAdjustedEvent;
import dev.emporion.inventory.v1.StockLevel;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Outbox;
import dev.emporion.platform.Validation;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Between the contract's messages and our records. */
final class InventoryProto {
  /** What UpdateLocation can change. */
  static final Set<String> MUTABLE = Set.of("display_name", "priority");

  private static final String REASON_PREFIX = "MOVEMENT_REASON_";

  private InventoryProto() {}

  static dev.emporion.inventory.v1.Location location(Location location) {
    return dev.emporion.inventory.v1.Location.newBuilder()
        .setLocationId(location.locationId())
        .setDisplayName(location.displayName())
        .setPriority(location.priority())
        .setEtag(location.etag())
        .build();
  }

  static Location location(dev.emporion.inventory.v1.Location location, int version) {
    return new Location(
        location.getLocationId(), location.getDisplayName(), location.getPriority(), version);
  }

  /** The id of a location that no rule of the contract has checked. */
  static String checkedId(dev.emporion.inventory.v1.Location location) {
    String locationId = location.getLocationId();
    Validation.check(GetLocationRequest.newBuilder().setLocationId(locationId).build(), "location");
    return locationId;
  }

  /** The value of a field that ListLocations is sorted by. */
  static Object orderedBy(Location location, String field) {
    return field.equals("priority") ? location.priority() : location.locationId();
  }

  static dev.emporion.inventory.v1.Location merge(
      Location stored, dev.emporion.inventory.v1.Location sent, Set<String> paths) {
    var merged = location(stored).toBuilder();
    if (paths.contains("display_name")) {
      merged.setDisplayName(sent.getDisplayName());
    }
    if (paths.contains("priority")) {
      merged.setPriority(sent.getPriority());
    }
    return merged.build();
  }

  static StockLevel level(Level level) {
    return StockLevel.newBuilder()
        .setSku(level.place().sku())
        .setLocationId(level.place().locationId())
        .setOnHand(level.onHand())
        .setReserved(level.reserved())
        .setAvailable(level.available())
        .build();
  }

  static Availability availability(String sku, List<Level> levels) {
    long available = levels.stream().mapToLong(Level::available).sum();
    return Availability.newBuilder()
        .setSku(sku)
        .setAvailable((int) Math.min(available, Integer.MAX_VALUE))
        .addAllStockLevels(levels.stream().map(InventoryProto::level).toList())
        .build();
  }

  static Movement movement(AdjustStockRequest request, Claim claim, Instant now) {
    return new Movement(
        Ids.newId(),
        new Place(request.getSku(), request.getLocationId()),
        request.getQuantity(),
        Reason.valueOf(request.getReason().name().substring(REASON_PREFIX.length())),
        null,
        request.getNote(),
        claim.caller(),
        now);
  }

  static dev.emporion.inventory.v1.Movement movement(Movement movement) {
    return dev.emporion.inventory.v1.Movement.newBuilder()
        .setMovementId(movement.movementId().toString())
        .setSku(movement.place().sku())
        .setLocationId(movement.place().locationId())
        .setQuantity(movement.quantity())
        .setReason(MovementReason.valueOf(REASON_PREFIX + movement.reason()))
        .setReservationId(text(movement.reservationId()))
        .setNote(movement.note())
        .setCaller(movement.caller())
        .setCreateTime(timestamp(movement.createdAt()))
        .build();
  }

  static StockAdjustedEvent event(Movement movement) {
    return StockAdjustedEvent.newBuilder().setMovement(movement(movement)).build();
  }

  static AdjustStockResponse adjusted(Adjusted adjusted) {
    return AdjustStockResponse.newBuilder()
        .setStockLevel(level(adjusted.level()))
        .setMovement(movement(adjusted.movement()))
        .build();
  }

  static Demand demand(ReserveRequest request, Claim claim) {
    var after = request.getExpireAfter();
    return new Demand(
        claim,
        request.getOrderId().isEmpty() ? null : Ids.parse("order_id", request.getOrderId()),
        request.hasExpireAfter() ? Duration.ofSeconds(after.getSeconds(), after.getNanos()) : null,
        request.getLinesList().stream()
            .map(
                line ->
                    new Demand.Line(line.getSku(), line.getQuantity(), line.getAllowBackorder()))
            .toList(),
        Outbox.traceParent());
  }

  static Map<Place, Integer> parts(List<CommitLine> lines) {
    var parts = new HashMap<Place, Integer>();
    for (CommitLine line : lines) {
      parts.put(new Place(line.getSku(), line.getLocationId()), line.getQuantity());
    }
    return parts;
  }

  static Map<String, Integer> units(List<ReduceLine> lines) {
    return lines.stream().collect(Collectors.toMap(ReduceLine::getSku, ReduceLine::getQuantity));
  }

  static dev.emporion.inventory.v1.Reservation reservation(Reservation reservation) {
    var proto =
        dev.emporion.inventory.v1.Reservation.newBuilder()
            .setReservationId(reservation.reservationId().toString())
            .setOrderId(text(reservation.orderId()))
            .setState(state(reservation.state()))
            .setCreateTime(timestamp(reservation.createdAt()));
    for (Allocation allocation : reservation.allocations()) {
      proto.addAllocations(
          dev.emporion.inventory.v1.Allocation.newBuilder()
              .setSku(allocation.place().sku())
              .setLocationId(allocation.place().locationId())
              .setQuantity(allocation.quantity())
              .setCommittedQuantity(allocation.committed()));
    }
    for (Backorder backorder : reservation.backorders()) {
      proto.addBackorders(
          dev.emporion.inventory.v1.Backorder.newBuilder()
              .setSku(backorder.sku())
              .setQuantity(backorder.quantity()));
    }
    if (reservation.expireAt() != null) {
      proto.setExpireTime(timestamp(reservation.expireAt()));
    }
    return proto.build();
  }

  static ReservationEvent event(Reservation reservation, Instant now) {
    return ReservationEvent.newBuilder()
        .setSequence(reservation.version())
        .setOccurTime(timestamp(now))
        .setReservation(reservation(reservation))
        .build();
  }

  /** The first event of a reservation, without what {@link EventBytes} adds. */
  static byte[] eventHead(Demand demand) {
    return ReservationEvent.newBuilder()
        .setSequence(1)
        .setReservation(
            dev.emporion.inventory.v1.Reservation.newBuilder()
                .setReservationId(demand.reservationId().toString())
                .setOrderId(text(demand.orderId()))
                .setState(ReservationState.RESERVATION_STATE_ACTIVE))
        .build()
        .toByteArray();
  }

  private static ReservationState state(Reservation.State state) {
    return switch (state) {
      case ACTIVE -> ReservationState.RESERVATION_STATE_ACTIVE;
      case COMMITTED -> ReservationState.RESERVATION_STATE_COMMITTED;
      case RELEASED -> ReservationState.RESERVATION_STATE_RELEASED;
      case EXPIRED -> ReservationState.RESERVATION_STATE_EXPIRED;
    };
  }

  private static String text(UUID id) {
    return id == null ? "" : id.toString();
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
