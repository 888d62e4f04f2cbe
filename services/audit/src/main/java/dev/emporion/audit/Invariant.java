package dev.emporion.audit;

import java.util.Locale;

/**
 * What no service can check by itself, because two sides have to agree. What each checks of its own
 * books is listed at its CheckBooks. For an order they hold while no change of it is under way.
 */
enum Invariant {
  /** An order with open units has a reservation in inventory. */
  ORDER_HAS_ITS_RESERVATION,
  /** Of each SKU it holds, reserved and backordered together, what is open. */
  RESERVATION_HOLDS_WHAT_IS_OPEN,
  /** Nothing is reserved but for an order that knows it. */
  RESERVATION_HAS_AN_ORDER,
  /** By SKU and location, what left the stock is what the order's shipments hold. */
  STOCK_LEFT_WITH_SHIPMENTS,
  /** The order's payment holds, uncaptured, what is open; nothing with a payment problem. */
  AUTHORIZATION_IS_WHAT_IS_OPEN,
  /** What was captured, by payment, is the sum of the shipments paid from it. */
  CAPTURED_IS_WHAT_SHIPPED,
  /** What was refunded, by payment, is what the order gave back; never above what was captured. */
  REFUNDED_IS_WHAT_WAS_GIVEN_BACK,
  /** No other payment of an order holds or has taken anything. */
  ORDER_KNOWS_ITS_PAYMENTS,
  /** Each shipment of an order is in shipping, with the same units and as far on its way. */
  SHIPMENT_IS_THE_ORDERS,
  /** No other shipment exists. */
  ORDER_KNOWS_ITS_SHIPMENTS,
  /** An order that was rejected or cancelled holds neither stock nor money. */
  CLOSED_ORDER_HOLDS_NOTHING,
  /** State, amount, captured and refunded are the same at the provider. */
  PROVIDER_AGREES_WITH_PAYMENTS,
  /** The provider holds or has taken nothing that payments does not know. */
  CHARGE_HAS_A_PAYMENT,
  /** Of one payment the provider has one authorization, whatever became of its key. */
  CHARGED_ONCE;

  /** As it is printed and documented. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
