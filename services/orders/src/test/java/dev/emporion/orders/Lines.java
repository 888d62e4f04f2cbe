package dev.emporion.orders;

import dev.emporion.platform.Money;

/** Lines for tests of the rules. */
final class Lines {
  private Lines() {}

  static Money eur(long cents) {
    return new Money("EUR", cents);
  }

  /** A line of which nothing has happened yet. */
  static OrderLine line(int number, int quantity, long total, long deliveryShare) {
    return new OrderLine(
        number,
        "SKU-" + number,
        "Thing " + number,
        OrderLine.Units.of(quantity),
        new OrderLine.Prices(
            eur(total / quantity), eur(0), eur(0), "0.19", eur(total), eur(deliveryShare)),
        false);
  }

  static OrderLine line(
      int number, int quantity, int shipped, int returned, long total, long deliveryShare) {
    return line(number, quantity, total, deliveryShare)
        .with(new OrderLine.Units(quantity, 0, shipped, returned));
  }
}
