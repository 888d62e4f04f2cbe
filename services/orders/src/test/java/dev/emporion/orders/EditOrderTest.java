package dev.emporion.orders;

import static dev.emporion.orders.Acts.edit;
import static dev.emporion.orders.Acts.keep;
import static dev.emporion.orders.Acts.units;
import static dev.emporion.orders.Requests.refusal;
import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.common.v1.PostalAddress;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.pricing.v1.ErrorReason;
import dev.emporion.pricing.v1.Quote;
import io.grpc.Status.Code;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EditOrderTest {
  private final OrdersFixture fixture = new OrdersFixture();
  private final FakeShop shop = fixture.shop;
  private final OrdersFixture.Instance orders = fixture.instance();
  private final Acts acts = new Acts(fixture, orders);

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void fewerUnitsAreReservedAndPaidForAnew() {
    Order order = acts.place(3);

    Order edited = acts.send(edit(order, shop.total(1), keep(1, 1)));

    assertThat(edited.getState()).isEqualTo(OrderState.ORDER_STATE_CONFIRMED);
    assertThat(edited.getTotal()).isEqualTo(shop.total(1).toProto());
    assertThat(edited.getLinesList()).extracting(line -> line.getQuantity()).containsExactly(1, 1);
    assertThat(shop.reserved).containsExactly(Map.entry(order.getReservationId(), 2));
    assertThat(edited.getPaymentId()).isNotEqualTo(order.getPaymentId());
    assertThat(shop.authorized).containsExactly(Map.entry(edited.getPaymentId(), shop.total(1)));
    assertThat(acts.get(order)).isEqualTo(edited);
  }

  @Test
  void aRemovedLineLeavesTheOthersTheirNumbers() {
    Order order = acts.place(2);

    Order edited = acts.send(edit(order, cents(2_000), keep(1, 0)));

    assertThat(edited.getLinesList()).extracting(line -> line.getSku()).containsExactly("TEA");
    assertThat(edited.getLines(0).getLineNumber()).isEqualTo(2);
    assertThat(edited.getLines(0).getDeliveryShare()).isEqualTo(cents(1_000).toProto());
    assertThat(shop.reserved).containsExactly(Map.entry(order.getReservationId(), 1));
    assertThat(acts.ship(edited).getCapturedTotal()).isEqualTo(edited.getTotal());
  }

  @Test
  void anotherAddressAtTheSameTotalKeepsThePayment() {
    Order order = acts.place(1);
    var address = PostalAddress.newBuilder(order.getShippingAddress()).setRecipient("Eve").build();

    Order edited = acts.send(edit(order, shop.total(1)).setShippingAddress(address));

    assertThat(edited.getShippingAddress()).isEqualTo(address);
    assertThat(edited.getBillingAddress()).isEqualTo(order.getBillingAddress());
    assertThat(edited.getPaymentId()).isEqualTo(order.getPaymentId());
    assertThat(shop.authorized).hasSize(1);
    assertThat(acts.get(order)).isEqualTo(edited);
  }

  @Test
  void anEditThatChangesNothingIsNoError() {
    Order order = acts.place(2);

    assertThat(acts.send(edit(order, shop.total(2), keep(1, 2)))).isEqualTo(order);
  }

  @Test
  void aRepetitionGetsTheOrderAsItThenStands() {
    Order order = acts.place(3);
    var request = edit(order, shop.total(1), keep(1, 1));
    acts.send(request);
    Order shipped = acts.ship(order);

    assertThat(acts.send(request)).isEqualTo(shipped);
    assertThat(refusal(() -> acts.send(request.clone().clearLines().addLines(keep(1, 2)))).reason())
        .isEqualTo("REQUEST_ID_REUSED");
  }

  @Test
  void anotherTotalThanExpectedIsRefusedWithTheNewQuote() {
    Order order = acts.place(3);
    shop.unitPrice = cents(1_100);

    Failure refusal = refusal(() -> acts.send(edit(order, cents(3_000), keep(1, 1))));

    assertThat(refusal.reason()).isEqualTo("PRICE_CHANGED");
    assertThat(refusal.detail(Quote.class).orElseThrow().getTotal())
        .isEqualTo(shop.total(1).toProto());
    assertThat(acts.get(order)).isEqualTo(order);
  }

  @Test
  void whatWouldGrowOrBeEmptyOrCannotBeQuotedIsRefused() {
    Order order = acts.place(2);

    Failure growing = refusal(() -> acts.send(edit(order, shop.total(3), keep(1, 3))));
    assertThat(growing.reason()).isEqualTo("QUANTITY_EXCEEDED");
    assertThat(growing.metadata()).containsEntry("line_number", "1").containsEntry("quantity", "2");
    assertThat(refusal(() -> acts.send(edit(order, cents(0), keep(1, 0), keep(2, 0)))).reason())
        .isEqualTo("CART_EMPTY");
    for (int i = 0; i < 2; i++) { // a refusal is decided twice
      shop.next("Quote", EditOrderTest::notForSale);
    }
    assertThat(refusal(() -> acts.send(edit(order, shop.total(1), keep(1, 1)))).reason())
        .isEqualTo("NOT_ORDERABLE");
    assertThat(acts.get(order)).isEqualTo(order);
  }

  @Test
  void anOrderOfWhichSomethingLeftIsNotEdited() {
    Order order = acts.ship(acts.place(2), units(1, 1));

    Failure refusal = refusal(() -> acts.send(edit(order, shop.total(1), keep(1, 1))));

    assertThat(refusal.reason()).isEqualTo("ORDER_STATE");
    assertThat(refusal.metadata()).containsEntry("state", "PARTIALLY_SHIPPED");
  }

  @Test
  void aDeclinedPaymentLeavesTheOrderAndItsPaymentAsTheyWere() {
    Order order = acts.place(3);
    shop.declines = true;
    var request = edit(order, shop.total(1), keep(1, 1));

    assertThat(refusal(() -> acts.send(request)).reason()).isEqualTo("PAYMENT_REFUSED");

    assertThat(refusal(() -> acts.send(request)).reason())
        .as("a repetition gets the same refusal")
        .isEqualTo("PAYMENT_REFUSED");
    assertThat(shop.authorized).containsExactly(Map.entry(order.getPaymentId(), shop.total(3)));
    assertThat(shop.reserved).containsExactly(Map.entry(order.getReservationId(), 4));
    Order after = acts.get(order);
    assertThat(after.getLinesList()).isEqualTo(order.getLinesList());
    assertThat(after.getTotal()).isEqualTo(order.getTotal());
  }

  @Test
  void whatBecomesFreeIsNotPaidForAnyMore() {
    Order order = acts.place(2);
    shop.unitPrice = cents(0);

    Order edited = acts.send(edit(order, cents(0), keep(1, 1)));

    assertThat(edited.getPaymentId()).isEmpty();
    assertThat(shop.authorized).isEmpty();
    assertThat(acts.ship(edited).getState()).isEqualTo(OrderState.ORDER_STATE_SHIPPED);
  }

  @Test
  void whatWasFreeIsPaidForOnceItCosts() {
    shop.unitPrice = cents(0);
    Order order = acts.place(2);
    shop.unitPrice = cents(500);

    Order edited = acts.send(edit(order, shop.total(1), keep(1, 1)));

    assertThat(shop.authorized).containsExactly(Map.entry(edited.getPaymentId(), shop.total(1)));
    assertThat(acts.ship(edited).getCapturedTotal()).isEqualTo(edited.getTotal());
  }

  @Test
  void everyStepIsDoneOnceWhateverAnswersAreLost() {
    Order order = acts.place(3);
    for (String rpc :
        new String[] {"Authorize", "Authorize answer", "Reduce", "Reduce answer", "Void"}) {
      shop.next(rpc, FakeShop::fail);
    }

    acts.send(edit(order, shop.total(1), keep(1, 1)));

    assertThat(shop.reserved).containsExactly(Map.entry(order.getReservationId(), 2));
    assertThat(shop.authorized.values()).containsExactly(shop.total(1));
  }

  @Test
  void anotherInstanceGoesOnWhenOneStops() {
    Order order = acts.place(3);
    var gate = new CountDownLatch(1);
    var dying = fixture.instance("SAGA_LEASE_SECONDS", "1", "ORDER_WAIT_MILLIS", "50");
    shop.next("Reduce answer", () -> FakeShop.await(gate));
    Order waiting = new Acts(fixture, dying).send(edit(order, shop.total(1), keep(1, 1)));
    assertThat(waiting.getActiveChange().getKind()).isEqualTo("edit-order");
    assertThat(refusal(() -> acts.ship(order)).reason()).isEqualTo("ORDER_BUSY");

    dying.close();

    eventually(() -> assertThat(acts.get(order).getTotal()).isEqualTo(shop.total(1).toProto()));
    gate.countDown();
    assertThat(shop.reserved).containsExactly(Map.entry(order.getReservationId(), 2));
    assertThat(shop.authorized.values()).containsExactly(shop.total(1));
    assertThat(acts.ship(order).getCapturedTotal()).isEqualTo(shop.total(1).toProto());
  }

  private static void notForSale() {
    throw FakeShop.refusal(
        Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_VARIANT_NOT_FOR_SALE, "MUG");
  }

  private static Money cents(long minor) {
    return new Money("EUR", minor);
  }
}
