package dev.emporion.together;

import dev.emporion.carts.v1.Cart;
import dev.emporion.orders.v1.CancelOrderRequest;
import dev.emporion.orders.v1.DeliverShipmentRequest;
import dev.emporion.orders.v1.EditOrderLine;
import dev.emporion.orders.v1.EditOrderRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderShipment;
import dev.emporion.orders.v1.OrdersServiceGrpc;
import dev.emporion.orders.v1.OrdersServiceGrpc.OrdersServiceBlockingStub;
import dev.emporion.orders.v1.ReceiveReturnRequest;
import dev.emporion.orders.v1.RefundOrderRequest;
import dev.emporion.orders.v1.RequestReturnLine;
import dev.emporion.orders.v1.RequestReturnRequest;
import dev.emporion.orders.v1.ReturnReason;
import dev.emporion.orders.v1.ShipOrderLine;
import dev.emporion.orders.v1.ShipOrderRequest;

/** What shoppers and a merchant do with orders, all day long. */
final class Trade {
  private final Shop shop;
  final Sale sale;
  final OrdersServiceBlockingStub merchant;

  Trade(Shop shop) {
    this.shop = shop;
    this.sale = new Sale(shop);
    this.merchant = OrdersServiceGrpc.newBlockingStub(shop.channel(shop.address, "merchant/m"));
  }

  /** With so many mugs in stock. */
  Trade open(int mugs) {
    sale.stock(mugs);
    return this;
  }

  /** An order of so many mugs. */
  Order order(int mugs, String token) {
    Cart cart = sale.fillCart(mugs);
    return sale.place(cart, sale.quote(cart), token);
  }

  Order cancel(Order order) {
    var request =
        CancelOrderRequest.newBuilder().setRequestId(Sale.newId()).setOrderId(order.getOrderId());
    return shop.orders.cancelOrder(request.build()).getOrder();
  }

  /** So many mugs leave as one parcel, 0 for all that is open. */
  Order ship(Order order, int mugs) {
    var request =
        ShipOrderRequest.newBuilder()
            .setRequestId(Sale.newId())
            .setOrderId(order.getOrderId())
            .setCarrier("DHL");
    if (mugs > 0) {
      request.addLines(ShipOrderLine.newBuilder().setLineNumber(1).setQuantity(mugs));
    }
    return merchant.shipOrder(request.build()).getOrder();
  }

  /** The latest parcel arrived. */
  Order deliver(Order order) {
    return deliver(order, order.getShipmentsList().getLast());
  }

  /** Every parcel arrived. */
  Order deliverAll(Order order) {
    Order latest = order;
    for (OrderShipment parcel : order.getShipmentsList()) {
      latest = deliver(order, parcel);
    }
    return latest;
  }

  private Order deliver(Order order, OrderShipment parcel) {
    var request =
        DeliverShipmentRequest.newBuilder()
            .setRequestId(Sale.newId())
            .setOrderId(order.getOrderId())
            .setShipmentId(parcel.getShipmentId());
    return merchant.deliverShipment(request.build()).getOrder();
  }

  /** A delivered order's first mug comes back, into stock, and is paid back. */
  Order sendBack(Order order) {
    var request =
        RequestReturnRequest.newBuilder()
            .setRequestId(Sale.newId())
            .setOrderId(order.getOrderId())
            .addLines(
                RequestReturnLine.newBuilder()
                    .setLineNumber(1)
                    .setQuantity(1)
                    .setReason(ReturnReason.RETURN_REASON_DAMAGED));
    String id = shop.orders.requestReturn(request.build()).getOrder().getReturns(0).getReturnId();
    var receive =
        ReceiveReturnRequest.newBuilder()
            .setRequestId(Sale.newId())
            .setOrderId(order.getOrderId())
            .setReturnId(id)
            .setLocationId(Sale.LOCATION);
    merchant.receiveReturn(receive.build());
    var refund =
        RefundOrderRequest.newBuilder()
            .setRequestId(Sale.newId())
            .setOrderId(order.getOrderId())
            .setReturnId(id);
    return merchant.refundOrder(refund.build()).getOrder();
  }

  /** Fewer mugs, at the price that they have. */
  Order edit(Order order, int mugs) {
    var request =
        EditOrderRequest.newBuilder()
            .setRequestId(Sale.newId())
            .setOrderId(order.getOrderId())
            .addLines(EditOrderLine.newBuilder().setLineNumber(1).setQuantity(mugs))
            .setExpectedTotal(sale.quote(sale.fillCart(mugs)).getTotal());
    return shop.orders.editOrder(request.build()).getOrder();
  }
}
