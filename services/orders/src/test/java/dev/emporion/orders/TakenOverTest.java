package dev.emporion.orders;

import static dev.emporion.orders.Acts.back;
import static dev.emporion.orders.Acts.came;
import static dev.emporion.orders.Acts.edit;
import static dev.emporion.orders.Acts.goodwill;
import static dev.emporion.orders.Acts.keep;
import static dev.emporion.orders.Acts.units;
import static dev.emporion.orders.Requests.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.ReturnReason;
import dev.emporion.orders.v1.ReturnState;
import dev.emporion.platform.Money;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Edits, returns and refunds whose saga another instance takes in the middle of a call. */
class TakenOverTest {
  private final OrdersFixture fixture = new OrdersFixture();
  private final FakeShop shop = fixture.shop;
  private final Acts acts = new Acts(fixture, fixture.instance());

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Authorize", "Authorize answer", "Reduce", "Reduce answer", "Void"})
  void anEditHoldsAndGivesBackOnce(String call) {
    Order placed = acts.place(3);
    shop.next(call, fixture.stolen());

    Order edited = acts.send(edit(placed, shop.total(1), keep(1, 1)));

    assertThat(edited.getTotal()).isEqualTo(shop.total(1).toProto());
    assertThat(shop.reserved).containsExactly(Map.entry(placed.getReservationId(), 2));
    assertThat(shop.authorized).containsExactly(Map.entry(edited.getPaymentId(), shop.total(1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Authorize", "Void"})
  void anEditThatIsDeclinedHoldsNothingNew(String call) {
    Order placed = acts.place(3);
    shop.declines = true;
    shop.next(call, fixture.stolen());

    assertThat(refusal(() -> acts.send(edit(placed, shop.total(1), keep(1, 1)))).reason())
        .isEqualTo("PAYMENT_REFUSED");

    assertThat(shop.authorized).containsExactly(Map.entry(placed.getPaymentId(), shop.total(3)));
    assertThat(shop.reserved).containsExactly(Map.entry(placed.getReservationId(), 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"AdjustStock", "AdjustStock answer"})
  void whatComesBackIsPutIntoStockOnce(String call) {
    Order order =
        acts.send(
            back(acts.ship(acts.place(2)), 1, 2, ReturnReason.RETURN_REASON_UNWANTED)
                .addLines(back(2, 1, ReturnReason.RETURN_REASON_OTHER)));
    shop.next(call, () -> {});
    shop.next(call, fixture.stolen());

    Order received = acts.send(came(order));

    assertThat(received.getReturns(0).getState()).isEqualTo(ReturnState.RETURN_STATE_RECEIVED);
    assertThat(shop.adjusted.values()).containsExactlyInAnyOrder("MUG+2@berlin", "TEA+1@berlin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Refund", "Refund answer"})
  void whatIsPaidBackFromTwoPaymentsIsPaidBackOnce(String call) {
    shop.payments.singleCapture = true;
    Order order = acts.ship(acts.ship(acts.place(2), units(1, 1)));
    shop.next(call, () -> {});
    shop.next(call, fixture.stolen());

    Order refunded = acts.send(goodwill(order, new Money("EUR", 3_000)));

    assertThat(refunded.getRefundedTotal()).isEqualTo(new Money("EUR", 3_000).toProto());
    assertThat(shop.payments.refunded.values())
        .containsExactlyInAnyOrder(new Money("EUR", 334), new Money("EUR", 2_666));
  }
}
