package dev.emporion.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What is measured, in which order.
 *
 * @param clients the levels of PlaceOrder
 * @param warmUpSeconds the most load before the first level
 * @param only part of a scenario's name; empty for all of them
 */
record Plan(List<Integer> clients, int seconds, int warmUpSeconds, String only) {
  private static final int COMMON_CLIENTS = 32;

  /** Of each level, before it is measured: the change of load settles. */
  private static final Duration RAMP = Duration.ofSeconds(2);

  private static final Duration WARM_UP_ROUND = Duration.ofSeconds(15);

  /** What the clients of a level do. */
  enum Kind {
    /** A cart of one of many SKUs, then its order. */
    PLACE_ORDER("place_order"),
    /** The same, all of them the same SKU. */
    PLACE_ORDER_HOT("place_order_hot_sku"),
    /** A look at one of many products. */
    GET_PRODUCT("get_product");

    final String label;

    Kind(String label) {
      this.label = label;
    }

    boolean placesOrders() {
      return this != GET_PRODUCT;
    }
  }

  record Level(Kind kind, int clients, Duration ramp, Duration length) {}

  /** One round; {@link Bench} says how many of orders are enough. */
  Level warmUp(Kind kind) {
    return new Level(kind, COMMON_CLIENTS, Duration.ZERO, WARM_UP_ROUND);
  }

  int mostWarmUpRounds() {
    return Math.ceilDiv(warmUpSeconds, Math.toIntExact(WARM_UP_ROUND.toSeconds()));
  }

  List<Level> levels() {
    var levels = new ArrayList<Level>();
    clients.forEach(count -> levels.add(level(Kind.PLACE_ORDER, count)));
    levels.add(level(Kind.PLACE_ORDER_HOT, COMMON_CLIENTS));
    levels.add(level(Kind.GET_PRODUCT, COMMON_CLIENTS));
    levels.removeIf(level -> !level.kind().label.contains(only));
    return levels;
  }

  private Level level(Kind kind, int count) {
    return new Level(kind, count, RAMP, Duration.ofSeconds(seconds));
  }
}
