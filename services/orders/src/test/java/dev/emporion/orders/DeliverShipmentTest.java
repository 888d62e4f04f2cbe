package dev.emporion.orders;

import static dev.emporion.orders.Requests.deliver;
import static dev.emporion.orders.Requests.refusal;
import static dev.emporion.orders.Requests.ship;
import static dev.emporion.orders.v1.OrderState.ORDER_STATE_DELIVERED;
import static dev.emporion.orders.v1.OrderState.ORDER_STATE_PARTIALLY_SHIPPED;
import static dev.emporion.orders.v1.OrderState.ORDER_STATE_SHIPPED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.orders.v1.DeliverShipmentRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.orders.v1.OrdersServiceGrpc.OrdersServiceBlockingStub;
import dev.emporion.orders.v1.WatchOrderRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeliverShipmentTest {
  private final OrdersFixture fixture = new OrdersFixture();
  private final FakeShop shop = fixture.shop;
  private final OrdersFixture.Instance orders = fixture.instance();
  private final OrdersServiceBlockingStub merchant = orders.as("merchant/m");

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void anOrderIsDeliveredWhenAllItsParcelsAre() {
    Order placed = place(2);
    Order first = merchant.shipOrder(ship(placed, 1, 1, "").build()).getOrder();
    assertThat(send(deliver(first)).getState()).isEqualTo(ORDER_STATE_PARTIALLY_SHIPPED);
    Order second = merchant.shipOrder(ship(placed).build()).getOrder();
    assertThat(second.getState()).isEqualTo(ORDER_STATE_SHIPPED);

    Order delivered = send(deliver(second));

    assertThat(delivered.getState()).isEqualTo(ORDER_STATE_DELIVERED);
    assertThat(delivered.getShipmentsList())
        .allSatisfy(shipment -> assertThat(shipment.hasDeliverTime()).isTrue());
    assertThat(shop.shipments.values()).containsOnly("DELIVERED");
    assertThat(send(deliver(second))).as("saying it twice is no error").isEqualTo(delivered);
  }

  @Test
  void anUnknownShipmentOrAnOrderThatIsNotShippedIsRefused() {
    Order placed = place(1);
    var early =
        DeliverShipmentRequest.newBuilder()
            .setRequestId(Requests.id())
            .setOrderId(placed.getOrderId())
            .setShipmentId(Requests.id());
    assertThat(refusal(() -> send(early)).reason()).isEqualTo("ORDER_STATE");

    Order shipped = merchant.shipOrder(ship(placed).build()).getOrder();
    assertThat(refusal(() -> send(deliver(shipped).setShipmentId(Requests.id()))).reason())
        .isEqualTo("SHIPMENT_NOT_FOUND");
    assertThat(refusal(() -> orders.stub.deliverShipment(deliver(shipped).build())).reason())
        .isEqualTo("CALLER_NOT_ALLOWED");
  }

  @Test
  void aWatchGoesOnUntilAllHasArrived() {
    Order placed = place(1);
    var watch =
        orders.stub.watchOrder(
            WatchOrderRequest.newBuilder().setOrderId(placed.getOrderId()).build());
    List<OrderState> seen = new ArrayList<>(List.of(watch.next().getOrder().getState()));

    send(deliver(merchant.shipOrder(ship(placed).build()).getOrder()));

    watch.forEachRemaining(change -> seen.add(change.getOrder().getState()));
    assertThat(seen.getLast()).isEqualTo(ORDER_STATE_DELIVERED);
  }

  private Order place(int mugs) {
    return orders.stub.placeOrder(fixture.request(mugs).build()).getOrder();
  }

  private Order send(DeliverShipmentRequest.Builder request) {
    return merchant.deliverShipment(request.build()).getOrder();
  }
}
