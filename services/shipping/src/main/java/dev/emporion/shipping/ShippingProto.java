package dev.emporion.shipping;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.emporion.common.v1.ErrorReason;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.shipping.v1.DeliveryOption;
import dev.emporion.shipping.v1.DeliveryQuote;
import dev.emporion.shipping.v1.ShipmentEvent;
import dev.emporion.shipping.v1.ShipmentState;
import io.grpc.Status.Code;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Zones and shipments between the domain and the contract. */
final class ShippingProto {
  private ShippingProto() {}

  /**
   * The zone in a request's field {@code zone}.
   *
   * @throws Failure INVALID_ARGUMENT / INVALID_VALUE for what the contract's rules do not see
   */
  static Zone zone(dev.emporion.shipping.v1.Zone proto, int version) {
    requireSound(proto.getOptionsList());
    return new Zone(
        proto.getZoneId(),
        proto.getDisplayName(),
        proto.getRegionsList().stream().sorted().toList(),
        options(proto),
        version);
  }

  private static void requireSound(List<DeliveryOption> options) {
    var codes = new HashSet<String>();
    for (int i = 0; i < options.size(); i++) {
      DeliveryOption option = options.get(i);
      String path = "zone.options[" + i + "]";
      if (!codes.add(option.getDeliveryOption())) {
        throw invalid(path + ".delivery_option", "is there twice");
      }
      if (option.getMinDays() > option.getMaxDays()) {
        throw invalid(path + ".min_days", "must not be more than max_days");
      }
      for (int j = 0; j < option.getRatesCount(); j++) {
        requireSound(option.getRates(j), path + ".rates[" + j + "]");
      }
    }
  }

  private static void requireSound(dev.emporion.shipping.v1.Rate rate, String path) {
    Money price = Money.fromProto(rate.getPrice(), path + ".price");
    if (rate.hasMinSubtotal()) {
      Money minSubtotal = Money.fromProto(rate.getMinSubtotal(), path + ".min_subtotal");
      if (!minSubtotal.currency().equals(price.currency())) {
        throw invalid(path + ".min_subtotal", "must be in the currency of the price");
      }
    }
  }

  private static List<Zone.Option> options(dev.emporion.shipping.v1.Zone proto) {
    return proto.getOptionsList().stream().map(ShippingProto::option).toList();
  }

  private static Zone.Option option(DeliveryOption proto) {
    return new Zone.Option(
        proto.getDeliveryOption(),
        proto.getDisplayName(),
        proto.getMinDays(),
        proto.getMaxDays(),
        proto.getRatesList().stream().map(ShippingProto::rate).toList());
  }

  private static Zone.Rate rate(dev.emporion.shipping.v1.Rate proto) {
    return new Zone.Rate(
        Money.fromProto(proto.getPrice()),
        proto.getMaxWeightGrams(),
        proto.hasMinSubtotal() ? Money.fromProto(proto.getMinSubtotal()) : null);
  }

  /** The zone with these fields of another one in place of its own. */
  static dev.emporion.shipping.v1.Zone merge(
      Zone zone, dev.emporion.shipping.v1.Zone changes, Set<String> paths) {
    var merged = toProto(zone).toBuilder();
    for (String path : paths) {
      switch (path) {
        case "display_name" -> merged.setDisplayName(changes.getDisplayName());
        case "regions" -> merged.clearRegions().addAllRegions(changes.getRegionsList());
        case "options" -> merged.clearOptions().addAllOptions(changes.getOptionsList());
        default -> throw new IllegalArgumentException(path);
      }
    }
    return merged.build();
  }

  static dev.emporion.shipping.v1.Zone toProto(Zone zone) {
    return dev.emporion.shipping.v1.Zone.newBuilder()
        .setZoneId(zone.zoneId())
        .setDisplayName(zone.displayName())
        .addAllRegions(zone.regions())
        .addAllOptions(zone.options().stream().map(ShippingProto::toProto).toList())
        .setEtag(zone.etag())
        .build();
  }

  /** As a zone's row has them. */
  static byte[] encode(List<Zone.Option> options) {
    return dev.emporion.shipping.v1.Zone.newBuilder()
        .addAllOptions(options.stream().map(ShippingProto::toProto).toList())
        .build()
        .toByteArray();
  }

