package dev.emporion.inventory;

import dev.emporion.inventory.Demand.Outcome;
import dev.emporion.inventory.Stock.Adjusted;
import dev.emporion.inventory.Stock.Level;
import dev.emporion.inventory.Stock.Location;
import dev.emporion.inventory.v1.AdjustStockRequest;
import dev.emporion.inventory.v1.AdjustStockResponse;
import dev.emporion.inventory.v1.AuditReservationsRequest;
import dev.emporion.inventory.v1.AuditReservationsResponse;
import dev.emporion.inventory.v1.BatchGetAvailabilityRequest;
import dev.emporion.inventory.v1.BatchGetAvailabilityResponse;
import dev.emporion.inventory.v1.CheckBooksRequest;
import dev.emporion.inventory.v1.CheckBooksResponse;
import dev.emporion.inventory.v1.CommitReservationRequest;
import dev.emporion.inventory.v1.CommitReservationResponse;
import dev.emporion.inventory.v1.CreateLocationRequest;
import dev.emporion.inventory.v1.CreateLocationResponse;
import dev.emporion.inventory.v1.GetLocationRequest;
import dev.emporion.inventory.v1.GetLocationResponse;
import dev.emporion.inventory.v1.GetReservationRequest;
import dev.emporion.inventory.v1.GetReservationResponse;
import dev.emporion.inventory.v1.InventoryServiceGrpc;
import dev.emporion.inventory.v1.ListLocationsRequest;
import dev.emporion.inventory.v1.ListLocationsResponse;
import dev.emporion.inventory.v1.ListMovementsRequest;
import dev.emporion.inventory.v1.ListMovementsResponse;
import dev.emporion.inventory.v1.ReduceReservationRequest;
import dev.emporion.inventory.v1.ReduceReservationResponse;
import dev.emporion.inventory.v1.ReleaseReservationRequest;
import dev.emporion.inventory.v1.ReleaseReservationResponse;
import dev.emporion.inventory.v1.ReserveRequest;
import dev.emporion.inventory.v1.ReserveResponse;
import dev.emporion.inventory.v1.UpdateLocationRequest;
import dev.emporion.inventory.v1.UpdateLocationResponse;
import dev.emporion.platform.Attempt;
import dev.emporion.platform.AuditedRows;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Claim;
import dev.emporion.platform.FieldMasks;
import dev.emporion.platform.Filter;
import dev.emporion.platform.Idempotent;
import dev.emporion.platform.Ids;
import dev.emporion.platform.OrderBy;
import dev.emporion.platform.Pages;
import dev.emporion.platform.Unary;
import dev.emporion.platform.Validation;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The RPCs. */
final class InventoryService extends InventoryServiceGrpc.InventoryServiceImplBase {
  private static final Filter ALL = Filter.parse("", InventoryStore.LOCATION_ORDER);

  private final InventoryStore stock;
  private final ReservationStore reservations;
  private final ReservationChanges changes;
  private final BooksStore books;
  private final Lanes lanes;
  private final InstantSource clock;

  InventoryService(
      InventoryStore stock,
      ReservationStore reservations,
      ReservationChanges changes,
      BooksStore books,
      Lanes lanes,
      InstantSource clock) {
    this.stock = stock;
    this.reservations = reservations;
    this.changes = changes;
    this.books = books;
    this.lanes = lanes;
    this.clock = clock;
  }

