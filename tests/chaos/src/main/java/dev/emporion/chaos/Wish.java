package dev.emporion.chaos;

import dev.emporion.carts.v1.CartLine;
import dev.emporion.orders.v1.ReturnReason;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * What one client wants, drawn from the run's seed and the wish's number: the same in every run.
 *
 * @param lines of the cart
 * @param token how the payment provider is to behave
 * @param repeats whether a request that was answered is sent again, as by an impatient user
 * @param acts what is done to the order later, in this order, as far as its state allows
 */
record Wish(int number, List<CartLine> lines, String token, boolean repeats, List<Act> acts) {
  private static final int MAX_LINES = 3;
  private static final int MAX_QUANTITY = 3;
  private static final int PERCENT = 100;

  static Wish draw(long seed, int number, Shelf shelf) {
    Random chance = new Random(seed * 1_000_003 + number);
    var lines = new TreeMap<String, Integer>();
    int wanted = 1 + chance.nextInt(MAX_LINES);
    while (lines.size() < wanted) {
      lines.put(shelf.sku(chance), 1 + chance.nextInt(MAX_QUANTITY));
    }
    return new Wish(
        number,
        lines.entrySet().stream().map(line -> line(line.getKey(), line.getValue())).toList(),
        token(chance.nextInt(PERCENT)),
        chance.nextInt(PERCENT) < 20,
        acts(chance));
  }

  private static CartLine line(String sku, int quantity) {
    return CartLine.newBuilder().setSku(sku).setQuantity(quantity).build();
  }

  private static String token(int percent) {
    if (percent < 80) {
      return "tok_ok";
    }
    if (percent < 85) {
      return "tok_slow";
    }
    if (percent < 90) {
      return "tok_timeout_after_charge";
    }
    return percent < 95 ? "tok_unavailable_once" : "tok_declined";
  }

  /** How an order goes on; a third stays as it is. */
  private static List<Act> acts(Random chance) {
    int percent = chance.nextInt(PERCENT);
    if (percent < 12) {
      return List.of(new Act.Cancel());
    }
    if (percent < 22) {
      return List.of(new Edit(), new Act.Ship(true), new Act.Deliver());
    }
    if (percent < 37) {
      return List.of(
          new Act.Ship(true),
          new Act.Deliver(),
          new Act.SendBack(reason(chance)),
          new Act.TakeBack(),
          new Act.Refund());
    }
    if (percent < 47) {
      return List.of(new Act.Ship(false), new Act.Ship(true), new Act.Deliver(), new Act.Deliver());
    }
    if (percent < 54) {
      return List.of(new Act.Ship(false), new Act.Cancel());
    }
    if (percent < 59) {
      return List.of(new Act.Ship(true), new Act.GiveBack());
    }
    if (percent < 66) {
      return List.of(new Act.PayOtherwise(token(chance.nextInt(PERCENT))), new Act.Ship(true));
    }
    return List.of();
  }

  private static ReturnReason reason(Random chance) {
    return chance.nextBoolean()
        ? ReturnReason.RETURN_REASON_UNWANTED
        : ReturnReason.RETURN_REASON_DAMAGED;
  }
}
