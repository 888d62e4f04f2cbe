package dev.emporion.orders;

import static dev.emporion.orders.Requests.cancel;
import static dev.emporion.orders.Requests.deliver;
import static dev.emporion.orders.Requests.pay;
import static dev.emporion.orders.Requests.refusal;
import static dev.emporion.orders.Requests.ship;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.orders.v1.OrdersServiceGrpc.OrdersServiceBlockingStub;
import dev.emporion.payments.v1.ErrorReason;
import dev.emporion.platform.Failure;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What all changes of orders have in common. */
class OrderChangesTest {
  private final OrdersFixture fixture = new OrdersFixture();
  private final FakeShop shop = fixture.shop;
  private final OrdersFixture.Instance orders = fixture.instance();
  private final OrdersServiceBlockingStub merchant = orders.as("merchant/m");

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aRepetitionGetsTheOrderAsItThenStandsAndAReusedIdIsRefused() {
    Order placed = place();
    var request = ship(placed, 1, 1, "");
    Order first = merchant.shipOrder(request.build()).getOrder();
    assertThat(merchant.shipOrder(request.build()).getOrder()).isEqualTo(first);

    Order later = merchant.shipOrder(ship(placed).build()).getOrder();

    assertThat(merchant.shipOrder(request.build()).getOrder()).isEqualTo(later);
    assertThat(shop.shipments).hasSize(2);
    assertThat(refusal(() -> merchant.shipOrder(request.setCarrier("UPS").build())).reason())
        .isEqualTo("REQUEST_ID_REUSED");
  }

