package dev.emporion.tests.crash;

import dev.emporion.orders.v1.Order;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A change of an order, as somebody asks for it.
 *
 * @param saga its kind
 * @param name what is special about it
 * @param prepare makes what it needs, undisturbed
 * @param end how the order is afterwards, whatever happens on the way
 */
record Scenario(String saga, String name, Function<Cell, Asked> prepare, End end) {

  /**
   * What is asked for.
   *
   * @param orderId null if it is placed by this
   * @param send the request, the same at each try
   */
  record Asked(String orderId, Supplier<Order> send) {}

  /**
   * @param state without the enum's prefix
   * @param refusal the reason that the request is refused with; null if it is not
   */
  record End(String state, String refusal) {}

  static Scenario of(String saga, String name, Function<Cell, Asked> prepare, String state) {
    return new Scenario(saga, name, prepare, new End(state, null));
  }

  static Scenario refused(
      String saga, String name, Function<Cell, Asked> prepare, String state, String refusal) {
    return new Scenario(saga, name, prepare, new End(state, refusal));
  }

  @Override
  public String toString() {
    return saga + " " + name;
  }
}
