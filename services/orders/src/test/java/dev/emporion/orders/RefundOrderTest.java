package dev.emporion.orders;

import static dev.emporion.orders.Acts.back;
import static dev.emporion.orders.Acts.came;
import static dev.emporion.orders.Acts.goodwill;
import static dev.emporion.orders.Acts.refund;
import static dev.emporion.orders.Acts.units;
import static dev.emporion.orders.Requests.refusal;
import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.ReturnReason;
import dev.emporion.orders.v1.ReturnState;
import dev.emporion.payments.v1.ErrorReason;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import io.grpc.Status.Code;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A unit is 10.00; the delivery too, in shares of a third a unit where there are three. */
class RefundOrderTest {
  private final OrdersFixture fixture = new OrdersFixture();
  private final FakeShop shop = fixture.shop;
  private final OrdersFixture.Instance orders = fixture.instance();
  private final Acts acts = new Acts(fixture, orders);

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aReturnIsPaidBackToTheCent() {
    Order order = received(ReturnReason.RETURN_REASON_UNWANTED);

    Order refunded = acts.send(refund(order));

    assertThat(refunded.getReturns(0).getState()).isEqualTo(ReturnState.RETURN_STATE_REFUNDED);
    assertThat(refunded.getReturns(0).getRefundedAmount()).isEqualTo(eur(1_000));
    assertThat(refunded.getRefundedTotal()).isEqualTo(eur(1_000));
    assertThat(refunded.getPayments(0).getRefundedAmount()).isEqualTo(eur(1_000));
    assertThat(FakePayments.sum(shop.payments.refunded)).isEqualTo(1_000);
    assertThat(acts.get(order)).isEqualTo(refunded);
  }

  @Test
  void whatTheShopIsToBlameForComesWithItsDelivery() {
    Order order = received(ReturnReason.RETURN_REASON_WRONG_ITEM);

    assertThat(acts.send(refund(order)).getRefundedTotal()).isEqualTo(eur(1_334));
  }

  @Test
  void withTheLastUnitAllDeliveryCostIsGivenBack() {
    Order order = received(ReturnReason.RETURN_REASON_UNWANTED);
    acts.send(refund(order));
    Order rest =
        acts.send(
            came(
                acts.send(
                    back(order, 1, 1, ReturnReason.RETURN_REASON_UNWANTED)
                        .addLines(back(2, 1, ReturnReason.RETURN_REASON_OTHER)))));

    Order refunded = acts.send(refund(rest));

    assertThat(refunded.getRefundedTotal()).isEqualTo(refunded.getTotal());
    assertThat(FakePayments.sum(shop.payments.refunded)).isEqualTo(4_000);
  }

  @Test
  void aReturnIsPaidBackOnceAndOnlyWhenItIsIn() {
    Order announced =
        acts.send(back(acts.ship(acts.place(2)), 1, 1, ReturnReason.RETURN_REASON_UNWANTED));
    Failure early = refusal(() -> acts.send(refund(announced)));
    assertThat(early.reason()).isEqualTo("RETURN_STATE");
    assertThat(early.metadata()).containsEntry("state", "REQUESTED");

    Order order = acts.send(came(announced));
    var request = refund(order);
    Order first = acts.send(request);
    assertThat(acts.send(request)).as("a repetition").isEqualTo(first);
    assertThat(refusal(() -> acts.send(refund(order))).metadata())
        .containsEntry("state", "REFUNDED");
    assertThat(refusal(() -> acts.send(refund(order).setReturnId(Requests.id()))).reason())
        .isEqualTo("RETURN_NOT_FOUND");
    assertThat(FakePayments.sum(shop.payments.refunded)).isEqualTo(1_000);
  }

  @Test
  void goodwillIsNeverMoreThanWhatWasTaken() {
    Order order = acts.ship(acts.place(2), units(1, 1));
    Order refunded = acts.send(goodwill(order, cents(1_000)));
    assertThat(refunded.getRefundedTotal()).isEqualTo(eur(1_000));

    Failure refusal = refusal(() -> acts.send(goodwill(order, cents(335))));

    assertThat(refusal.reason()).isEqualTo("AMOUNT_EXCEEDED");
    assertThat(refusal.metadata()).containsEntry("refundable", "3.34 EUR");
    assertThat(acts.send(goodwill(order, cents(334))).getRefundedTotal())
        .isEqualTo(order.getCapturedTotal());
  }