  @Test
  void manyRepetitionsAtOnceMakeOneChangeAndGetEqualAnswers() throws Exception {
    var others = fixture.instance().as("merchant/m");
    var request = ship(place()).build();
    var answers = new ArrayList<Future<Order>>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 32; i++) {
        var stub = i % 2 == 0 ? merchant : others;
        answers.add(executor.submit(() -> stub.shipOrder(request).getOrder()));
      }
    }
    Set<Order> different = new HashSet<>();
    for (var answer : answers) {
      different.add(answer.get());
    }
    assertThat(different).hasSize(1);
    assertThat(shop.shipments).hasSize(1);
    assertThat(shop.payments.captured.values()).containsExactly(shop.total(2));
  }

  @Test
  void anImpatientCallerGetsTheChangeUnderWayAndEverybodyElseIsTurnedAway() {
    var gate = new CountDownLatch(1);
    shop.next("Capture", () -> await(gate));
    var impatient = fixture.instance("ORDER_WAIT_MILLIS", "100");
    Order placed = place();
    var request = ship(placed).build();

    Order under = impatient.as("merchant/m").shipOrder(request).getOrder();

    assertThat(under.getState()).isEqualTo(OrderState.ORDER_STATE_CONFIRMED);
    assertThat(under.getActiveChange().getKind()).isEqualTo("ship-order");
    assertThat(under.getActiveChange().getRequestId()).isEqualTo(request.getRequestId());
    for (Failure busy :
        List.of(
            refusal(() -> merchant.shipOrder(ship(placed).build())),
            refusal(() -> orders.stub.cancelOrder(cancel(placed).build())),
            refusal(() -> orders.stub.updatePaymentMethod(pay(placed, "tok").build())))) {
      assertThat(busy.reason()).isEqualTo("ORDER_BUSY");
      assertThat(busy.detail(com.google.rpc.RetryInfo.class)).isPresent();
    }
    gate.countDown();
    assertThat(merchant.shipOrder(request).getOrder().getState())
        .as("a repetition waits for the same change")
        .isEqualTo(OrderState.ORDER_STATE_SHIPPED);
  }

  @Test
  void whoeverWaitsForAChangeThatIsRefusedGetsItsRefusal() throws Exception {
    var gate = new CountDownLatch(1);
    shop.next(
        "Capture",
        () -> {
          await(gate);
          FakeShop.refusing(ErrorReason.ERROR_REASON_CAPTURE_REFUSED).run();
        });
    var impatient = fixture.instance("ORDER_WAIT_MILLIS", "100").as("merchant/m");
    var request = ship(place()).build();
    assertThat(impatient.shipOrder(request).getOrder().hasActiveChange()).isTrue();

    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = executor.submit(() -> refusal(() -> merchant.shipOrder(request)).reason());
      gate.countDown();
      assertThat(waiting.get()).isEqualTo("PAYMENT_REFUSED");
    }
    assertThat(refusal(() -> impatient.shipOrder(request)).reason()).isEqualTo("PAYMENT_REFUSED");
  }

  @Test
  void twoCancellationsAreOne() throws Exception {
    var gate = new CountDownLatch(1);
    shop.next("Void", () -> await(gate));
    Order placed = place();
    var impatient = fixture.instance("ORDER_WAIT_MILLIS", "100");
    var under = impatient.stub.cancelOrder(cancel(placed).build()).getOrder();
    assertThat(under.getState()).isEqualTo(OrderState.ORDER_STATE_CANCELLING);

    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var other = executor.submit(() -> orders.stub.cancelOrder(cancel(placed).build()));
      gate.countDown();
      assertThat(other.get().getOrder().getState()).isEqualTo(OrderState.ORDER_STATE_CANCELLED);
    }
  }

  @Test
  void aShippingThatIsTakenOverAnywhereShipsAndTakesOnce() {
    shop.payments.singleCapture = true;
    for (String call : List.of("CreateShipment", "Capture", "Commit", "MarkShipped", "Authorize")) {
      for (String moment : List.of("", " answer")) {
        shop.payments.captured.clear();
        shop.shipments.clear();
        Order placed = place();
        shop.next(call + moment, fixture.stolen());

        Order part = merchant.shipOrder(ship(placed, 1, 1, "").build()).getOrder();

        assertThat(part.getState())
            .as(call + moment)
            .isEqualTo(OrderState.ORDER_STATE_PARTIALLY_SHIPPED);
        assertThat(shop.shipments.values()).as(call + moment).containsExactly("SHIPPED");
        assertThat(shop.reserved).containsEntry(placed.getReservationId(), 2);
        assertThat(shop.payments.captured).hasSize(1);
        assertThat(part.getPaymentId()).isNotEqualTo(placed.getPaymentId());
        assertThat(shop.authorized).containsKey(part.getPaymentId());
      }
    }
  }

  @Test
  void aRefusalThatIsTakenOverIsTheSame() {
    Order placed = place();
    shop.next("Capture", FakeShop.refusing(ErrorReason.ERROR_REASON_CAPTURE_REFUSED));
    shop.next("CancelShipment", fixture.stolen());

    assertThat(refusal(() -> merchant.shipOrder(ship(placed).build())).reason())
        .isEqualTo("PAYMENT_REFUSED");

    assertThat(shop.shipments.values()).containsExactly("CANCELLED");
    assertThat(shop.payments.captured).isEmpty();
  }

  @Test
  void anotherPaymentThatIsTakenOverHoldsOnce() {
    for (String call : List.of("Authorize", "Authorize answer", "Void")) {
      Order placed = place();
      shop.next(call, fixture.stolen());

      Order paid = orders.stub.updatePaymentMethod(pay(placed, "tok_other").build()).getOrder();

      assertThat(paid.hasActiveChange()).as(call).isFalse();
      assertThat(paid.getPaymentId()).as(call).isNotEqualTo(placed.getPaymentId());
      assertThat(shop.authorized)
          .as(call)
          .containsKey(paid.getPaymentId())
          .doesNotContainKey(placed.getPaymentId());
    }
    assertThat(shop.authorized).hasSize(3);
  }

  @Test
  void aCancellationOrADeliveryThatIsTakenOverEnds() {
    for (String call : List.of("Release", "Void")) {
      Order placed = place();
      shop.next(call, fixture.stolen());
      assertThat(orders.stub.cancelOrder(cancel(placed).build()).getOrder().getState())
          .as(call)
          .isEqualTo(OrderState.ORDER_STATE_CANCELLED);
    }
    assertThat(shop.reserved).isEmpty();
    assertThat(shop.authorized).isEmpty();
    for (String call : List.of("MarkDelivered", "MarkDelivered answer")) {
      Order shipped = merchant.shipOrder(ship(place()).build()).getOrder();
      shop.next(call, fixture.stolen());
      assertThat(merchant.deliverShipment(deliver(shipped).build()).getOrder().getState())
          .as(call)
          .isEqualTo(OrderState.ORDER_STATE_DELIVERED);
    }
  }

  @Test
  void everyChangeHasOneEventAndNoSagaOrActiveChangeIsLeft() throws Exception {
    Order placed = place();
    orders.stub.updatePaymentMethod(pay(placed, "tok_other").build());
    Order part = merchant.shipOrder(ship(placed, 1, 1, "").build()).getOrder();
    merchant.deliverShipment(deliver(part).build());
    Order end = orders.stub.cancelOrder(cancel(placed).build()).getOrder();

    assertThat(end.getState()).isEqualTo(OrderState.ORDER_STATE_DELIVERED);
    assertThat(count("outbox")).isEqualTo(2 + 4 * 2);
    assertThat(count("order_changes where state = 'DONE' and finished_at is not null"))
        .isEqualTo(4);
    assertThat(count("order_changes where state <> 'DONE'")).isZero();
    assertThat(count("sagas")).isZero();
    assertThat(count("requests")).isZero();
  }

  private Order place() {
    return orders.stub.placeOrder(fixture.request(2).build()).getOrder();
  }

  private int count(String from) throws SQLException {
    try (var connection = fixture.database.connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("select count(*) from " + from)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static void await(CountDownLatch gate) {
    try {
      gate.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
