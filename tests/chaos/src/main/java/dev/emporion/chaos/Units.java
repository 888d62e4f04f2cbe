package dev.emporion.chaos;

import dev.emporion.orders.v1.OrderLine;

/** Units of a line. */
final class Units {

  private Units() {}

  /** Neither shipped nor given up. */
  static int open(OrderLine line) {
    return line.getQuantity() - line.getCancelledQuantity() - line.getShippedQuantity();
  }
}