  @Override
  public void createLocation(
      CreateLocationRequest request, StreamObserver<CreateLocationResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var claim = Claim.of(InventoryServiceGrpc.getCreateLocationMethod(), request);
          var location = InventoryProto.location(request.getLocation(), 1);
          var answer =
              CreateLocationResponse.newBuilder()
                  .setLocation(InventoryProto.location(location))
                  .build();
          return Idempotent.write(
              claim,
              CreateLocationResponse.parser(),
              () -> {
                var loaded = stock.loadLocation(claim, location.locationId());
                if (loaded.saved() != null) {
                  return Attempt.replay(loaded.saved());
                }
                if (loaded.location().isPresent()) {
                  throw Refusals.locationExists(location.locationId());
                }
                return Attempt.saved(stock.createLocation(claim, location, answer), answer);
              });
        });
  }

  @Override
  public void updateLocation(
      UpdateLocationRequest request, StreamObserver<UpdateLocationResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var claim = Claim.of(InventoryServiceGrpc.getUpdateLocationMethod(), request);
          var sent = request.getLocation();
          var locationId = InventoryProto.checkedId(sent);
          var paths = FieldMasks.paths(request.getUpdateMask(), sent, InventoryProto.MUTABLE);
          return Idempotent.write(
              claim,
              UpdateLocationResponse.parser(),
              () -> {
                var loaded = stock.loadLocation(claim, locationId);
                if (loaded.saved() != null) {
                  return Attempt.replay(loaded.saved());
                }
                var before = found(loaded.location(), locationId);
                if (!sent.getEtag().isEmpty() && !sent.getEtag().equals(before.etag())) {
                  throw Refusals.etagMismatch();
                }
                var merged = InventoryProto.merge(before, sent, paths);
                Validation.check(merged, "location");
                var after = InventoryProto.location(merged, before.version() + 1);
                var answer =
                    UpdateLocationResponse.newBuilder()
                        .setLocation(InventoryProto.location(after))
                        .build();
                return Attempt.saved(stock.updateLocation(claim, after, answer), answer);
              });
        });
  }

  @Override
  public void getLocation(
      GetLocationRequest request, StreamObserver<GetLocationResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var locationId = request.getLocationId();
          var location = found(stock.findLocation(locationId), locationId);
          return GetLocationResponse.newBuilder()
              .setLocation(InventoryProto.location(location))
              .build();
        });
  }

  private static Location found(Optional<Location> location, String locationId) {
    return location.orElseThrow(() -> Refusals.noLocation(locationId));
  }

  @Override
  public void listLocations(
      ListLocationsRequest request, StreamObserver<ListLocationsResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var order = OrderBy.parse("", InventoryStore.LOCATION_ORDER, "priority", "location_id");
          var pages =
              Pages.read(
                  "ListLocations", request.getPageSize(), request.getPageToken(), ALL, order);
          var page = pages.page(stock.listLocations(pages, order.sql()), InventoryProto::orderedBy);
          return ListLocationsResponse.newBuilder()
              .addAllLocations(page.rows().stream().map(InventoryProto::location).toList())
              .setNextPageToken(page.nextPageToken())
              .build();
        });
  }

  @Override
  public void adjustStock(
      AdjustStockRequest request, StreamObserver<AdjustStockResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var claim = Claim.of(InventoryServiceGrpc.getAdjustStockMethod(), request);
          return Idempotent.write(
              claim, AdjustStockResponse.parser(), () -> adjust(claim, request));
        });
  }

  /** The change is tried first, as it mostly succeeds; only then is asked why it did not. */
  private Attempt<AdjustStockResponse> adjust(Claim claim, AdjustStockRequest request) {
    var movement = InventoryProto.movement(request, claim, clock.instant());
    var made = stock.adjust(claim, movement, InventoryProto.event(movement));
    if (made.isPresent()) {
      return Attempt.done(InventoryProto.adjusted(new Adjusted(movement, made.get())));
    }
    var look = stock.look(claim, movement.place());
    if (look.made() != null) {
      claim.requireSamePayload(look.requestHash());
      return Attempt.done(InventoryProto.adjusted(look.made()));
    }
    if (!look.locationKnown()) {
      throw Refusals.noLocation(request.getLocationId());
    }
    look.level().requireRoomFor(request.getQuantity());
    if (!look.wanted()) {
      return Attempt.stale();
    }
    return stock
        .receive(claim, movement, InventoryProto.event(movement))
        .map(level -> Attempt.done(InventoryProto.adjusted(new Adjusted(movement, level))))
        .orElse(Attempt.stale());
  }

  @Override
  public void batchGetAvailability(
      BatchGetAvailabilityRequest request, StreamObserver<BatchGetAvailabilityResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          Map<String, List<Level>> levels =
              stock.levels(request.getSkusList()).stream()
                  .collect(Collectors.groupingBy(level -> level.place().sku()));
          var response = BatchGetAvailabilityResponse.newBuilder();
          for (String sku : request.getSkusList()) {
            response.addAvailabilities(
                InventoryProto.availability(sku, levels.getOrDefault(sku, List.of())));
          }
          return response.build();
        });
  }

  @Override
  public void listMovements(
      ListMovementsRequest request, StreamObserver<ListMovementsResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var filter = Filter.parse(request.getFilter(), InventoryStore.MOVEMENTS);
          var order =
              OrderBy.parse("", InventoryStore.MOVEMENT_ORDER, "movement_id desc", "movement_id");
          var pages =
              Pages.read(
                  "ListMovements", request.getPageSize(), request.getPageToken(), filter, order);
          var page =
              pages.page(stock.listMovements(pages, order.sql()), (row, field) -> row.movementId());
          return ListMovementsResponse.newBuilder()
              .addAllMovements(page.rows().stream().map(InventoryProto::movement).toList())
              .setNextPageToken(page.nextPageToken())
              .build();
        });
  }

  @Override
  public void reserve(ReserveRequest request, StreamObserver<ReserveResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var claim = Claim.of(InventoryServiceGrpc.getReserveMethod(), request);
          var reservation =
              switch (lanes.reserve(InventoryProto.demand(request, claim))) {
                case Outcome.Reserved(Reservation made) -> made;
                case Outcome.Known(Reservation before) -> before.replay(claim);
                case Outcome.Short(Map<String, Long> available) ->
                    throw Refusals.outOfStock(available);
              };
          return ReserveResponse.newBuilder()
              .setReservation(InventoryProto.reservation(reservation))
              .build();
        });
  }

  @Override
  public void commitReservation(
      CommitReservationRequest request, StreamObserver<CommitReservationResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var claim = Claim.of(InventoryServiceGrpc.getCommitReservationMethod(), request);
          var parts = InventoryProto.parts(request.getLinesList());
          return changes.change(
              claim,
              request.getReservationId(),
              CommitReservationResponse.parser(),
              loaded -> found(loaded.reservation(), request.getReservationId()).commit(parts),
              after -> CommitReservationResponse.newBuilder().setReservation(after).build());
        });
  }

  @Override
  public void reduceReservation(
      ReduceReservationRequest request, StreamObserver<ReduceReservationResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var claim = Claim.of(InventoryServiceGrpc.getReduceReservationMethod(), request);
          var units = InventoryProto.units(request.getLinesList());
          return changes.change(
              claim,
              request.getReservationId(),
              ReduceReservationResponse.parser(),
              loaded ->
                  found(loaded.reservation(), request.getReservationId())
                      .reduce(units, loaded.priorities()),
              after -> ReduceReservationResponse.newBuilder().setReservation(after).build());
        });
  }

  @Override
  public void releaseReservation(
      ReleaseReservationRequest request, StreamObserver<ReleaseReservationResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var claim = Claim.of(InventoryServiceGrpc.getReleaseReservationMethod(), request);
          var id = Ids.parse("reservation_id", request.getReservationId());
          return changes.change(
              claim,
              request.getReservationId(),
              ReleaseReservationResponse.parser(),
              loaded ->
                  loaded.reservation() == null
                      ? Reservation.tombstone(id, claim.caller(), loaded.now())
                      : loaded.reservation().release(),
              after -> ReleaseReservationResponse.newBuilder().setReservation(after).build());
        });
  }

  @Override
  public void getReservation(
      GetReservationRequest request, StreamObserver<GetReservationResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var id = Ids.parse("reservation_id", request.getReservationId());
          var reservation =
              found(reservations.find(List.of(id)).get(id), request.getReservationId());
          return GetReservationResponse.newBuilder()
              .setReservation(InventoryProto.reservation(reservation))
              .build();
        });
  }

  @Override
  public void checkBooks(CheckBooksRequest request, StreamObserver<CheckBooksResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          Caller.requireOperator();
          return CheckBooksResponse.newBuilder().setBooks(books.check()).build();
        });
  }

  @Override
  public void auditReservations(
      AuditReservationsRequest request, StreamObserver<AuditReservationsResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var rows =
              AuditedRows.read(
                  "reservation_id",
                  request.getReservationIdsList(),
                  request.getAfterReservationId(),
                  request.getPageSize(),
                  ids -> reservations.find(ids).values(),
                  reservations::page);
          return AuditReservationsResponse.newBuilder()
              .addAllReservations(rows.stream().map(InventoryProto::reservation).toList())
              .build();
        });
  }

  private static Reservation found(Reservation reservation, String reservationId) {
    if (reservation == null) {
      throw Refusals.noReservation(reservationId);
    }
    return reservation;
  }
}
