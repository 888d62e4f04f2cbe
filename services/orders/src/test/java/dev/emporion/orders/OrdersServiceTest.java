package dev.emporion.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.orders.v1.CancelOrderRequest;
import dev.emporion.orders.v1.GetOrderRequest;
import dev.emporion.orders.v1.ListOrdersRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderEvent;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.orders.v1.OrdersServiceGrpc.OrdersServiceBlockingStub;
import dev.emporion.orders.v1.WatchOrderRequest;
import dev.emporion.platform.Failure;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrdersServiceTest {
  private final OrdersFixture fixture = new OrdersFixture();
  private final FakeShop shop = fixture.shop;
  private final OrdersFixture.Instance orders = fixture.instance();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void cancellingGivesStockAndMoneyBack() {
    Order order = place(orders.stub);

    Order cancelled = cancel(order).send(orders.stub);

    assertThat(cancelled.getState()).isEqualTo(OrderState.ORDER_STATE_CANCELLED);
    assertThat(cancelled.getLinesList())
        .allSatisfy(line -> assertThat(line.getCancelledQuantity()).isEqualTo(line.getQuantity()));
    assertThat(shop.reserved).isEmpty();
    assertThat(shop.authorized).isEmpty();
    assertThat(get(orders.stub, order)).isEqualTo(cancelled);
  }

  @Test
  void aRepeatedCancellationGetsTheOrderAsItStandsAndAReusedIdIsRefused() {
    Order order = place(orders.stub);
    var request = cancel(order);
    Order first = request.send(orders.stub);

    assertThat(request.send(orders.stub)).isEqualTo(first);
    assertThat(cancel(order).send(orders.stub)).as("a second one is no error").isEqualTo(first);
    request.request.setReason("another payload");
    assertThat(refusal(() -> request.send(orders.stub)).reason()).isEqualTo("REQUEST_ID_REUSED");
  }

  @Test
  void aCancellationThatMeetsAnOldEtagOrARejectedOrderIsRefused() {
    Order order = place(orders.stub);
    var stale = cancel(order);
    stale.request.setEtag("v1");
    assertThat(refusal(() -> stale.send(orders.stub)).reason()).isEqualTo("ETAG_MISMATCH");

    shop.declines = true;
    Order rejected = place(orders.stub);
    Failure refusal = refusal(() -> cancel(rejected).send(orders.stub));
    assertThat(refusal.reason()).isEqualTo("ORDER_STATE");
    assertThat(refusal.metadata()).containsEntry("state", "REJECTED");
  }

  @Test
  void aCancellationSurvivesServicesThatAreAway() {
    Order order = place(orders.stub);
    for (String rpc : List.of("Release", "Void", "Void")) {
      shop.next(
          rpc,
          () -> {
            throw FakeShop.unavailable();
          });
    }

    assertThat(cancel(order).send(orders.stub).getState())
        .isEqualTo(OrderState.ORDER_STATE_CANCELLED);
  }

  @Test
  void aCustomersOrderIsNotThereForOthers() {
    Order order = place(orders.as("customer/ada"));

    assertThat(order.getCustomerId()).isEqualTo("ada");
    assertThat(get(orders.as("customer/ada"), order)).isEqualTo(order);
    assertThat(get(orders.as("merchant/m"), order)).isEqualTo(order);
    for (var other : List.of(orders.stub, orders.as("customer/eve"))) {
      assertThat(refusal(() -> get(other, order)).reason()).isEqualTo("ORDER_NOT_FOUND");
      assertThat(refusal(() -> cancel(order).send(other)).reason()).isEqualTo("ORDER_NOT_FOUND");
      var watch = WatchOrderRequest.newBuilder().setOrderId(order.getOrderId()).build();
      assertThat(refusal(() -> other.watchOrder(watch).next()).reason())
          .isEqualTo("ORDER_NOT_FOUND");
    }
  }

  @Test
  void listsAreACustomersOwnAndComeInPagesNewestFirst() {
    var ada = orders.as("customer/ada");
    List<String> placed = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      placed.addFirst(place(ada).getOrderId());
    }
    place(orders.as("customer/eve"));

    assertThat(list(ada, "")).containsExactlyElementsOf(placed);
    assertThat(list(orders.as("merchant/m"), "")).hasSize(6);
    assertThat(list(orders.as("merchant/m"), "customer_id = \"eve\"")).hasSize(1);
    assertThat(list(ada, "state = REJECTED")).isEmpty();
    assertThat(refusal(() -> list(orders.stub, "")).code()).isEqualTo(Code.PERMISSION_DENIED);
  }

  @Test
  void anUnknownOrderIsNotFoundAndABadIdIsRefused() {
    var nobody = Order.newBuilder().setOrderId(UUID.randomUUID().toString()).build();
    assertThat(refusal(() -> get(orders.stub, nobody)).code()).isEqualTo(Code.NOT_FOUND);

    var bad = Order.newBuilder().setOrderId("42").build();
    assertThat(refusal(() -> get(orders.stub, bad)).code()).isEqualTo(Code.INVALID_ARGUMENT);
  }

  @Test
  void everyChangeHasOneEventAndNoSagaIsLeft() throws Exception {
    Order order = cancel(place(orders.stub)).send(orders.stub);

    try (var connection = fixture.database.connect();
        var statement = connection.createStatement()) {
      var events = new ArrayList<OrderState>();
      try (var rows =
          statement.executeQuery("select sequence, payload from outbox order by sequence")) {
        while (rows.next()) {
          var event = OrderEvent.parseFrom(rows.getBytes("payload"));
          assertThat(event.getSequence()).isEqualTo(rows.getInt("sequence"));
          assertThat(event.getSequence()).isEqualTo(events.size() + 1);
          assertThat(event.getOrder().getOrderId()).isEqualTo(order.getOrderId());
          events.add(event.getOrder().getState());
        }
      }
      assertThat(events)
          .containsExactly(
              OrderState.ORDER_STATE_PENDING,
              OrderState.ORDER_STATE_CONFIRMED,
              OrderState.ORDER_STATE_CANCELLING,
              OrderState.ORDER_STATE_CANCELLED);
      try (var rows = statement.executeQuery("select count(*) from sagas")) {
        rows.next();
        assertThat(rows.getInt(1)).isZero();
      }
    }
  }

  private Order place(OrdersServiceBlockingStub stub) {
    return stub.placeOrder(fixture.request(1).build()).getOrder();
  }

  private static Order get(OrdersServiceBlockingStub stub, Order order) {
    return stub.getOrder(GetOrderRequest.newBuilder().setOrderId(order.getOrderId()).build())
        .getOrder();
  }

  private static Cancel cancel(Order order) {
    return new Cancel(
        CancelOrderRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setOrderId(order.getOrderId()));
  }

  /** A cancellation that can be sent again as it is. */
  private record Cancel(CancelOrderRequest.Builder request) {
    Order send(OrdersServiceBlockingStub stub) {
      return stub.cancelOrder(request.build()).getOrder();
    }
  }

  private static List<String> list(OrdersServiceBlockingStub stub, String filter) {
    var ids = new ArrayList<String>();
    String token = "";
    do {
      var page =
          stub.listOrders(
              ListOrdersRequest.newBuilder()
                  .setPageSize(2)
                  .setPageToken(token)
                  .setFilter(filter)
                  .build());
      page.getOrdersList().forEach(order -> ids.add(order.getOrderId()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return ids;
  }

  private static Failure refusal(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException e) {
      return Failure.from(e);
    }
    throw new AssertionError("not refused");
  }
}
