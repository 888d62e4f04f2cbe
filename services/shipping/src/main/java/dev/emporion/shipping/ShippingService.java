package dev.emporion.shipping;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.emporion.platform.Attempt;
import dev.emporion.platform.AuditedRows;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Database;
import dev.emporion.platform.FieldMasks;
import dev.emporion.platform.Idempotent;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Money;
import dev.emporion.platform.Unary;
import dev.emporion.platform.Validation;
import dev.emporion.shipping.v1.AuditShipmentsRequest;
import dev.emporion.shipping.v1.AuditShipmentsResponse;
import dev.emporion.shipping.v1.CancelShipmentRequest;
import dev.emporion.shipping.v1.CancelShipmentResponse;
import dev.emporion.shipping.v1.CheckBooksRequest;
import dev.emporion.shipping.v1.CheckBooksResponse;
import dev.emporion.shipping.v1.CreateShipmentRequest;
import dev.emporion.shipping.v1.CreateShipmentResponse;
import dev.emporion.shipping.v1.CreateZoneRequest;
import dev.emporion.shipping.v1.CreateZoneResponse;
import dev.emporion.shipping.v1.GetShipmentRequest;
import dev.emporion.shipping.v1.GetShipmentResponse;
import dev.emporion.shipping.v1.GetZoneRequest;
import dev.emporion.shipping.v1.GetZoneResponse;
import dev.emporion.shipping.v1.ListShipmentsRequest;
import dev.emporion.shipping.v1.ListShipmentsResponse;
import dev.emporion.shipping.v1.ListZonesRequest;
import dev.emporion.shipping.v1.ListZonesResponse;
import dev.emporion.shipping.v1.MarkDeliveredRequest;
import dev.emporion.shipping.v1.MarkDeliveredResponse;
import dev.emporion.shipping.v1.MarkShippedRequest;
import dev.emporion.shipping.v1.MarkShippedResponse;
import dev.emporion.shipping.v1.QuoteShippingRequest;
import dev.emporion.shipping.v1.QuoteShippingResponse;
import dev.emporion.shipping.v1.ShippingServiceGrpc;
import dev.emporion.shipping.v1.UpdateZoneRequest;
import dev.emporion.shipping.v1.UpdateZoneResponse;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;

/** The RPCs. */
final class ShippingService extends ShippingServiceGrpc.ShippingServiceImplBase {
  private static final Set<String> MUTABLE = Set.of("display_name", "regions", "options");

  private final ZoneStore zones;
  private final ShipmentStore shipments;
  private final Clock clock;

  ShippingService(ZoneStore zones, ShipmentStore shipments, Clock clock) {
    this.zones = zones;
    this.shipments = shipments;
    this.clock = clock;
  }

