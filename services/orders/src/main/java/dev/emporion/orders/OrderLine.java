package dev.emporion.orders;

import dev.emporion.platform.Money;

/**
 * One line of an order, at the price the buyer saw.
 *
 * @param lineNumber from 1
 * @param allowBackorder whether it may be sold without stock
 */
record OrderLine(
    int lineNumber, String sku, String title, Units units, Prices prices, boolean allowBackorder) {

  /**
   * What became of the units. They have an order: the first ones ship and come back first, the last
   * ones are cancelled first. Always: cancelled + shipped <= quantity, returned <= shipped.
   */
  record Units(int quantity, int cancelled, int shipped, int returned) {
    static Units of(int quantity) {
      return new Units(quantity, 0, 0, 0);
    }

    /** What is neither cancelled nor shipped. */
    int open() {
      return quantity - cancelled - shipped;
    }

    Units ship(int more) {
      return new Units(quantity, cancelled, shipped + more, returned);
    }

    Units giveBack(int more) {
      return new Units(quantity, cancelled, shipped, returned + more);
    }

    Units cancelOpen() {
      return new Units(quantity, quantity - shipped, shipped, returned);
    }
  }

  /**
   * What all its units cost together, but for the unit price.
   *
   * @param deliveryShare this line's part of the delivery cost with its tax
   */
  record Prices(
      Money unitPrice,
      Money discount,
      Money tax,
      String taxRate,
      Money total,
      Money deliveryShare) {}

  /** The same line at these prices. */
  OrderLine with(Prices next) {
    return new OrderLine(lineNumber, sku, title, units, next, allowBackorder);
  }

  /** The same line with these units. */
  OrderLine with(Units next) {
    return new OrderLine(lineNumber, sku, title, next, prices, allowBackorder);
  }
}
