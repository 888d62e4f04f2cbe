package dev.emporion.orders;

import static dev.emporion.orders.FakeShop.refusal;

import dev.emporion.inventory.v1.AdjustStockRequest;
import dev.emporion.inventory.v1.AdjustStockResponse;
import dev.emporion.inventory.v1.Allocation;
import dev.emporion.inventory.v1.Backorder;
import dev.emporion.inventory.v1.CommitReservationRequest;
import dev.emporion.inventory.v1.CommitReservationResponse;
import dev.emporion.inventory.v1.ErrorReason;
import dev.emporion.inventory.v1.GetReservationRequest;
import dev.emporion.inventory.v1.GetReservationResponse;
import dev.emporion.inventory.v1.InventoryServiceGrpc.InventoryServiceImplBase;
import dev.emporion.inventory.v1.ListLocationsRequest;
import dev.emporion.inventory.v1.ListLocationsResponse;
import dev.emporion.inventory.v1.Location;
import dev.emporion.inventory.v1.ReduceLine;
import dev.emporion.inventory.v1.ReduceReservationRequest;
import dev.emporion.inventory.v1.ReduceReservationResponse;
import dev.emporion.inventory.v1.ReleaseReservationRequest;
import dev.emporion.inventory.v1.ReleaseReservationResponse;
import dev.emporion.inventory.v1.Reservation;
import dev.emporion.inventory.v1.ReserveLine;
import dev.emporion.inventory.v1.ReserveRequest;
import dev.emporion.inventory.v1.ReserveResponse;
import dev.emporion.platform.Unary;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The inventory of a {@link FakeShop}. */
final class FakeInventory extends InventoryServiceImplBase {
  private final FakeShop shop;
  private final Map<String, Map<Place, int[]>> held = new HashMap<>();
  private final Map<String, Boolean> committed = new HashMap<>();

