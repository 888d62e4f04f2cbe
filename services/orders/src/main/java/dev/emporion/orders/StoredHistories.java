package dev.emporion.orders;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import dev.emporion.orders.v1.StoredHistory;
import dev.emporion.platform.Money;
import java.time.Instant;
import java.util.UUID;

/** An order's history as the statements return it: one JSON text, that of a StoredHistory. */
final class StoredHistories {
  /** To be joined to orders o; few orders have one when they are read most often. */
  static final String JOIN =
      """
      left join lateral (
        select cast(json_build_object(
          'shipments', (
            select json_agg(json_build_object('shipmentId', s.shipment_id, 'amount', s.amount,
              'paymentId', s.payment_id, 'carrier', s.carrier,
              'trackingNumber', s.tracking_number, 'shippedAt', s.shipped_at,
              'deliveredAt', s.delivered_at, 'lines', (
                select json_agg(json_build_object('lineNumber', u.line_number,
                  'locationId', u.location_id, 'quantity', u.quantity)
                  order by u.line_number, u.location_id)
                from order_shipment_lines u
                where u.order_id = s.order_id and u.shipment_id = s.shipment_id))
              order by s.shipped_at, s.shipment_id)
            from order_shipments s where s.order_id = o.order_id),
          'returns', (
            select json_agg(json_build_object('returnId', r.return_id,
              'state', 'RETURN_STATE_' || r.state, 'goods', r.goods,
              'delivery', r.delivery, 'refunded', r.refunded,
              'createdAt', r.created_at, 'receivedAt', r.received_at, 'lines', (
                select json_agg(json_build_object('lineNumber', u.line_number,
                  'quantity', u.quantity, 'reason', 'RETURN_REASON_' || u.reason,
                  'restockedQuantity', u.restocked_quantity,
                  'writtenOffQuantity', u.written_off_quantity) order by u.line_number)
                from order_return_lines u
                where u.order_id = r.order_id and u.return_id = r.return_id))
              order by r.created_at, r.return_id)
            from order_returns r where r.order_id = o.order_id),
          'payments', (
            select json_agg(json_build_object('paymentId', p.payment_id,
              'captured', p.captured, 'refunded', p.refunded) order by p.position)
            from order_payments p where p.order_id = o.order_id)) as text) as history) h
        on o.version > 2
      """;

  private StoredHistories() {}

  /**
   * @param json null for none
   */
  static History parse(String json, String currency) {
    if (json == null) {
      return History.NONE;
    }
    var stored = StoredHistory.newBuilder();
    try {
      JsonFormat.parser().merge(json, stored);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("unreadable history", e);
    }
    return new History(
        stored.getShipmentsList().stream().map(one -> shipment(one, currency)).toList(),
        stored.getReturnsList().stream().map(one -> returned(one, currency)).toList(),
        stored.getPaymentsList().stream().map(one -> payment(one, currency)).toList());
  }

  private static History.Shipment shipment(StoredHistory.Shipment one, String currency) {
    return new History.Shipment(
        UUID.fromString(one.getShipmentId()),
        one.getLinesList().stream().map(StoredHistories::units).toList(),
        new Money(currency, one.getAmount()),
        one.getPaymentId().isEmpty() ? null : UUID.fromString(one.getPaymentId()),
        one.getCarrier(),
        one.getTrackingNumber(),
        time(one.getShippedAt()),
        one.hasDeliveredAt() ? time(one.getDeliveredAt()) : null);
  }

  static History.ShippedUnits units(dev.emporion.orders.v1.ShippedUnits units) {
    return new History.ShippedUnits(
        units.getLineNumber(), units.getLocationId(), units.getQuantity());
  }

  private static History.Return returned(StoredHistory.Return one, String currency) {
    return new History.Return(
        UUID.fromString(one.getReturnId()),
        one.getState(),
        one.getLinesList().stream().map(StoredHistories::line).toList(),
        one.hasGoods() ? worth(one, currency) : null,
        one.hasRefunded() ? new Money(currency, one.getRefunded()) : null,
        time(one.getCreatedAt()),
        one.hasReceivedAt() ? time(one.getReceivedAt()) : null);
  }

  private static History.Worth worth(StoredHistory.Return one, String currency) {
    return new History.Worth(
        new Money(currency, one.getGoods()), new Money(currency, one.getDelivery()));
  }

  static History.ReturnLine line(dev.emporion.orders.v1.ReturnLine line) {
    return new History.ReturnLine(
        line.getLineNumber(),
        line.getQuantity(),
        line.getReason(),
        line.getRestockedQuantity(),
        line.getWrittenOffQuantity());
  }

  private static History.Payment payment(StoredHistory.Payment one, String currency) {
    return new History.Payment(
        UUID.fromString(one.getPaymentId()),
        new Money(currency, one.getCaptured()),
        new Money(currency, one.getRefunded()));
  }

  private static Instant time(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
