package dev.emporion.orders;

import dev.emporion.platform.Money;

/**
 * Exact prices of units: a line's total and its share of the delivery cost are each divided over
 * its units, the first ones taking one minor unit more until nothing is left over. So any parts of
 * a line add up to the whole, to the last minor unit.
 */
final class UnitPrices {
  private UnitPrices() {}

  /** The price of the units from (counted from 0) up to but not including to. */
  static Money goods(OrderLine line, int from, int to) {
    return between(line.prices().total(), line.units().quantity(), from, to);
  }

  /** The delivery cost of these units. */
  static Money delivery(OrderLine line, int from, int to) {
    return between(line.prices().deliveryShare(), line.units().quantity(), from, to);
  }

  /** Both together. */
  static Money value(OrderLine line, int from, int to) {
    return goods(line, from, to).plus(delivery(line, from, to));
  }

  /** The value of what is open. */
  static Money open(OrderLine line) {
    OrderLine.Units units = line.units();
    return value(line, units.shipped(), units.shipped() + units.open());
  }

  private static Money between(Money whole, int quantity, int from, int to) {
    if (from < 0 || to < from || quantity < to) {
      throw new IllegalArgumentException("no units " + from + " to " + to + " of " + quantity);
    }
    return new Money(
        whole.currency(),
        prefix(whole.minor(), quantity, to) - prefix(whole.minor(), quantity, from));
  }

  /** What the first count units cost. */
  private static long prefix(long whole, int quantity, int count) {
    return whole / quantity * count + Math.min(count, whole % quantity);
  }
}
