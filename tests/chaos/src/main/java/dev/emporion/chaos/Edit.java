package dev.emporion.chaos;

import com.google.type.Money;
import dev.emporion.mesh.shop.Shop;
import dev.emporion.orders.v1.EditOrderLine;
import dev.emporion.orders.v1.EditOrderRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderLine;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.pricing.v1.Destination;
import dev.emporion.pricing.v1.QuoteRequest;
import dev.emporion.pricing.v1.QuoteRequestLine;

/** One unit less of the first line of an order that has more than one unit. */
record Edit() implements Act {
  @Override
  public String name() {
    return "edit";
  }

  @Override
  public boolean suits(Order order) {
    return order.getState() == OrderState.ORDER_STATE_CONFIRMED
        && order.getLinesList().stream().mapToInt(Units::open).sum() > 1;
  }

  @Override
  public Order ask(Shop shop, Order order, String requestId) {
    OrderLine first = order.getLines(0);
    return shop.orders()
        .editOrder(
            EditOrderRequest.newBuilder()
                .setRequestId(requestId)
                .setOrderId(order.getOrderId())
                .addLines(
                    EditOrderLine.newBuilder()
                        .setLineNumber(first.getLineNumber())
                        .setQuantity(Units.open(first) - 1))
                .setExpectedTotal(quote(shop, order))
                .build())
        .getOrder();
  }

  private static Money quote(Shop shop, Order order) {
    var address = order.getShippingAddress();
    var request =
        QuoteRequest.newBuilder()
            .setCurrencyCode(order.getTotal().getCurrencyCode())
            .setDestination(
                Destination.newBuilder()
                    .setRegionCode(address.getRegionCode())
                    .setPostalCode(address.getPostalCode()))
            .setDeliveryOption(order.getDeliveryOption());
    for (OrderLine line : order.getLinesList()) {
      int left = Units.open(line) - (line.getLineNumber() == 1 ? 1 : 0);
      if (left > 0) {
        request.addLines(QuoteRequestLine.newBuilder().setSku(line.getSku()).setQuantity(left));
      }
    }
    return shop.pricing().quote(request.build()).getQuote().getTotal();
  }
}
