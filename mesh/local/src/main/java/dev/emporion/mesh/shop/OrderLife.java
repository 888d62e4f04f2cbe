package dev.emporion.mesh.shop;

import dev.emporion.carts.v1.Cart;
import dev.emporion.inventory.v1.BatchGetAvailabilityRequest;
import dev.emporion.inventory.v1.StockLevel;
import dev.emporion.orders.v1.DeliverShipmentRequest;
import dev.emporion.orders.v1.EditOrderLine;
import dev.emporion.orders.v1.EditOrderRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderShipment;
import dev.emporion.orders.v1.ReceiveReturnLine;
import dev.emporion.orders.v1.ReceiveReturnRequest;
import dev.emporion.orders.v1.RefundOrderRequest;
import dev.emporion.orders.v1.RequestReturnLine;
import dev.emporion.orders.v1.RequestReturnRequest;
import dev.emporion.orders.v1.Return;
import dev.emporion.orders.v1.ReturnReason;
import dev.emporion.orders.v1.ShipOrderLine;
import dev.emporion.orders.v1.ShipOrderRequest;
import io.grpc.StatusRuntimeException;
import java.math.BigDecimal;
import java.util.List;

/** One order from the first click to the last cent, and the ledger at its end. */
final class OrderLife {
  private static final String MUG = "MUG-BLUE";
  private static final String TEAPOT = "TEAPOT-RED";
  private static final String LOCATION = "lyon";
  private static final int MUG_LINE = 1;

  private final Shop shop;
  private final Shop merchant;
  private final Buyer shopper;
  private final Story story;

  OrderLife(Shop shop, Story story) {
    this.shop = shop;
    this.merchant = shop.as("merchant/demo");
    this.shopper = new Buyer(shop);
    this.story = story;
  }

  void tell() {
    Order order = order();
    order = edit(order);
    order = shipSome(order);
    order = shipTheRest(order);
    order = deliver(order);
    order = requestReturn(order);
    order = receiveReturn(order);
    order = refund(order);
    order = goodwill(order);
    tooMuch(order);
    BigDecimal sum = new Ledger(merchant, story).tell(order);
    story.end(
        "order=%s captured=%s refunded=%s ledger=%s",
        order.getOrderId(),
        Amounts.value(order.getCapturedTotal()).toPlainString(),
        Amounts.value(order.getRefundedTotal()).toPlainString(),
        sum.toPlainString());
  }

  private Order order() {
    Cart cart = shopper.fillCart("EUR", List.of(Buyer.line(MUG, 4), Buyer.line(TEAPOT, 1)));
    Order order = shopper.awaitDecision(shopper.place(cart, shopper.quote(cart), "tok_ok"));
    story.step("A shopper orders four mugs and a teapot. The money is held, not taken:");
    tellMoney(order);
    return order;
  }

  private Order edit(Order order) {
    Cart less = shopper.fillCart("EUR", List.of(Buyer.line(MUG, 3), Buyer.line(TEAPOT, 1)));
    Order edited =
        shop.orders()
            .editOrder(
                EditOrderRequest.newBuilder()
                    .setRequestId(Buyer.newId())
                    .setOrderId(order.getOrderId())
                    .addLines(EditOrderLine.newBuilder().setLineNumber(MUG_LINE).setQuantity(3))
                    .setExpectedTotal(shopper.quote(less).getTotal())
                    .build())
            .getOrder();
    edited = shopper.awaitDecision(edited);
    story.step("Three mugs are enough: the order is edited, and the new total is held instead:");
    tellMoney(edited);
    return edited;
  }

  private Order shipSome(Order order) {
    Order shipped =
        ship(order, ShipOrderLine.newBuilder().setLineNumber(MUG_LINE).setQuantity(2).build());
    story.step("Two mugs leave in a first parcel, and exactly their price is taken:");
    tellParcel(shipped.getShipments(0));
    tellMoney(shipped);
    return shipped;
  }

  private Order shipTheRest(Order order) {
    Order shipped = ship(order);
    story.step("The rest follows; now everything is taken, to the cent:");
    tellParcel(shipped.getShipments(1));
    tellMoney(shipped);
    return shipped;
  }

  private Order ship(Order order, ShipOrderLine... lines) {
    return shopper.awaitDecision(
        merchant
            .orders()
            .shipOrder(
                ShipOrderRequest.newBuilder()
                    .setRequestId(Buyer.newId())
                    .setOrderId(order.getOrderId())
                    .addAllLines(List.of(lines))
                    .setCarrier("Postbote")
                    .build())
            .getOrder());
  }

