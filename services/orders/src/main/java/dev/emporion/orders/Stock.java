package dev.emporion.orders;

import com.google.rpc.PreconditionFailure;
import dev.emporion.inventory.v1.AdjustStockRequest;
import dev.emporion.inventory.v1.CommitLine;
import dev.emporion.inventory.v1.CommitReservationRequest;
import dev.emporion.inventory.v1.GetReservationRequest;
import dev.emporion.inventory.v1.InventoryServiceGrpc.InventoryServiceBlockingStub;
import dev.emporion.inventory.v1.ListLocationsRequest;
import dev.emporion.inventory.v1.Location;
import dev.emporion.inventory.v1.MovementReason;
import dev.emporion.inventory.v1.ReduceLine;
import dev.emporion.inventory.v1.ReduceReservationRequest;
import dev.emporion.inventory.v1.ReleaseReservationRequest;
import dev.emporion.inventory.v1.Reservation;
import dev.emporion.inventory.v1.ReserveLine;
import dev.emporion.inventory.v1.ReserveRequest;
import dev.emporion.orders.v1.Rejection;
import dev.emporion.orders.v1.RejectionReason;
import dev.emporion.platform.Downstream;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Saga.Ask;
import dev.emporion.platform.Saga.Refused;
import java.util.List;
import java.util.UUID;

/** What inventory holds for an order. The calls with an {@link Ask} are steps of sagas. */
final class Stock {
  private static final int MAX_LOCATIONS = 200;

  private final Downstream<InventoryServiceBlockingStub> inventory;

  Stock(Downstream<InventoryServiceBlockingStub> inventory) {
    this.inventory = inventory;
  }

  /** Reserves all lines or none; a no is {@link Refused} with the {@link Rejection}. */
  void reserve(Order order, Ask ask) {
    var request =
        ReserveRequest.newBuilder()
            .setRequestId(ask.requestId().toString())
            .setOrderId(order.orderId().toString());
    for (OrderLine line : order.lines()) {
      request.addLines(
          ReserveLine.newBuilder()
              .setSku(line.sku())
              .setQuantity(line.units().quantity())
              .setAllowBackorder(line.allowBackorder()));
    }
    try {
      inventory.within(ask.deadline()).call(stub -> stub.reserve(request.build()));
    } catch (Failure failure) {
      throw failure.is(dev.emporion.inventory.v1.ErrorReason.ERROR_REASON_OUT_OF_STOCK)
          ? new Refused(outOfStock(failure).toByteArray())
          : failure;
    }
  }

  /** What is promised and has not left. */
  Reservation reservation(Order order) {
    var request =
        GetReservationRequest.newBuilder()
            .setReservationId(order.reservationId().toString())
            .build();
    return inventory.call(stub -> stub.getReservation(request)).getReservation();
  }

  /** The locations, those first that are used first; no more of them than anybody has. */
  List<String> locations() {
    var request = ListLocationsRequest.newBuilder().setPageSize(MAX_LOCATIONS).build();
    return inventory.call(stub -> stub.listLocations(request)).getLocationsList().stream()
        .map(Location::getLocationId)
        .toList();
  }

  /** Lets these units leave. */
  void commit(Order order, List<CommitLine> lines, Ask ask) {
    var request =
        CommitReservationRequest.newBuilder()
            .setRequestId(ask.requestId().toString())
            .setReservationId(order.reservationId().toString())
            .addAllLines(lines)
            .build();
    inventory.within(ask.deadline()).call(stub -> stub.commitReservation(request));
  }

  /** Gives back some units that have not left. */
  void reduce(Order order, List<EditPlan.GivenBack> units, Ask ask) {
    var request =
        ReduceReservationRequest.newBuilder()
            .setRequestId(ask.requestId().toString())
            .setReservationId(order.reservationId().toString());
    units.forEach(
        one ->
            request.addLines(
                ReduceLine.newBuilder().setSku(one.sku()).setQuantity(one.quantity())));
    inventory.within(ask.deadline()).call(stub -> stub.reduceReservation(request.build()));
  }

  /** Puts units that came back to where they can be sold again. */
  void takeBack(String sku, String location, int quantity, String note, UUID requestId, Ask ask) {
    var request =
        AdjustStockRequest.newBuilder()
            .setRequestId(requestId.toString())
            .setSku(sku)
            .setLocationId(location)
            .setQuantity(quantity)
            .setReason(MovementReason.MOVEMENT_REASON_RETURNED)
            .setNote(note)
            .build();
    try {
      inventory.within(ask.deadline()).call(stub -> stub.adjustStock(request));
    } catch (Failure failure) {
      throw failure.is(dev.emporion.inventory.v1.ErrorReason.ERROR_REASON_LOCATION_NOT_FOUND)
          ? Refusals.refused(Refusals.locationNotFound(location))
          : failure;
    }
  }

  /** Gives back the stock, and makes sure that a late Reserve takes none. */
  void release(Order order, Ask ask) {
    var request =
        ReleaseReservationRequest.newBuilder()
            .setRequestId(ask.requestId().toString())
            .setReservationId(order.reservationId().toString())
            .build();
    inventory.within(ask.deadline()).call(stub -> stub.releaseReservation(request));
  }

  private static Rejection outOfStock(Failure failure) {
    var rejection =
        Rejection.newBuilder()
            .setReason(RejectionReason.REJECTION_REASON_OUT_OF_STOCK)
            .setMessage("not everything is in stock");
    failure.detail(PreconditionFailure.class).stream()
        .flatMap(detail -> detail.getViolationsList().stream())
        .forEach(shortage -> rejection.addSkus(shortage.getSubject()));
    return rejection.build();
  }
}
