package dev.emporion.mesh;

import dev.emporion.mesh.run.Stages;
import dev.emporion.mesh.shop.Buyer;
import dev.emporion.mesh.shop.Seed;
import dev.emporion.mesh.shop.Shop;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderState;

/** What shows that a shop that came up works: somebody bought something there. */
record FirstOrder(String gateway, Stages stages) {

  /** Fills the shop if it is empty, and returns the order, which is confirmed. */
  Order place(String logs) {
    try (Shop shop = Shop.at(gateway)) {
      stages.run("catalog", () -> new Seed(shop).sow());
      Order[] order = new Order[1];
      stages.run(
          "order",
          () -> {
            order[0] = new Buyer(shop).buySomething();
            return Buyer.summary(order[0]);
          });
      if (order[0].getState() != OrderState.ORDER_STATE_CONFIRMED) {
        throw new RunnerException("the order was not confirmed; see " + logs);
      }
      return order[0];
    }
  }
}