  @Test
  void goodwillIsInTheOrdersCurrencyAndAMerchants() {
    Order order = acts.ship(acts.place(1));

    assertThat(refusal(() -> acts.send(goodwill(order, new Money("USD", 100)))).code())
        .isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(
            refusal(() -> orders.stub.refundOrder(goodwill(order, cents(100)).build()).getOrder())
                .reason())
        .isEqualTo("CALLER_NOT_ALLOWED");
    assertThat(refusal(() -> acts.send(goodwill(acts.place(1), cents(100)))).reason())
        .as("nothing was taken of it")
        .isEqualTo("ORDER_STATE");
  }

  @Test
  void whatTheProviderRefusesChangesNothing() {
    Order order = received(ReturnReason.RETURN_REASON_UNWANTED);
    shop.next("Refund", RefundOrderTest::refuse);
    var request = refund(order);

    Failure refusal = refusal(() -> acts.send(request));

    assertThat(refusal.reason()).isEqualTo("REFUND_REFUSED");
    assertThat(refusal.metadata()).containsEntry("decline_code", "account_closed");
    assertThat(refusal(() -> acts.send(request)).reason())
        .as("a repetition gets the same refusal")
        .isEqualTo("REFUND_REFUSED");
    Order after = acts.get(order);
    assertThat(after.getReturnsList()).isEqualTo(order.getReturnsList());
    assertThat(after.getRefundedTotal()).isEqualTo(eur(0));
    assertThat(acts.send(refund(order)).getRefundedTotal()).isEqualTo(eur(1_000));
  }

  @Test
  void severalPaymentsArePaidBackFromTheNewest() {
    shop.payments.singleCapture = true;
    Order order = acts.ship(acts.ship(acts.place(2), units(1, 1)));
    assertThat(order.getPaymentsCount()).isEqualTo(2);

    Order refunded = acts.send(goodwill(order, cents(3_000)));

    assertThat(refunded.getPaymentsList())
        .extracting(payment -> payment.getRefundedAmount())
        .containsExactly(eur(334), eur(2_666));
  }

  @Test
  void onceTheFirstPaymentIsPaidBackTheRestIsAskedForUntilItIs() {
    shop.payments.singleCapture = true;
    Order order = acts.ship(acts.ship(acts.place(2), units(1, 1)));
    shop.next("Refund", () -> {});
    shop.next("Refund", RefundOrderTest::refuse);
    shop.next("Refund", () -> {}); // the first one's repetition
    shop.next("Refund", FakeShop::fail);

    Order refunded = acts.send(goodwill(order, cents(3_000)));

    assertThat(refunded.getRefundedTotal()).isEqualTo(eur(3_000));
    assertThat(FakePayments.sum(shop.payments.refunded)).isEqualTo(3_000);
  }

  @Test
  void anotherInstanceGoesOnWhenOneStopsAndPaysBackOnce() {
    Order order = received(ReturnReason.RETURN_REASON_UNWANTED);
    var gate = new CountDownLatch(1);
    var dying = fixture.instance("SAGA_LEASE_SECONDS", "1", "ORDER_WAIT_MILLIS", "50");
    shop.next("Refund answer", () -> FakeShop.await(gate));
    Order waiting = new Acts(fixture, dying).send(refund(order));
    assertThat(waiting.getActiveChange().getKind()).isEqualTo("refund-order");
    assertThat(refusal(() -> acts.send(goodwill(order, cents(1)))).reason())
        .isEqualTo("ORDER_BUSY");

    dying.close();

    eventually(() -> assertThat(acts.get(order).getRefundedTotal()).isEqualTo(eur(1_000)));
    gate.countDown();
    assertThat(FakePayments.sum(shop.payments.refunded)).isEqualTo(1_000);
    assertThat(acts.get(order).hasActiveChange()).isFalse();
  }

  @Test
  void aFreeOrdersReturnIsWorthNothing() {
    shop.unitPrice = cents(0);
    Order order = received(ReturnReason.RETURN_REASON_DAMAGED);

    Order refunded = acts.send(refund(order));

    assertThat(refunded.getReturns(0).getState()).isEqualTo(ReturnState.RETURN_STATE_REFUNDED);
    assertThat(refunded.getReturns(0).getRefundedAmount()).isEqualTo(eur(0));
    assertThat(FakePayments.sum(shop.payments.refunded)).isZero();
  }

  /** Two mugs and a tea, of which a mug came back. */
  private Order received(ReturnReason reason) {
    return acts.send(came(acts.send(back(acts.ship(acts.place(2)), 1, 1, reason))));
  }

  private static void refuse() {
    throw Failure.of(
            Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_REFUND_REFUSED, "not to this one")
        .meta("decline_code", "account_closed");
  }

  private static Money cents(long minor) {
    return new Money("EUR", minor);
  }

  private static com.google.type.Money eur(long minor) {
    return cents(minor).toProto();
  }
}
