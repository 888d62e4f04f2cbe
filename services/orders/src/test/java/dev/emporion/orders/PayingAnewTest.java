package dev.emporion.orders;

import static dev.emporion.orders.Requests.cents;
import static dev.emporion.orders.Requests.pay;
import static dev.emporion.orders.Requests.refusal;
import static dev.emporion.orders.Requests.ship;
import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.orders.v1.GetOrderRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.UpdatePaymentMethodRequest;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** UpdatePaymentMethod, and the renewal of payments that are soon held no more. */
class PayingAnewTest {
  private final OrdersFixture fixture = new OrdersFixture();
  private final FakeShop shop = fixture.shop;
  private final OrdersFixture.Instance orders = fixture.instance();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void anotherMeansOfPaymentHoldsWhatIsOpenInsteadOfTheOneBefore() {
    Order placed = place();
    Order part = merchantShips(placed, 1);

    Order paid = send(pay(placed, "tok_other"));

    assertThat(paid.getPaymentId()).isNotEqualTo(placed.getPaymentId());
    long open = cents(placed.getTotal()) - cents(part.getCapturedTotal());
    assertThat(shop.authorized)
        .containsExactly(Map.entry(paid.getPaymentId(), new Money("EUR", open)));
    assertThat(shop.payments.tokens).containsEntry(paid.getPaymentId(), "tok_other");
    assertThat(shop.tombstones).contains(placed.getPaymentId());
  }

  @Test
  void aDeclinedOneChangesNothing() {
    Order placed = place();
    shop.payments.declined.add("tok_bad");
    var request = pay(placed, "tok_bad");

    Failure refusal = refusal(() -> send(request));

    assertThat(refusal.reason()).isEqualTo("PAYMENT_REFUSED");
    assertThat(refusal.metadata()).containsEntry("decline_code", "insufficient_funds");
    assertThat(get(placed).getPaymentId()).isEqualTo(placed.getPaymentId());
    assertThat(shop.authorized).containsOnlyKeys(placed.getPaymentId());
    shop.payments.declined.clear();
    assertThat(refusal(() -> send(request)).reason()).isEqualTo("PAYMENT_REFUSED");
    assertThat(send(pay(placed, "tok_bad")).getPaymentId()).isNotEqualTo(placed.getPaymentId());
  }

  @Test
  void thereIsNothingToPayForWhenAllIsShippedOrFree() {
    Order shipped = merchantShips(place(), 0);
    assertThat(refusal(() -> send(pay(shipped, "tok_other"))).reason()).isEqualTo("ORDER_STATE");

    shop.unitPrice = new Money("EUR", 0);
    Order free = place();
    assertThat(refusal(() -> send(pay(free, "tok_other"))).reason()).isEqualTo("ORDER_STATE");
  }

  @Test
  void aHoldThatEndsSoonIsRenewedAndTheOneBeforeIsGivenUp() {
    shop.payments.holdFor = Duration.ofSeconds(1);
    Order placed = place();
    shop.payments.holdFor = Duration.ofDays(7);

    eventually(
        () -> {
          Order renewed = get(placed);
          assertThat(renewed.getPaymentId()).isNotEqualTo(placed.getPaymentId());
          assertThat(renewed.hasActiveChange()).isFalse();
          assertThat(shop.authorized)
              .containsExactly(Map.entry(renewed.getPaymentId(), shop.total(2)));
        });
    assertThat(merchantShips(placed, 0).getCapturedTotal()).isEqualTo(placed.getTotal());
  }

  @Test
  void aRenewalIsBegunByWhoeverIsThereAndEndsWhoeverTakesItOver() {
    shop.payments.holdFor = Duration.ofSeconds(4);
    Order placed = place();
    shop.payments.holdFor = Duration.ofDays(7);
    orders.close();
    for (String call : List.of("Authorize", "Authorize answer", "Void")) {
      shop.next(call, fixture.stolen());
    }

    var other = fixture.instance();

    eventually(
        () -> {
          Order renewed = get(other, placed);
          assertThat(renewed.hasActiveChange()).isFalse();
          assertThat(shop.authorized)
              .containsExactly(Map.entry(renewed.getPaymentId(), shop.total(2)));
          assertThat(renewed.getPaymentId()).isNotEqualTo(placed.getPaymentId());
        });
    assertThat(shop.payments.tokens).hasSize(2);
  }

  @Test
  void aDeclinedRenewalIsAProblemUntilAnotherMeansOfPaymentIsGiven() {
    shop.payments.holdFor = Duration.ofSeconds(1);
    Order placed = place();
    shop.payments.holdFor = Duration.ofDays(7);
    shop.payments.declined.add("tok_ok");

    eventually(() -> assertThat(get(placed).getPaymentProblem()).isEqualTo("insufficient_funds"));

    assertThat(shop.authorized).isEmpty();
    assertThat(refusal(() -> merchantShips(placed, 0)).reason()).isEqualTo("PAYMENT_REFUSED");
    Order paid = send(pay(placed, "tok_other"));
    assertThat(paid.getPaymentProblem()).isEmpty();
    assertThat(shop.authorized).containsExactly(Map.entry(paid.getPaymentId(), shop.total(2)));
    assertThat(merchantShips(placed, 0).getCapturedTotal()).isEqualTo(placed.getTotal());
  }

  private Order place() {
    return orders.stub.placeOrder(fixture.request(2).build()).getOrder();
  }

  /** So many mugs, 0 for all that is open. */
  private Order merchantShips(Order order, int mugs) {
    var request = mugs == 0 ? ship(order) : ship(order, 1, mugs, "");
    return orders.as("merchant/m").shipOrder(request.build()).getOrder();
  }

  private Order send(UpdatePaymentMethodRequest.Builder request) {
    return orders.stub.updatePaymentMethod(request.build()).getOrder();
  }

  private Order get(Order order) {
    return get(orders, order);
  }

  private static Order get(OrdersFixture.Instance instance, Order order) {
    return instance
        .stub
        .getOrder(GetOrderRequest.newBuilder().setOrderId(order.getOrderId()).build())
        .getOrder();
  }
}
