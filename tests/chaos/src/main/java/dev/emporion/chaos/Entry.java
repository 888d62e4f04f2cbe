package dev.emporion.chaos;

import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderState;
import java.time.Instant;

/**
 * A line of the journal.
 *
 * @param number of the wish
 * @param act "place", or the name of an {@link Act}
 * @param orderId empty where it is not known yet
 * @param total what the order costs, as "EUR 12.34"; empty where it is not known
 */
record Entry(
    Instant time,
    Kind kind,
    int number,
    String act,
    String requestId,
    String cartId,
    String orderId,
    OrderState state,
    String total) {
  private static final int FIELDS = 9;

  enum Kind {
    /** A request is about to be sent. */
    ASKED,
    /** It was answered with OK: from here on it must never be lost. */
    ACKNOWLEDGED,
    /** It was refused for good. */
    REFUSED,
    /** It was never answered, however often it was repeated. */
    GIVEN_UP
  }

  static Entry of(Kind kind, int number, String act, String requestId, Order order) {
    return new Entry(
        Instant.now(),
        kind,
        number,
        act,
        requestId,
        order.getCartId(),
        order.getOrderId(),
        order.getState(),
        Totals.text(order.getTotal()));
  }

  String line() {
    return String.join(
        "\t",
        time.toString(),
        kind.name(),
        Integer.toString(number),
        act,
        requestId,
        cartId,
        orderId,
        state.name(),
        total);
  }

  static Entry parse(String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length != FIELDS) {
      throw new ChaosException("not a line of the journal: " + line);
    }
    return new Entry(
        Instant.parse(fields[0]),
        Kind.valueOf(fields[1]),
        Integer.parseInt(fields[2]),
        fields[3],
        fields[4],
        fields[5],
        fields[6],
        OrderState.valueOf(fields[7]),
        fields[8]);
  }
}
