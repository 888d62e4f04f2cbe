package dev.emporion.chaos;

import dev.emporion.mesh.shop.Shop;
import dev.emporion.orders.v1.CancelOrderRequest;
import dev.emporion.orders.v1.DeliverShipmentRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderLine;
import dev.emporion.orders.v1.OrderShipment;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.orders.v1.ReceiveReturnRequest;
import dev.emporion.orders.v1.RefundOrderRequest;
import dev.emporion.orders.v1.RequestReturnLine;
import dev.emporion.orders.v1.RequestReturnRequest;
import dev.emporion.orders.v1.Return;
import dev.emporion.orders.v1.ReturnReason;
import dev.emporion.orders.v1.ReturnState;
import dev.emporion.orders.v1.ShipOrderLine;
import dev.emporion.orders.v1.ShipOrderRequest;
import dev.emporion.orders.v1.UpdatePaymentMethodRequest;
import java.util.Optional;
import java.util.Set;

/** What somebody does to an order that exists. */
sealed interface Act
    permits Act.Cancel,
        Act.Ship,
        Act.Deliver,
        Edit,
        Act.SendBack,
        Act.TakeBack,
        Act.Refund,
        Act.GiveBack,
        Act.PayOtherwise {

  /** What an order's state, its stock or its payment may forbid; anything else is a violation. */
  Set<String> REFUSALS =
      Set.of(
          "ORDER_STATE",
          "PAYMENT_REFUSED",
          "REFUND_REFUSED",
          "RETURN_STATE",
          "NOT_IN_STOCK",
          "QUANTITY_EXCEEDED",
          "AMOUNT_EXCEEDED");

  /** One word for the journal. */
  String name();

  /** Whether it is to be tried at an order like this one. */
  boolean suits(Order order);

  /** Asks once; a repetition has the same request id. Returns the order after it. */
  Order ask(Shop shop, Order order, String requestId);

  private static Shop merchant(Shop shop) {
    return shop.as("merchant/chaos");
  }

  private static boolean isOpen(Order order) {
    return order.getState() == OrderState.ORDER_STATE_CONFIRMED
        || order.getState() == OrderState.ORDER_STATE_PARTIALLY_SHIPPED;
  }

  private static boolean isShipped(Order order) {
    return order.getShipmentsCount() > 0;
  }

  /** Gives up what was not shipped. */
  record Cancel() implements Act {
    @Override
    public String name() {
      return "cancel";
    }

    @Override
    public boolean suits(Order order) {
      return isOpen(order);
    }

    @Override
    public Order ask(Shop shop, Order order, String requestId) {
      return shop.orders()
          .cancelOrder(
              CancelOrderRequest.newBuilder()
                  .setRequestId(requestId)
                  .setOrderId(order.getOrderId())
                  .setReason("changed my mind")
                  .build())
          .getOrder();
    }
  }

  /**
   * Lets some of it leave.
   *
   * @param all whether that is all that is open, or one unit of the first line that has one
   */
  record Ship(boolean all) implements Act {
    @Override
    public String name() {
      return "ship";
    }

    @Override
    public boolean suits(Order order) {
      return isOpen(order);
    }

    @Override
    public Order ask(Shop shop, Order order, String requestId) {
      var request =
          ShipOrderRequest.newBuilder()
              .setRequestId(requestId)
              .setOrderId(order.getOrderId())
              .setCarrier("Bote");
      if (!all) {
        firstOpen(order).ifPresent(line -> request.addLines(oneOf(line)));
      }
      return merchant(shop).orders().shipOrder(request.build()).getOrder();
    }

    private static Optional<OrderLine> firstOpen(Order order) {
      return order.getLinesList().stream().filter(line -> Units.open(line) > 0).findFirst();
    }

    private static ShipOrderLine oneOf(OrderLine line) {
      return ShipOrderLine.newBuilder().setLineNumber(line.getLineNumber()).setQuantity(1).build();
    }
  }

  /** The first parcel that is on its way arrives. */
  record Deliver() implements Act {
    @Override
    public String name() {
      return "deliver";
    }

    @Override
    public boolean suits(Order order) {
      return underWay(order).isPresent();
    }

    private static Optional<OrderShipment> underWay(Order order) {
      return order.getShipmentsList().stream()
          .filter(parcel -> !parcel.hasDeliverTime())
          .findFirst();
    }

    @Override
    public Order ask(Shop shop, Order order, String requestId) {
      return merchant(shop)
          .orders()
          .deliverShipment(
              DeliverShipmentRequest.newBuilder()
                  .setRequestId(requestId)
                  .setOrderId(order.getOrderId())
                  .setShipmentId(underWay(order).orElseThrow().getShipmentId())
                  .build())
          .getOrder();
    }
  }

  /** Asks to send one unit of each shipped line back. */
  record SendBack(ReturnReason reason) implements Act {
    @Override
    public String name() {
      return "request-return";
    }

    @Override
    public boolean suits(Order order) {
      return isShipped(order) && order.getReturnsCount() == 0;
    }

    @Override
    public Order ask(Shop shop, Order order, String requestId) {
      var request =
          RequestReturnRequest.newBuilder().setRequestId(requestId).setOrderId(order.getOrderId());
      order.getLinesList().stream()
          .filter(line -> line.getShippedQuantity() > 0)
          .forEach(
              line ->
                  request.addLines(
                      RequestReturnLine.newBuilder()
                          .setLineNumber(line.getLineNumber())
                          .setQuantity(1)
                          .setReason(reason)));
      return shop.orders().requestReturn(request.build()).getOrder();
    }
  }

  private static Optional<Return> returned(Order order, ReturnState state) {
    return order.getReturnsList().stream().filter(one -> one.getState() == state).findFirst();
  }

  /** What was sent back comes in, and goes back into stock. */
  record TakeBack() implements Act {
    @Override
    public String name() {
      return "receive-return";
    }

    @Override
    public boolean suits(Order order) {
      return returned(order, ReturnState.RETURN_STATE_REQUESTED).isPresent();
    }

    @Override
    public Order ask(Shop shop, Order order, String requestId) {
      Return back = returned(order, ReturnState.RETURN_STATE_REQUESTED).orElseThrow();
      return merchant(shop)
          .orders()
          .receiveReturn(
              ReceiveReturnRequest.newBuilder()
                  .setRequestId(requestId)
                  .setOrderId(order.getOrderId())
                  .setReturnId(back.getReturnId())
                  .setLocationId("berlin")
                  .build())
          .getOrder();
    }
  }

  /** Gives back what came in is worth. */
  record Refund() implements Act {
    @Override
    public String name() {
      return "refund";
    }

    @Override
    public boolean suits(Order order) {
      return returned(order, ReturnState.RETURN_STATE_RECEIVED).isPresent();
    }

    @Override
    public Order ask(Shop shop, Order order, String requestId) {
      Return back = returned(order, ReturnState.RETURN_STATE_RECEIVED).orElseThrow();
      return merchant(shop)
          .orders()
          .refundOrder(
              RefundOrderRequest.newBuilder()
                  .setRequestId(requestId)
                  .setOrderId(order.getOrderId())
                  .setReturnId(back.getReturnId())
                  .build())
          .getOrder();
    }
  }

  /** A euro of goodwill. */
  record GiveBack() implements Act {
    @Override
    public String name() {
      return "goodwill";
    }

    @Override
    public boolean suits(Order order) {
      return isShipped(order);
    }

    @Override
    public Order ask(Shop shop, Order order, String requestId) {
      return merchant(shop)
          .orders()
          .refundOrder(
              RefundOrderRequest.newBuilder()
                  .setRequestId(requestId)
                  .setOrderId(order.getOrderId())
                  .setGoodwillAmount(Totals.eur(1))
                  .setReason("it was late")
                  .build())
          .getOrder();
    }
  }

  /** Another card, which may be declined. */
  record PayOtherwise(String token) implements Act {
    @Override
    public String name() {
      return "update-payment";
    }

    @Override
    public boolean suits(Order order) {
      return isOpen(order);
    }

    @Override
    public Order ask(Shop shop, Order order, String requestId) {
      return shop.orders()
          .updatePaymentMethod(
              UpdatePaymentMethodRequest.newBuilder()
                  .setRequestId(requestId)
                  .setOrderId(order.getOrderId())
                  .setPaymentToken(token)
                  .build())
          .getOrder();
    }
  }
}
