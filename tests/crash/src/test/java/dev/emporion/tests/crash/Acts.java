package dev.emporion.tests.crash;

import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.RefundOrderRequest;
import dev.emporion.platform.Caller;
import dev.emporion.simulator.v1.SetBehaviorRequest;
import dev.emporion.tests.crash.Scenario.Asked;

/** What buyers and merchants do, in a cell in which nothing happens meanwhile. */
final class Acts {
  private static final String OK = "tok_ok";
  private static final Caller MERCHANT = Caller.merchant("m");

  private Acts() {}

  static SetBehaviorRequest.Builder oneCapture() {
    return SetBehaviorRequest.newBuilder().setSingleCapture(true);
  }

  static void behave(Cell cell, SetBehaviorRequest.Builder behavior) {
    cell.provider.setBehavior(behavior.build());
  }

  static Asked place(Cell cell, String token, String... skus) {
    behave(cell, SetBehaviorRequest.newBuilder());
    return new Asked(null, new Shopper(cell).order(token, skus));
  }

  /** Two units where there is one. */
  static Asked tooMuch(Cell cell) {
    return place(cell, OK, Wares.SOLD_OUT);
  }

  /** An order of two units of each of two things. */
  static Order placed(Cell cell) {
    return placed(cell, SetBehaviorRequest.newBuilder());
  }

  static Order placed(Cell cell, SetBehaviorRequest.Builder behavior) {
    behave(cell, behavior);
    return done(cell, new Asked(null, new Shopper(cell).order(OK, Wares.MUG, Wares.TEA)));
  }

  static Order done(Cell cell, Asked asked) {
    return Run.settled(cell, Run.insist(asked.send()).getOrderId());
  }

  static Asked ship(Cell cell, Order order, int units) {
    var request = Requests.ship(order, units);
    return new Asked(
        order.getOrderId(),
        () -> Caller.as(MERCHANT, () -> cell.orders.shipOrder(request).getOrder()));
  }

  static Asked deliver(Cell cell) {
    Order order = done(cell, ship(cell, placed(cell), 2));
    var request = Requests.deliver(order);
    return new Asked(
        order.getOrderId(),
        () -> Caller.as(MERCHANT, () -> cell.orders.deliverShipment(request).getOrder()));
  }

  static Asked cancel(Cell cell, Order order) {
    var request = Requests.cancel(order);
    return new Asked(order.getOrderId(), () -> cell.orders.cancelOrder(request).getOrder());
  }

  static Asked pay(Cell cell, Order order, String token) {
    var request = Requests.pay(order, token);
    return new Asked(order.getOrderId(), () -> cell.orders.updatePaymentMethod(request).getOrder());
  }

  /** Nobody asks for it: it is due, and the request only looks whether it was done. */
  static Asked renew(Cell cell, boolean declined) {
    Order order = placed(cell);
    if (declined) {
      behave(cell, SetBehaviorRequest.newBuilder().setDeclinePercent(100));
    }
    return new Asked(order.getOrderId(), () -> cell.renewed(order));
  }

  /** So many units of the first line from now on, and so many of the second. */
  static Asked edit(Cell cell, Order order, int first, int second) {
    var request =
        Requests.edit(order, new Shopper(cell).total(order, first, second), first, second);
    return new Asked(order.getOrderId(), () -> cell.orders.editOrder(request).getOrder());
  }

  static Asked move(Cell cell, Order order) {
    var request = Requests.move(order);
    return new Asked(order.getOrderId(), () -> cell.orders.editOrder(request).getOrder());
  }

  /** An order of which everything was shipped, and one unit of each line is on its way back. */
  static Order sentBack(Cell cell) {
    Order order = done(cell, ship(cell, placed(cell), 2));
    return cell.orders.requestReturn(Requests.sendBack(order)).getOrder();
  }

  static Asked receive(Cell cell, Order order, String location) {
    var request = Requests.receive(order, location);
    return new Asked(
        order.getOrderId(),
        () -> Caller.as(MERCHANT, () -> cell.orders.receiveReturn(request).getOrder()));
  }

  static Asked refund(Cell cell, Order order) {
    return refund(cell, order, Requests.refund(order));
  }

  static Asked goodwill(Cell cell, Order order, com.google.type.Money amount) {
    return refund(cell, order, Requests.goodwill(order, amount));
  }

  private static Asked refund(Cell cell, Order order, RefundOrderRequest request) {
    return new Asked(
        order.getOrderId(),
        () -> Caller.as(MERCHANT, () -> cell.orders.refundOrder(request).getOrder()));
  }
}