  @Override
  public void createZone(CreateZoneRequest request, StreamObserver<CreateZoneResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var claim = Claim.of(ShippingServiceGrpc.getCreateZoneMethod(), request);
          return Idempotent.write(claim, CreateZoneResponse.parser(), () -> create(claim, request));
        });
  }

  @Override
  public void updateZone(UpdateZoneRequest request, StreamObserver<UpdateZoneResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          requireZoneId(request.getZone().getZoneId());
          var claim = Claim.of(ShippingServiceGrpc.getUpdateZoneMethod(), request);
          return Idempotent.write(claim, UpdateZoneResponse.parser(), () -> update(claim, request));
        });
  }

  @Override
  public void getZone(GetZoneRequest request, StreamObserver<GetZoneResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          String zoneId = request.getZoneId();
          Zone zone = zones.find(zoneId).orElseThrow(() -> Refusals.zoneNotFound(zoneId));
          return GetZoneResponse.newBuilder().setZone(ShippingProto.toProto(zone)).build();
        });
  }

  @Override
  public void listZones(ListZonesRequest request, StreamObserver<ListZonesResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var page = zones.list(request.getPageSize(), request.getPageToken());
          return ListZonesResponse.newBuilder()
              .addAllZones(page.rows().stream().map(ShippingProto::toProto).toList())
              .setNextPageToken(page.nextPageToken())
              .build();
        });
  }

  @Override
  public void quoteShipping(
      QuoteShippingRequest request, StreamObserver<QuoteShippingResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          Money subtotal = Money.fromProto(request.getSubtotal(), "subtotal");
          List<Zone.Option> options =
              zones
                  .optionsFor(request.getRegionCode(), request.getAdministrativeArea())
                  .orElseThrow(() -> Refusals.notServed(request, "no zone has this destination"));
          var quotes = Zone.quote(options, request.getWeightGrams(), subtotal);
          if (quotes.isEmpty()) {
            throw Refusals.notServed(request, "no option has a rate for this basket");
          }
          return QuoteShippingResponse.newBuilder()
              .addAllOptions(quotes.stream().map(ShippingProto::toProto).toList())
              .build();
        });
  }

  @Override
  public void createShipment(
      CreateShipmentRequest request, StreamObserver<CreateShipmentResponse> observer) {
    Unary.reply(
        observer,
        () ->
            CreateShipmentResponse.newBuilder()
                .setShipment(ShippingProto.toProto(created(request)))
                .build());
  }

  @Override
  public void markShipped(
      MarkShippedRequest request, StreamObserver<MarkShippedResponse> observer) {
    Unary.reply(
        observer,
        () ->
            change(
                Claim.of(ShippingServiceGrpc.getMarkShippedMethod(), request),
                request.getShipmentId(),
                shipment ->
                    shipment.ship(
                        request.getCarrier(), request.getTrackingNumber(), clock.instant()),
                shipment -> MarkShippedResponse.newBuilder().setShipment(shipment).build(),
                MarkShippedResponse.parser()));
  }

  @Override
  public void cancelShipment(
      CancelShipmentRequest request, StreamObserver<CancelShipmentResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var claim = Claim.of(ShippingServiceGrpc.getCancelShipmentMethod(), request);
          UUID shipmentId = Ids.parse("shipment_id", request.getShipmentId());
          return Idempotent.write(
              claim, CancelShipmentResponse.parser(), () -> cancel(claim, shipmentId));
        });
  }

  @Override
  public void markDelivered(
      MarkDeliveredRequest request, StreamObserver<MarkDeliveredResponse> observer) {
    Unary.reply(
        observer,
        () ->
            change(
                Claim.of(ShippingServiceGrpc.getMarkDeliveredMethod(), request),
                request.getShipmentId(),
                shipment -> shipment.deliver(clock.instant()),
                shipment -> MarkDeliveredResponse.newBuilder().setShipment(shipment).build(),
                MarkDeliveredResponse.parser()));
  }

  @Override
  public void getShipment(
      GetShipmentRequest request, StreamObserver<GetShipmentResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          UUID shipmentId = Ids.parse("shipment_id", request.getShipmentId());
          Shipment shipment =
              shipments.find(shipmentId).orElseThrow(() -> Refusals.shipmentNotFound(shipmentId));
          return GetShipmentResponse.newBuilder()
              .setShipment(ShippingProto.toProto(shipment))
              .build();
        });
  }

  @Override
  public void listShipments(
      ListShipmentsRequest request, StreamObserver<ListShipmentsResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var page =
              shipments.list(request.getPageSize(), request.getPageToken(), request.getFilter());
          return ListShipmentsResponse.newBuilder()
              .addAllShipments(page.rows().stream().map(ShippingProto::toProto).toList())
              .setNextPageToken(page.nextPageToken())
              .build();
        });
  }

  @Override
  public void checkBooks(CheckBooksRequest request, StreamObserver<CheckBooksResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          Caller.requireOperator();
          return CheckBooksResponse.newBuilder().setBooks(shipments.checkBooks()).build();
        });
  }

  @Override
  public void auditShipments(
      AuditShipmentsRequest request, StreamObserver<AuditShipmentsResponse> observer) {
    Unary.reply(
        observer,
        () -> {
          var rows =
              AuditedRows.read(
                  "shipment_id",
                  request.getShipmentIdsList(),
                  request.getAfterShipmentId(),
                  request.getPageSize(),
                  shipments::audit,
                  shipments::audit);
          return AuditShipmentsResponse.newBuilder()
              .addAllShipments(rows.stream().map(ShippingProto::toProto).toList())
              .build();
        });
  }

  private Attempt<CreateZoneResponse> create(Claim claim, CreateZoneRequest request) {
    ZoneStore.Loaded loaded = zones.load(claim, request.getZone().getZoneId());
    if (loaded.saved() != null) {
      return Attempt.replay(loaded.saved());
    }
    Zone zone = ShippingProto.zone(request.getZone(), 1);
    if (loaded.zone().isPresent()) {
      throw Refusals.zoneExists(zone.zoneId());
    }
    var answer = CreateZoneResponse.newBuilder().setZone(ShippingProto.toProto(zone)).build();
    return save(zone, () -> zones.create(claim, zone, answer), answer);
  }

  private Attempt<UpdateZoneResponse> update(Claim claim, UpdateZoneRequest request) {
    String zoneId = request.getZone().getZoneId();
    ZoneStore.Loaded loaded = zones.load(claim, zoneId);
    if (loaded.saved() != null) {
      return Attempt.replay(loaded.saved());
    }
    Zone zone = loaded.zone().orElseThrow(() -> Refusals.zoneNotFound(zoneId));
    Refusals.requireEtag(request.getZone().getEtag(), zone);
    var paths = FieldMasks.paths(request.getUpdateMask(), request.getZone(), MUTABLE);
    var merged = ShippingProto.merge(zone, request.getZone(), paths);
    Validation.check(merged, "zone");
    Zone next = ShippingProto.zone(merged, zone.version() + 1);
    var answer = UpdateZoneResponse.newBuilder().setZone(ShippingProto.toProto(next)).build();
    return save(next, () -> zones.update(claim, next, answer), answer);
  }

  private <A> Attempt<A> save(Zone zone, IntSupplier statement, A answer) {
    try {
      return Attempt.saved(statement.getAsInt(), answer);
    } catch (RuntimeException e) {
      if (!Database.violated(e, ZoneStore.REGION_IS_UNIQUE)) {
        throw e;
      }
      String region = zones.takenRegion(zone).orElse(null);
      if (region == null) {
        return Attempt.stale(); // given up in between
      }
      throw Refusals.regionTaken(region);
    }
  }

  private Shipment created(CreateShipmentRequest request) {
    var claim = Claim.of(ShippingServiceGrpc.getCreateShipmentMethod(), request);
    var shipment =
        Shipment.create(
            claim.requestId(),
            Ids.parse("order_id", request.getOrderId()),
            ShippingProto.lines(request.getLinesList()),
            request.getAddress(),
            request.getDeliveryOption(),
            clock.instant());
    return shipments.create(claim, shipment)
        ? shipment
        : shipments.madeBy(claim).requireNotCancelled();
  }

  private Attempt<CancelShipmentResponse> cancel(Claim claim, UUID shipmentId) {
    ShipmentStore.Loaded loaded = shipments.load(claim, shipmentId);
    if (loaded.saved() != null) {
      return Attempt.replay(loaded.saved());
    }
    if (loaded.shipment().isEmpty()) {
      var tombstone = Shipment.tombstone(shipmentId, clock.instant());
      var answer = cancelled(tombstone);
      return Attempt.saved(shipments.bury(claim, tombstone, answer), answer);
    }
    Shipment known = loaded.shipment().get();
    if (known.state() == Shipment.State.CANCELLED) {
      var answer = cancelled(known);
      return Attempt.saved(shipments.remember(claim, answer), answer);
    }
    Shipment next = known.cancel(clock.instant());
    var answer = cancelled(next);
    return Attempt.saved(shipments.save(claim, next, answer), answer);
  }

  private static CancelShipmentResponse cancelled(Shipment shipment) {
    return CancelShipmentResponse.newBuilder().setShipment(ShippingProto.toProto(shipment)).build();
  }

  /** One round trip to look, one to save; again if somebody was faster. */
  private <A extends Message> A change(
      Claim claim,
      String id,
      UnaryOperator<Shipment> transition,
      Function<dev.emporion.shipping.v1.Shipment, A> toAnswer,
      Parser<A> parser) {
    UUID shipmentId = Ids.parse("shipment_id", id);
    return Idempotent.write(
        claim,
        parser,
        () -> {
          ShipmentStore.Loaded loaded = shipments.load(claim, shipmentId);
          if (loaded.saved() != null) {
            return Attempt.replay(loaded.saved());
          }
          Shipment next =
              transition.apply(
                  loaded.shipment().orElseThrow(() -> Refusals.shipmentNotFound(shipmentId)));
          A answer = toAnswer.apply(ShippingProto.toProto(next));
          return Attempt.saved(shipments.save(claim, next, answer), answer);
        });
  }

  /** As every other request states it; an update's zone is looked at by no interceptor. */
  private static void requireZoneId(String zoneId) {
    Validation.check(GetZoneRequest.newBuilder().setZoneId(zoneId).build(), "zone");
  }
}
