package dev.emporion.orders;

import dev.emporion.orders.CheckoutStore.End;
import dev.emporion.orders.CheckoutStore.PlacedLine;
import dev.emporion.orders.CheckoutStore.Placement;
import dev.emporion.orders.v1.OrderEvent;
import dev.emporion.platform.Money;
import dev.emporion.platform.Outbox;
import dev.emporion.platform.Rows;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.statement.Query;

/** What the statements of {@link CheckoutStore} take, column by column. */
final class CheckoutRows {
  private static final String EVENT_TYPE = Outbox.type(OrderEvent.getDefaultInstance());

  private CheckoutRows() {}

  static Rows<Placement, Query> orders(Query query, List<Placement> placements) {
    return Rows.bind(query.bind("event_type", EVENT_TYPE), placements)
        .uuids("order_id", of(Order::orderId))
        .texts("caller", one -> one.claim().caller())
        .uuids("request_id", one -> one.claim().requestId())
        .blobs("request_hash", one -> one.claim().payloadHash())
        .texts("customer_id", of(order -> order.buyer().customerId()))
        .texts("email", of(order -> order.buyer().email()))
        .uuids("cart_id", of(Order::cartId))
        .blobs("shipping_address", of(order -> order.delivery().address().toByteArray()))
        .blobs("billing_address", of(order -> order.buyer().billingAddress().toByteArray()))
        .texts("delivery_option", of(order -> order.delivery().option()))
        .texts("promotion_codes", of(CheckoutRows::promotionCodes))
        .texts("payment_token", of(order -> order.paying().token()))
        .uuids("payment_id", of(order -> order.paying().paymentId()))
        .times("renew_at", of(order -> order.paying().renewAt()))
        .texts("currency", of(order -> order.totals().total().currency()))
        .longs("subtotal", one -> one.order().totals().subtotal().minor())
        .longs("discount_total", one -> one.order().totals().discount().minor())
        .longs("delivery_price", one -> one.order().totals().delivery().minor())
        .longs("tax_total", one -> one.order().totals().tax().minor())
        .longs("total", one -> one.order().totals().total().minor())
        .booleans("prices_include_tax", one -> one.order().totals().pricesIncludeTax())
        .times("created_at", of(Order::createdAt))
        .blobs("event_payload", Placement::event)
        .texts("trace_parent", Placement::traceParent)
        .texts("kind", one -> one.lease().kind())
        .ints("epoch", one -> one.lease().epoch());
  }

  /** None has a space in it, and an array of arrays would have to be of equal ones. */
  private static String promotionCodes(Order order) {
    return String.join(" ", order.buyer().promotionCodes());
  }

  private static <V> Function<Placement, V> of(Function<Order, V> value) {
    return placement -> value.apply(placement.order());
  }

  static Query lines(Rows<Placement, Query> orders, List<PlacedLine> lines) {
    return orders
        .and(lines)
        .uuids("line_order_id", PlacedLine::orderId)
        .ints("line_number", one -> one.line().lineNumber())
        .texts("sku", one -> one.line().sku())
        .texts("title", one -> one.line().title())
        .ints("quantity", one -> one.line().units().quantity())
        .longs("unit_price", one -> minor(one, OrderLine.Prices::unitPrice))
        .longs("discount", one -> minor(one, OrderLine.Prices::discount))
        .longs("tax", one -> minor(one, OrderLine.Prices::tax))
        .texts("tax_rate", one -> one.line().prices().taxRate())
        .longs("line_total", one -> minor(one, OrderLine.Prices::total))
        .longs("delivery_share", one -> minor(one, OrderLine.Prices::deliveryShare))
        .booleans("allow_backorder", one -> one.line().allowBackorder())
        .statement();
  }

  private static long minor(PlacedLine placed, Function<OrderLine.Prices, Money> amount) {
    return amount.apply(placed.line().prices()).minor();
  }

  static Query ends(Query query, List<End> ends) {
    return Rows.bind(query.bind("event_type", EVENT_TYPE), ends)
        .uuids("order_id", end -> end.lease().subject())
        .ints("epoch", end -> end.lease().epoch())
        .texts("state", end -> end.next().state().name())
        .ints("sequence", end -> end.next().version())
        .blobs("rejection", CheckoutRows::rejection)
        .times("renew_at", end -> end.next().paying().renewAt())
        .times("updated_at", end -> end.next().updatedAt())
        .blobs("event_payload", End::event)
        .texts("trace_parent", End::traceParent)
        .statement();
  }

  private static byte[] rejection(End end) {
    return end.next().rejection() == null ? null : end.next().rejection().toByteArray();
  }
}