  private Order deliver(Order order) {
    Order latest = order;
    for (OrderShipment parcel : order.getShipmentsList()) {
      latest =
          merchant
              .orders()
              .deliverShipment(
                  DeliverShipmentRequest.newBuilder()
                      .setRequestId(Buyer.newId())
                      .setOrderId(order.getOrderId())
                      .setShipmentId(parcel.getShipmentId())
                      .build())
              .getOrder();
      latest = shopper.awaitDecision(latest);
    }
    story.step("Both parcels arrive:");
    story.row("order", "%s", Buyer.state(latest));
    return latest;
  }

  private Order requestReturn(Order order) {
    Order asked =
        shop.orders()
            .requestReturn(
                RequestReturnRequest.newBuilder()
                    .setRequestId(Buyer.newId())
                    .setOrderId(order.getOrderId())
                    .addLines(
                        RequestReturnLine.newBuilder()
                            .setLineNumber(MUG_LINE)
                            .setQuantity(2)
                            .setReason(ReturnReason.RETURN_REASON_DAMAGED))
                    .build())
            .getOrder();
    story.step("Two mugs came chipped; the shopper asks to send them back:");
    tellReturn(asked.getReturns(0));
    return asked;
  }

  private Order receiveReturn(Order order) {
    int before = onHand();
    Order received =
        merchant
            .orders()
            .receiveReturn(
                ReceiveReturnRequest.newBuilder()
                    .setRequestId(Buyer.newId())
                    .setOrderId(order.getOrderId())
                    .setReturnId(order.getReturns(0).getReturnId())
                    .setLocationId(LOCATION)
                    .addLines(
                        ReceiveReturnLine.newBuilder()
                            .setLineNumber(MUG_LINE)
                            .setRestockedQuantity(1)
                            .setWrittenOffQuantity(1))
                    .build())
            .getOrder();
    received = shopper.awaitDecision(received);
    story.step("They come in. One is fine after all and sold again, one is written off:");
    tellReturn(received.getReturns(0));
    story.row("stock", "%+d in %s", onHand() - before, LOCATION);
    return received;
  }

  private Order refund(Order order) {
    Order refunded =
        refund(
            RefundOrderRequest.newBuilder()
                .setOrderId(order.getOrderId())
                .setReturnId(order.getReturns(0).getReturnId()));
    story.step("Their exact price is given back, with their share of the delivery cost:");
    tellReturn(refunded.getReturns(0));
    tellMoney(refunded);
    return refunded;
  }

  private Order goodwill(Order order) {
    Order refunded =
        refund(
            RefundOrderRequest.newBuilder()
                .setOrderId(order.getOrderId())
                .setGoodwillAmount(Amounts.money("EUR", "5.00"))
                .setReason("for the trouble"));
    story.step("And EUR 5.00 for the trouble:");
    tellMoney(refunded);
    return refunded;
  }

  private void tooMuch(Order order) {
    story.step("More than was taken is never given back:");
    try {
      refund(
          RefundOrderRequest.newBuilder()
              .setOrderId(order.getOrderId())
              .setGoodwillAmount(order.getTotal()));
    } catch (StatusRuntimeException e) {
      story.say("%s", e.getMessage());
    }
  }

  private Order refund(RefundOrderRequest.Builder request) {
    var answer = merchant.orders().refundOrder(request.setRequestId(Buyer.newId()).build());
    return shopper.awaitDecision(answer.getOrder());
  }

  private void tellMoney(Order order) {
    story.row("order", "%s", Buyer.state(order));
    story.row(
        "money",
        "total %s, taken %s, given back %s",
        Amounts.text(order.getTotal()),
        Amounts.text(order.getCapturedTotal()),
        Amounts.text(order.getRefundedTotal()));
  }

  private void tellParcel(OrderShipment parcel) {
    int units = parcel.getLinesList().stream().mapToInt(line -> line.getQuantity()).sum();
    story.row(
        "parcel",
        "%d units from %s, %s",
        units,
        parcel.getLines(0).getLocationId(),
        Amounts.text(parcel.getAmount()));
  }

  private void tellReturn(Return back) {
    String state = back.getState().name().substring("RETURN_STATE_".length());
    String paid = back.hasRefundedAmount() ? ", " + Amounts.text(back.getRefundedAmount()) : "";
    story.row("return", "%s%s", state, paid);
  }

  private int onHand() {
    return merchant
        .inventory()
        .batchGetAvailability(BatchGetAvailabilityRequest.newBuilder().addSkus(MUG).build())
        .getAvailabilities(0)
        .getStockLevelsList()
        .stream()
        .filter(level -> level.getLocationId().equals(LOCATION))
        .mapToInt(StockLevel::getOnHand)
        .sum();
  }
}
