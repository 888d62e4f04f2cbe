package dev.emporion.tests.crash;

import static dev.emporion.tests.crash.Acts.behave;
import static dev.emporion.tests.crash.Acts.cancel;
import static dev.emporion.tests.crash.Acts.done;
import static dev.emporion.tests.crash.Acts.edit;
import static dev.emporion.tests.crash.Acts.goodwill;
import static dev.emporion.tests.crash.Acts.move;
import static dev.emporion.tests.crash.Acts.oneCapture;
import static dev.emporion.tests.crash.Acts.pay;
import static dev.emporion.tests.crash.Acts.place;
import static dev.emporion.tests.crash.Acts.placed;
import static dev.emporion.tests.crash.Acts.receive;
import static dev.emporion.tests.crash.Acts.refund;
import static dev.emporion.tests.crash.Acts.renew;
import static dev.emporion.tests.crash.Acts.sentBack;
import static dev.emporion.tests.crash.Acts.ship;
import static dev.emporion.tests.crash.Scenario.of;
import static dev.emporion.tests.crash.Scenario.refused;

import dev.emporion.orders.v1.Order;
import dev.emporion.simulator.v1.SetBehaviorRequest;
import java.util.ArrayList;
import java.util.List;

/** Every saga, each going well in its different ways, and refused at each step that can refuse. */
final class Scenarios {
  private static final String OK = "tok_ok";
  private static final String DECLINED = "tok_declined";

  private Scenarios() {}

  static List<Scenario> all() {
    var all = new ArrayList<Scenario>();
    all.addAll(placing());
    all.addAll(shipping());
    all.addAll(cancelling());
    all.addAll(paying());
    all.addAll(editing());
    all.addAll(returning());
    all.addAll(refunding());
    return all;
  }

  private static List<Scenario> placing() {
    String saga = "place-order";
    return List.of(
        of(saga, "that goes well", cell -> place(cell, OK, Wares.MUG, Wares.TEA), "CONFIRMED"),
        of(saga, "that has to wait for stock", cell -> place(cell, OK, Wares.TO_COME), "CONFIRMED"),
        of(
            saga,
            "of what is sold out",
            cell -> place(cell, OK, Wares.MUG, Wares.SOLD_OUT),
            "REJECTED"),
        of(
            saga,
            "whose payment is declined",
            cell -> place(cell, DECLINED, Wares.MUG),
            "REJECTED"));
  }

  private static List<Scenario> shipping() {
    return List.of(
        of("ship-order", "of everything", cell -> ship(cell, placed(cell), 2), "SHIPPED"),
        of("ship-order", "of a part", cell -> ship(cell, placed(cell), 1), "PARTIALLY_SHIPPED"),
        of(
            "ship-order",
            "of a part, and what is left is held anew",
            cell -> ship(cell, placed(cell, oneCapture()), 1),
            "PARTIALLY_SHIPPED"),
        of(
            "ship-order",
            "of a part, and what is left is not held any more",
            cell -> {
              Order order = placed(cell, oneCapture());
              behave(cell, oneCapture().setDeclinePercent(100));
              return ship(cell, order, 1);
            },
            "PARTIALLY_SHIPPED"),
        refused(
            "ship-order",
            "whose money the provider gave back",
            cell -> {
              Order order = placed(cell);
              cell.voidAtProvider(order);
              return ship(cell, order, 1);
            },
            "CONFIRMED",
            "PAYMENT_REFUSED"),
        refused(
            "ship-order",
            "that nobody pays for",
            cell -> {
              Order order = placed(cell);
              cell.giveUpPayment(order);
              return ship(cell, order, 1);
            },
            "CONFIRMED",
            "PAYMENT_REFUSED"),
        of("deliver-shipment", "of the only one", Acts::deliver, "DELIVERED"));
  }

  private static List<Scenario> cancelling() {
    return List.of(
        of("cancel-order", "of everything", cell -> cancel(cell, placed(cell)), "CANCELLED"),
        of(
            "cancel-order",
            "of what was not shipped",
            cell -> cancel(cell, done(cell, ship(cell, placed(cell), 1))),
            "SHIPPED"));
  }

  private static List<Scenario> paying() {
    return List.of(
        of("update-payment", "that goes well", cell -> pay(cell, placed(cell), OK), "CONFIRMED"),
        refused(
            "update-payment",
            "that is declined",
            cell -> pay(cell, placed(cell), DECLINED),
            "CONFIRMED",
            "PAYMENT_REFUSED"),
        of("renew-payment", "that goes well", cell -> renew(cell, false), "CONFIRMED"),
        of("renew-payment", "that is declined", cell -> renew(cell, true), "CONFIRMED"));
  }

  private static List<Scenario> editing() {
    String saga = "edit-order";
    return List.of(
        of(saga, "to fewer units", cell -> edit(cell, placed(cell), 1, 1), "CONFIRMED"),
        of(saga, "to fewer lines", cell -> edit(cell, placed(cell), 2, 0), "CONFIRMED"),
        of(saga, "to another address", cell -> move(cell, placed(cell)), "CONFIRMED"),
        refused(
            saga,
            "whose new payment is declined",
            cell -> {
              Order order = placed(cell);
              behave(cell, SetBehaviorRequest.newBuilder().setDeclinePercent(100));
              return edit(cell, order, 1, 1);
            },
            "CONFIRMED",
            "PAYMENT_REFUSED"));
  }

  private static List<Scenario> returning() {
    return List.of(
        of(
            "receive-return",
            "of which some is sold again",
            cell -> receive(cell, sentBack(cell), Wares.LOCATION),
            "SHIPPED"),
        refused(
            "receive-return",
            "at a place that there is not",
            cell -> receive(cell, sentBack(cell), "nowhere"),
            "SHIPPED",
            "LOCATION_NOT_FOUND"));
  }

  private static List<Scenario> refunding() {
    String saga = "refund-order";
    return List.of(
        of(
            saga,
            "of a return",
            cell -> refund(cell, done(cell, receive(cell, sentBack(cell), Wares.LOCATION))),
            "SHIPPED"),
        of(
            saga,
            "as goodwill, from two payments",
            cell -> {
              Order half = done(cell, ship(cell, placed(cell, oneCapture()), 1));
              Order whole = done(cell, ship(cell, half, 1));
              return goodwill(cell, whole, whole.getTotal());
            },
            "SHIPPED"),
        refused(
            saga,
            "that the provider refuses",
            cell -> {
              Order order = done(cell, ship(cell, placed(cell), 2));
              cell.refundAtProvider(order);
              return goodwill(cell, order, order.getTotal());
            },
            "SHIPPED",
            "REFUND_REFUSED"));
  }
}
