package dev.emporion.orders;

import dev.emporion.platform.Money;
import dev.emporion.platform.Rows;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.statement.Query;

/** What {@link EndSql#WRITE} takes: the order's columns, and those rows of it that are new. */
final class EndRows {
  private EndRows() {}

  private record Units(UUID shipmentId, History.ShippedUnits units) {}

  private record Back(UUID returnId, History.ReturnLine line) {}

  private record Paid(int position, History.Payment payment) {}

  static Query bind(Query query, Order before, Order next) {
    var rows = lines(order(query, next), next);
    rows = rows.and(removed(before, next)).ints("removed_line_number", OrderLine::lineNumber);
    return history(rows, before.history(), next.history());
  }

  private static Query order(Query query, Order next) {
    Order.Paying paying = next.paying();
    Order.Totals totals = next.totals();
    return query
        .bind("state", next.state().name())
        .bind("updated_at", next.updatedAt())
        .bind("shipping_address", next.delivery().address().toByteArray())
        .bind("payment_token", paying.token())
        .bind("payment_id", paying.paymentId())
        .bind("payment_problem", paying.problem())
        .bind("renew_at", paying.renewAt())
        .bind("subtotal", totals.subtotal().minor())
        .bind("discount_total", totals.discount().minor())
        .bind("delivery_price", totals.delivery().minor())
        .bind("tax_total", totals.tax().minor())
        .bind("total", totals.total().minor());
  }

  private static Rows<OrderLine, Query> lines(Query query, Order next) {
    return Rows.bind(query, next.lines())
        .ints("line_number", OrderLine::lineNumber)
        .ints("quantity", line -> line.units().quantity())
        .ints("cancelled", line -> line.units().cancelled())
        .ints("shipped", line -> line.units().shipped())
        .ints("returned", line -> line.units().returned())
        .longs("unit_price", line -> line.prices().unitPrice().minor())
        .longs("discount", line -> line.prices().discount().minor())
        .longs("tax", line -> line.prices().tax().minor())
        .texts("tax_rate", line -> line.prices().taxRate())
        .longs("line_total", line -> line.prices().total().minor())
        .longs("delivery_share", line -> line.prices().deliveryShare().minor());
  }

  private static List<OrderLine> removed(Order before, Order next) {
    var kept = next.lines().stream().map(OrderLine::lineNumber).toList();
    return before.lines().stream().filter(line -> !kept.contains(line.lineNumber())).toList();
  }

  private static Query history(Rows<OrderLine, Query> rows, History before, History next) {
    var shipments = fresh(before, next, History::shipments);
    var returns = fresh(before, next, History::returns);
    var units =
        shipments.stream()
            .flatMap(one -> one.lines().stream().map(line -> new Units(one.shipmentId(), line)))
            .toList();
    var back =
        returns.stream()
            .flatMap(one -> one.lines().stream().map(line -> new Back(one.returnId(), line)))
            .toList();
    var paid =
        fresh(before, next, History::payments).stream()
            .map(one -> new Paid(next.payments().indexOf(one) + 1, one))
            .toList();
    var parcels = units(shipments(rows.and(shipments)).and(units));
    return paid(back(returns(parcels.and(returns)).and(back)).and(paid)).statement();
  }

  /** What was not there before, or not so. */
  private static <T> List<T> fresh(History before, History next, Function<History, List<T>> part) {
    return part.apply(next).stream().filter(one -> !part.apply(before).contains(one)).toList();
  }

  private static Rows<History.Shipment, Query> shipments(Rows<History.Shipment, Query> rows) {
    return rows.uuids("shipment_id", History.Shipment::shipmentId)
        .longs("shipment_amount", one -> one.amount().minor())
        .uuids("shipment_payment_id", History.Shipment::paymentId)
        .texts("carrier", History.Shipment::carrier)
        .texts("tracking_number", History.Shipment::trackingNumber)
        .times("shipped_at", History.Shipment::shippedAt)
        .times("delivered_at", History.Shipment::deliveredAt);
  }

  private static Rows<Units, Query> units(Rows<Units, Query> rows) {
    return rows.uuids("units_shipment_id", Units::shipmentId)
        .ints("units_line_number", one -> one.units().lineNumber())
        .texts("units_location_id", one -> one.units().locationId())
        .ints("units_quantity", one -> one.units().quantity());
  }

  /** An absent amount is null, which an array of numbers cannot hold: it goes as text. */
  private static Rows<History.Return, Query> returns(Rows<History.Return, Query> rows) {
    return rows.uuids("return_id", History.Return::returnId)
        .texts("return_state", one -> OrderStore.shortName(one.state()))
        .texts("return_goods", one -> digits(one.worth() == null ? null : one.worth().goods()))
        .texts(
            "return_delivery", one -> digits(one.worth() == null ? null : one.worth().delivery()))
        .texts("return_refunded", one -> digits(one.refunded()))
        .times("return_created_at", History.Return::createdAt)
        .times("return_received_at", History.Return::receivedAt);
  }

  private static String digits(Money amount) {
    return amount == null ? null : Long.toString(amount.minor());
  }

  private static Rows<Back, Query> back(Rows<Back, Query> rows) {
    return rows.uuids("back_return_id", Back::returnId)
        .ints("back_line_number", one -> one.line().lineNumber())
        .ints("back_quantity", one -> one.line().quantity())
        .texts("back_reason", one -> OrderStore.shortName(one.line().reason()))
        .ints("back_restocked", one -> one.line().restocked())
        .ints("back_written_off", one -> one.line().writtenOff());
  }

  private static Rows<Paid, Query> paid(Rows<Paid, Query> rows) {
    return rows.uuids("paid_payment_id", one -> one.payment().paymentId())
        .ints("paid_position", Paid::position)
        .longs("paid_captured", one -> one.payment().captured().minor())
        .longs("paid_refunded", one -> one.payment().refunded().minor());
  }
}
