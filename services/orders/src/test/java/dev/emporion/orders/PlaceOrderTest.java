package dev.emporion.orders;

import static dev.emporion.orders.v1.OrderState.ORDER_STATE_CONFIRMED;
import static dev.emporion.orders.v1.OrderState.ORDER_STATE_PENDING;
import static dev.emporion.orders.v1.OrderState.ORDER_STATE_REJECTED;
import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.orders.v1.GetOrderRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.PlaceOrderRequest;
import dev.emporion.orders.v1.RejectionReason;
import dev.emporion.orders.v1.WatchOrderRequest;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.pricing.v1.ErrorReason;
import dev.emporion.pricing.v1.Quote;
import io.grpc.Context;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlaceOrderTest {
  private final OrdersFixture fixture = new OrdersFixture();
  private final FakeShop shop = fixture.shop;
  private final OrdersFixture.Instance orders = fixture.instance();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void anOrderIsConfirmedWithItsStockReservedAndItsTotalAuthorized() {
    var order = place(fixture.request(2));

    assertThat(order.getState()).isEqualTo(ORDER_STATE_CONFIRMED);
    assertThat(order.getLinesList())
        .extracting(line -> line.getSku())
        .containsExactly("MUG", "TEA");
    assertThat(shop.reserved).containsExactly(Map.entry(order.getReservationId(), 3));
    assertThat(shop.authorized).containsExactly(Map.entry(order.getPaymentId(), shop.total(2)));
    assertThat(order).isEqualTo(get(order.getOrderId()));
  }

  @Test
  void deliveryIsSharedByTheLinesToTheLastCent() {
    shop.unitPrice = new Money("EUR", 1_001);
    var order = place(fixture.request(2));

    var shares =
        order.getLinesList().stream()
            .map(line -> Money.fromProto(line.getDeliveryShare(), "share").minor())
            .toList();
    assertThat(shares).containsExactly(667L, 334L);
  }

  @Test
  void aRepetitionGetsTheSameOrderWhateverThePriceIsNow() {
    var request = fixture.request(1).build();
    var first = orders.stub.placeOrder(request).getOrder();
    shop.unitPrice = new Money("EUR", 9_999);
    shop.carts.clear();

    assertThat(orders.stub.placeOrder(request).getOrder()).isEqualTo(first);
    assertThat(shop.authorized).hasSize(1);
  }

  @Test
  void theSameRequestIdWithAnotherPayloadIsRefused() {
    var request = fixture.request(1).build();
    orders.stub.placeOrder(request);

    var refusal = refusal(request.toBuilder().setEmail("eve@example.com"));

    assertThat(refusal.code()).isEqualTo(Code.ALREADY_EXISTS);
    assertThat(refusal.reason()).isEqualTo("REQUEST_ID_REUSED");
  }

  @Test
  void manyRepetitionsAtOnceMakeOneOrderAndGetEqualAnswers() throws Exception {
    var other = fixture.instance();
    var request = fixture.request(1).build();
    var answers = new ArrayList<Future<Order>>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        var stub = i % 2 == 0 ? orders.stub : other.stub;
        answers.add(executor.submit(() -> stub.placeOrder(request).getOrder()));
      }
    }
    var different = new HashSet<Order>();
    for (var answer : answers) {
      different.add(answer.get());
    }
    assertThat(different).hasSize(1);
    assertThat(different.iterator().next().getState()).isEqualTo(ORDER_STATE_CONFIRMED);
    assertThat(shop.authorized).hasSize(1);
    assertThat(shop.reserved).hasSize(1);
  }

  @Test
  void anotherPriceIsRefusedWithTheNewQuoteAndNothingIsHeld() {
    var request = fixture.request(1);
    shop.unitPrice = new Money("EUR", 1_100);

    var refusal = refusal(request);

    assertThat(refusal.reason()).isEqualTo("PRICE_CHANGED");
    assertThat(refusal.detail(Quote.class).orElseThrow().getTotal())
        .isEqualTo(shop.total(1).toProto());
    assertThat(shop.reserved).isEmpty();
    assertThat(shop.authorized).isEmpty();
    assertThat(place(request.setExpectedTotal(shop.total(1).toProto())).getState())
        .as("a refusal saves no claim")
        .isEqualTo(ORDER_STATE_CONFIRMED);
  }

  @Test
  void aCartIsOrderedOnce() throws Exception {
    var request = fixture.request(1);
    List<PlaceOrderRequest> windows = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      windows.add(request.setRequestId(UUID.randomUUID().toString()).build());
    }
    var answers = new ArrayList<Future<Object>>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      windows.forEach(
          window ->
              answers.add(
                  executor.submit(
                      () -> {
                        try {
                          return orders.stub.placeOrder(window).getOrder();
                        } catch (StatusRuntimeException e) {
                          return Failure.from(e);
                        }
                      })));
    }
    int placed = 0;
    for (var answer : answers) {
      if (answer.get() instanceof Failure refusal) {
        assertThat(refusal.reason()).isEqualTo("CART_ALREADY_ORDERED");
        assertThat(refusal.metadata()).containsKey("order_id");
      } else {
        placed++;
      }
    }
    assertThat(placed).isEqualTo(1);
    assertThat(shop.authorized).hasSize(1);
  }

  @Test
  void whatIsNotInStockIsRejectedAndItsCartMayBeOrderedAgain() {
    shop.stock.set(2);
    var request = fixture.request(2);

    var order = place(request);

    assertThat(order.getState()).isEqualTo(ORDER_STATE_REJECTED);
    assertThat(order.getRejection().getReason())
        .isEqualTo(RejectionReason.REJECTION_REASON_OUT_OF_STOCK);
    assertThat(order.getRejection().getSkusList()).containsExactly("MUG");
    assertThat(shop.tombstones).contains(order.getReservationId());
    shop.stock.set(3);
    assertThat(place(request.setRequestId(UUID.randomUUID().toString())).getState())
        .isEqualTo(ORDER_STATE_CONFIRMED);
  }

  @Test
  void aDeclinedPaymentGivesTheStockBack() {
    shop.declines = true;

    var order = place(fixture.request(1));

    assertThat(order.getState()).isEqualTo(ORDER_STATE_REJECTED);
    assertThat(order.getRejection().getReason())
        .isEqualTo(RejectionReason.REJECTION_REASON_PAYMENT_DECLINED);
    assertThat(shop.reserved).isEmpty();
    assertThat(shop.stock).hasValue(1_000);
    assertThat(shop.tombstones).contains(order.getPaymentId(), order.getReservationId());
  }

  @Test
  void aStepWithoutAnAnswerIsAskedAgain() {
    shop.next("Reserve", fail());
    shop.next("Reserve answer", fail());
    shop.next("Authorize", fail());
    shop.next("Authorize answer", fail());

    assertThat(place(fixture.request(1)).getState()).isEqualTo(ORDER_STATE_CONFIRMED);
    assertThat(shop.reserved).hasSize(1);
    assertThat(shop.authorized).hasSize(1);
  }

  @Test
  void anImpatientCallerGetsPendingAndTheWatchTellsTheRest() {
    var gate = new CountDownLatch(1);
    shop.next("Authorize", () -> await(gate));
    var impatient = fixture.instance("ORDER_WAIT_MILLIS", "100");

    var order = impatient.stub.placeOrder(fixture.request(1).build()).getOrder();
    assertThat(order.getState()).isEqualTo(ORDER_STATE_PENDING);

    var watch =
        orders.stub.watchOrder(
            WatchOrderRequest.newBuilder().setOrderId(order.getOrderId()).build());
    assertThat(watch.next().getOrder().getState()).isEqualTo(ORDER_STATE_PENDING);
    gate.countDown();
    assertThat(watch.next().getOrder().getState()).isEqualTo(ORDER_STATE_CONFIRMED);
  }

  @Test
  void aCallerWhoLeavesCancelsNothing() {
    var call = Context.current().withCancellation();
    var gate = new CountDownLatch(1);
    shop.next(
        "Reserve",
        () -> {
          call.cancel(null);
          await(gate);
        });
    var request = fixture.request(1).build();

    assertThatThrownBy(() -> call.call(() -> orders.stub.placeOrder(request)))
        .isInstanceOf(StatusRuntimeException.class);
    gate.countDown();

    assertThat(orders.stub.placeOrder(request).getOrder().getState())
        .isEqualTo(ORDER_STATE_CONFIRMED);
    assertThat(shop.reserved).hasSize(1);
  }

  @Test
  void anotherInstanceGoesOnWhenOneStops() {
    var gate = new CountDownLatch(1);
    var dying = fixture.instance("SAGA_LEASE_SECONDS", "1", "ORDER_WAIT_MILLIS", "50");
    shop.next("Authorize", () -> await(gate));
    var order = dying.stub.placeOrder(fixture.request(1).build()).getOrder();
    assertThat(order.getState()).isEqualTo(ORDER_STATE_PENDING);

    dying.close();

    eventually(
        () -> assertThat(get(order.getOrderId()).getState()).isEqualTo(ORDER_STATE_CONFIRMED));
    gate.countDown();
    assertThat(shop.reserved).hasSize(1);
    assertThat(shop.authorized).hasSize(1);
  }

  @Test
  void nobodyPaysForWhatCostsNothing() {
    shop.unitPrice = new Money("EUR", 0);

    assertThat(place(fixture.request(1)).getState()).isEqualTo(ORDER_STATE_CONFIRMED);
    assertThat(shop.authorized).isEmpty();
  }

  @Test
  void whatPricingRefusesIsNotOrderable() {
    shop.next(
        "Quote",
        () -> {
          throw FakeShop.refusal(
              Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_VARIANT_NOT_FOR_SALE, "MUG");
        });

    var refusal = refusal(fixture.request(1));

    assertThat(refusal.reason()).isEqualTo("NOT_ORDERABLE");
    assertThat(
            refusal
                .detail(com.google.rpc.PreconditionFailure.class)
                .orElseThrow()
                .getViolations(0)
                .getSubject())
        .isEqualTo("MUG");
  }

  @Test
  void aChangedOrUnknownCartIsRefused() {
    assertThat(refusal(fixture.request(1).setCartEtag("c0")).reason()).isEqualTo("ETAG_MISMATCH");
    assertThat(refusal(fixture.request(1).setCartId(UUID.randomUUID().toString())).reason())
        .isEqualTo("CART_NOT_FOUND");
  }

  @Test
  void aServiceThatIsAwayIsUnavailableAndNamesNoInsides() {
    shop.next("GetCart", fail());

    var refusal = refusal(fixture.request(1));

    assertThat(refusal.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(refusal.reason()).isEqualTo("DEPENDENCY_UNAVAILABLE");
    assertThat(refusal.detail(com.google.rpc.RetryInfo.class)).isPresent();
  }

  private Order place(PlaceOrderRequest.Builder request) {
    return orders.stub.placeOrder(request.build()).getOrder();
  }

  private Order get(String orderId) {
    return orders
        .stub
        .getOrder(GetOrderRequest.newBuilder().setOrderId(orderId).build())
        .getOrder();
  }

  private Failure refusal(PlaceOrderRequest.Builder request) {
    try {
      throw new AssertionError("not refused: " + orders.stub.placeOrder(request.build()));
    } catch (StatusRuntimeException e) {
      return Failure.from(e);
    }
  }

  private static Runnable fail() {
    return () -> {
      throw FakeShop.unavailable();
    };
  }

  private static void await(CountDownLatch gate) {
    try {
      gate.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