  private record Place(String sku, String location) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      return (sku + "@" + location).compareTo(other.sku + "@" + other.location);
    }
  }

  FakeInventory(FakeShop shop) {
    this.shop = shop;
  }

  @Override
  public void reserve(ReserveRequest request, StreamObserver<ReserveResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          shop.before("Reserve");
          take(request);
          shop.before("Reserve answer");
          return ReserveResponse.getDefaultInstance();
        });
  }

  private synchronized void take(ReserveRequest request) {
    if (shop.tombstones.contains(request.getRequestId())) {
      throw refusal(Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_RESERVATION_RELEASED);
    }
    int wanted = request.getLinesList().stream().mapToInt(ReserveLine::getQuantity).sum();
    if (!shop.reserved.containsKey(request.getRequestId())) {
      if (shop.stock.get() < wanted) {
        throw refusal(Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_OUT_OF_STOCK, "MUG");
      }
      shop.stock.addAndGet(-wanted);
      shop.reserved.put(request.getRequestId(), wanted);
      held.put(request.getRequestId(), places(request));
    }
  }

  /** At each place what is promised there and what left since. */
  private Map<Place, int[]> places(ReserveRequest request) {
    var places = new TreeMap<Place, int[]>();
    for (ReserveLine line : request.getLinesList()) {
      int later = line.getAllowBackorder() ? shop.backordered.getOrDefault(line.getSku(), 0) : 0;
      int there = line.getQuantity() - later;
      int annex = Math.min(there, shop.atAnnex.getOrDefault(line.getSku(), 0));
      if (annex > 0) {
        places.put(new Place(line.getSku(), "annex"), new int[] {annex, 0});
      }
      if (there > annex) {
        places.put(new Place(line.getSku(), "main"), new int[] {there - annex, 0});
      }
    }
    return places;
  }

  @Override
  public void getReservation(
      GetReservationRequest request, StreamObserver<GetReservationResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          shop.before("GetReservation");
          return GetReservationResponse.newBuilder()
              .setReservation(reservation(request.getReservationId()))
              .build();
        });
  }

  @Override
  public void listLocations(
      ListLocationsRequest request, StreamObserver<ListLocationsResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var locations = ListLocationsResponse.newBuilder();
          for (String id : List.of("main", "annex")) {
            locations.addLocations(Location.newBuilder().setLocationId(id));
          }
          return locations.build();
        });
  }

  private synchronized Reservation reservation(String id) {
    var reservation = Reservation.newBuilder().setReservationId(id);
    held.getOrDefault(id, Map.of())
        .forEach(
            (place, counts) ->
                reservation.addAllocations(
                    Allocation.newBuilder()
                        .setSku(place.sku())
                        .setLocationId(place.location())
                        .setQuantity(counts[0])
                        .setCommittedQuantity(counts[1])));
    shop.backordered.forEach(
        (sku, quantity) ->
            reservation.addBackorders(Backorder.newBuilder().setSku(sku).setQuantity(quantity)));
    return reservation.build();
  }

  @Override
  public void commitReservation(
      CommitReservationRequest request, StreamObserver<CommitReservationResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          shop.before("Commit");
          commit(request);
          shop.before("Commit answer");
          return CommitReservationResponse.getDefaultInstance();
        });
  }

  private synchronized void commit(CommitReservationRequest request) {
    if (committed.putIfAbsent(request.getRequestId(), true) != null) {
      return;
    }
    request
        .getLinesList()
        .forEach(
            line -> {
              int[] counts =
                  held.get(request.getReservationId())
                      .get(new Place(line.getSku(), line.getLocationId()));
              if (counts == null || counts[0] - counts[1] < line.getQuantity()) {
                throw refusal(
                    Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_RESERVATION_EXCEEDED);
              }
              counts[1] += line.getQuantity();
              shop.reserved.merge(request.getReservationId(), -line.getQuantity(), Integer::sum);
            });
  }

  @Override
  public void reduceReservation(
      ReduceReservationRequest request, StreamObserver<ReduceReservationResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          shop.before("Reduce");
          reduce(request);
          shop.before("Reduce answer");
          return ReduceReservationResponse.getDefaultInstance();
        });
  }

  private synchronized void reduce(ReduceReservationRequest request) {
    if (committed.putIfAbsent(request.getRequestId(), true) != null) {
      return;
    }
    for (ReduceLine line : request.getLinesList()) {
      int left = line.getQuantity();
      for (String location : List.of("main", "annex")) {
        int[] counts =
            held.get(request.getReservationId())
                .getOrDefault(new Place(line.getSku(), location), new int[2]);
        int taken = Math.min(left, counts[0] - counts[1]);
        counts[0] -= taken;
        left -= taken;
      }
      if (left > 0) {
        throw refusal(Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_RESERVATION_EXCEEDED);
      }
      shop.reserved.merge(request.getReservationId(), -line.getQuantity(), Integer::sum);
      shop.stock.addAndGet(line.getQuantity());
    }
  }

  @Override
  public void adjustStock(
      AdjustStockRequest request, StreamObserver<AdjustStockResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          shop.before("AdjustStock");
          if (request.getLocationId().equals("atlantis")) {
            throw refusal(Code.NOT_FOUND, ErrorReason.ERROR_REASON_LOCATION_NOT_FOUND);
          }
          shop.adjusted.put(
              request.getRequestId(),
              "%s%+d@%s"
                  .formatted(request.getSku(), request.getQuantity(), request.getLocationId()));
          shop.before("AdjustStock answer");
          return AdjustStockResponse.getDefaultInstance();
        });
  }

  @Override
  public void releaseReservation(
      ReleaseReservationRequest request, StreamObserver<ReleaseReservationResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          shop.before("Release");
          shop.tombstones.add(request.getReservationId());
          Integer left = shop.reserved.remove(request.getReservationId());
          shop.stock.addAndGet(left == null ? 0 : left);
          return ReleaseReservationResponse.getDefaultInstance();
        });
  }
}