  static List<Zone.Option> decode(byte[] options) {
    try {
      return options(dev.emporion.shipping.v1.Zone.parseFrom(options));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("unreadable options of a zone", e);
    }
  }

  private static DeliveryOption toProto(Zone.Option option) {
    return DeliveryOption.newBuilder()
        .setDeliveryOption(option.code())
        .setDisplayName(option.displayName())
        .setMinDays(option.minDays())
        .setMaxDays(option.maxDays())
        .addAllRates(option.rates().stream().map(ShippingProto::toProto).toList())
        .build();
  }

  private static dev.emporion.shipping.v1.Rate toProto(Zone.Rate rate) {
    var proto =
        dev.emporion.shipping.v1.Rate.newBuilder()
            .setPrice(rate.price().toProto())
            .setMaxWeightGrams(rate.maxWeightGrams());
    if (rate.minSubtotal() != null) {
      proto.setMinSubtotal(rate.minSubtotal().toProto());
    }
    return proto.build();
  }

  static DeliveryQuote toProto(Zone.Quote quote) {
    return DeliveryQuote.newBuilder()
        .setDeliveryOption(quote.option().code())
        .setDisplayName(quote.option().displayName())
        .setPrice(quote.price().toProto())
        .setMinDays(quote.option().minDays())
        .setMaxDays(quote.option().maxDays())
        .build();
  }

  static List<Shipment.Line> lines(List<dev.emporion.shipping.v1.ShipmentLine> lines) {
    return lines.stream()
        .map(
            line ->
                new Shipment.Line(
                    line.getLineNumber(), line.getSku(), line.getLocationId(), line.getQuantity()))
        .sorted(
            Comparator.comparingInt(Shipment.Line::lineNumber)
                .thenComparing(Shipment.Line::locationId))
        .toList();
  }

  static dev.emporion.shipping.v1.Shipment toProto(Shipment shipment) {
    var proto =
        dev.emporion.shipping.v1.Shipment.newBuilder()
            .setShipmentId(shipment.shipmentId().toString())
            .setState(toProto(shipment.state()))
            .addAllLines(shipment.lines().stream().map(ShippingProto::toProto).toList())
            .setDeliveryOption(shipment.deliveryOption())
            .setCarrier(shipment.carrier())
            .setTrackingNumber(shipment.trackingNumber())
            .setCreateTime(toProto(shipment.createdAt()));
    if (!shipment.isTombstone()) {
      proto.setOrderId(shipment.orderId().toString()).setAddress(shipment.address());
    }
    if (shipment.shippedAt() != null) {
      proto.setShipTime(toProto(shipment.shippedAt()));
    }
    if (shipment.deliveredAt() != null) {
      proto.setDeliverTime(toProto(shipment.deliveredAt()));
    }
    return proto.build();
  }

  /** The event that tells the shipment's latest change. */
  static ShipmentEvent event(Shipment shipment) {
    return ShipmentEvent.newBuilder()
        .setSequence(shipment.version())
        .setOccurTime(toProto(shipment.changedAt()))
        .setShipment(toProto(shipment))
        .build();
  }

  private static dev.emporion.shipping.v1.ShipmentLine toProto(Shipment.Line line) {
    return dev.emporion.shipping.v1.ShipmentLine.newBuilder()
        .setLineNumber(line.lineNumber())
        .setSku(line.sku())
        .setLocationId(line.locationId())
        .setQuantity(line.quantity())
        .build();
  }

  private static ShipmentState toProto(Shipment.State state) {
    return switch (state) {
      case CREATED -> ShipmentState.SHIPMENT_STATE_CREATED;
      case SHIPPED -> ShipmentState.SHIPMENT_STATE_SHIPPED;
      case DELIVERED -> ShipmentState.SHIPMENT_STATE_DELIVERED;
      case CANCELLED -> ShipmentState.SHIPMENT_STATE_CANCELLED;
    };
  }

  private static Timestamp toProto(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  private static Failure invalid(String field, String description) {
    return Failure.of(
            Code.INVALID_ARGUMENT,
            ErrorReason.ERROR_REASON_INVALID_VALUE,
            field + ": " + description)
        .field(field, description);
  }
}
