package dev.emporion.carts;

import dev.emporion.carts.v1.ErrorReason;
import dev.emporion.platform.Failure;
import io.grpc.Status.Code;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What someone means to buy. Every change makes the next version of it.
 *
 * @param customerId null for a guest's cart
 * @param lines in the order they were added, no SKU twice
 */
record Cart(
    UUID cartId,
    String customerId,
    String currency,
    List<Line> lines,
    int version,
    Instant expireAt,
    Instant createdAt,
    Instant updatedAt) {
  static final int MAX_LINES = 100;
  static final int MAX_QUANTITY = 10_000;

  /** So many units of a SKU. */
  record Line(String sku, int quantity) {}

  /** When a change happens, and until when the cart is kept because of it. */
  record Moment(Instant now, Instant expireAt) {}

  /** The first version; when that is, the database says. */
  static Cart first(UUID cartId, String customerId, String currency, List<Line> lines) {
    return new Cart(cartId, customerId, currency, lines, 1, null, null, null);
  }

  /**
   * The version, which every change raises by one. A cart's id is never used again, so id and etag
   * together stand for one content.
   */
  String etag() {
    return Integer.toString(version);
  }

  /** Puts units into the cart, on top of those it has of this SKU. */
  Cart add(Line line, Moment moment) {
    return with(plus(lines, line), moment);
  }

  /** Sets the units of a SKU that is in the cart. */
  Cart update(Line line, Moment moment) {
    var next = new ArrayList<>(lines);
    next.set(indexOfPresent(line.sku), line);
    return with(next, moment);
  }

  Cart remove(String sku, Moment moment) {
    var next = new ArrayList<>(lines);
    next.remove(indexOfPresent(sku));
    return with(next, moment);
  }

  /** Takes the lines of a guest's cart, after its own. */
  Cart merge(Cart guest, Moment moment) {
    if (!currency.equals(guest.currency)) {
      throw refuse(
          ErrorReason.ERROR_REASON_CURRENCY_DIFFERS,
          "the carts are in " + currency + " and " + guest.currency);
    }
    List<Line> next = lines;
    for (Line line : guest.lines) {
      next = plus(next, line);
    }
    return with(next, moment);
  }

  private Cart with(List<Line> next, Moment moment) {
    return new Cart(
        cartId,
        customerId,
        currency,
        List.copyOf(next),
        version + 1,
        moment.expireAt,
        createdAt,
        moment.now);
  }

  private static List<Line> plus(List<Line> lines, Line line) {
    var next = new ArrayList<>(lines);
    int index = indexOf(lines, line.sku);
    if (index < 0) {
      if (lines.size() == MAX_LINES) {
        throw refuse(
            ErrorReason.ERROR_REASON_CART_FULL, "the cart has " + MAX_LINES + " lines already");
      }
      next.add(line);
      return next;
    }
    int quantity = lines.get(index).quantity + line.quantity;
    if (quantity > MAX_QUANTITY) {
      throw refuse(
              ErrorReason.ERROR_REASON_QUANTITY_TOO_LARGE,
              line.sku + " would have " + quantity + " units, " + MAX_QUANTITY + " at most")
          .meta("sku", line.sku);
    }
    next.set(index, new Line(line.sku, quantity));
    return next;
  }

  private int indexOfPresent(String sku) {
    int index = indexOf(lines, sku);
    if (index < 0) {
      throw Failure.of(
              Code.NOT_FOUND,
              ErrorReason.ERROR_REASON_CART_LINE_NOT_FOUND,
              "the cart has no line with " + sku)
          .meta("sku", sku);
    }
    return index;
  }

  private static int indexOf(List<Line> lines, String sku) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).sku.equals(sku)) {
        return i;
      }
    }
    return -1;
  }

  private static Failure refuse(ErrorReason reason, String message) {
    return Failure.of(Code.FAILED_PRECONDITION, reason, message);
  }
}
