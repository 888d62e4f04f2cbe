package dev.emporion.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.common.v1.PostalAddress;
import dev.emporion.orders.v1.Rejection;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Money;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class OrderTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Instant LATER = NOW.plusSeconds(60);

  @Test
  void eachTransitionMakesTheNextVersion() {
    Order confirmed = order().confirm(LATER);

    assertThat(confirmed.state()).isEqualTo(OrderState.CONFIRMED);
    assertThat(confirmed.version()).isEqualTo(2);
    assertThat(confirmed.updatedAt()).isEqualTo(LATER);
    assertThat(confirmed.createdAt()).isEqualTo(NOW);
  }

  @Test
  void onlyAPendingOrderIsConfirmedOrRejected() {
    Order confirmed = order().confirm(NOW);

    assertThatThrownBy(() -> confirmed.confirm(NOW)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> confirmed.reject(Rejection.getDefaultInstance(), NOW))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void oneChangeIsUnderWayAtATime() {
    Order changing = begun(order().confirm(NOW));

    assertThat(changing.version()).isEqualTo(3);
    assertThat(changing.isMoving()).isTrue();
    assertThatThrownBy(() -> begun(changing)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> begun(order())).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> order().confirm(NOW).end(NOW, order -> {}))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theStateFollowsFromTheLinesAndTheShipments() {
    assertThat(ended(units -> units, null).state()).isEqualTo(OrderState.CONFIRMED);
    assertThat(ended(units -> units.cancelOpen(), null).state()).isEqualTo(OrderState.CANCELLED);
    assertThat(ended(units -> units.ship(1), null).state()).isEqualTo(OrderState.PARTIALLY_SHIPPED);
    assertThat(ended(units -> units.ship(1).cancelOpen(), null).state())
        .isEqualTo(OrderState.SHIPPED);
    assertThat(ended(units -> units.ship(2), LATER).state())
        .isEqualTo(OrderState.PARTIALLY_SHIPPED);
    assertThat(ended(units -> units.ship(3), LATER).state()).isEqualTo(OrderState.DELIVERED);
  }

  @Test
  void whatIsOpenIsWorthWhatItsUnitsCost() {
    assertThat(order().openValue()).isEqualTo(eur(1990));
    assertThat(ended(units -> units.ship(1), null).openValue()).isEqualTo(eur(1000 + 326));
    assertThat(ended(units -> units.ship(1).cancelOpen(), null).openValue()).isEqualTo(eur(0));
  }

  private static Order begun(Order order) {
    return order.begin(new Order.Active("test", order.orderId(), LATER), order.state());
  }

  /** An order whose only line was changed so, and its only shipment delivered then. */
  private static Order ended(UnaryOperator<OrderLine.Units> change, Instant deliveredAt) {
    return begun(order().confirm(NOW))
        .end(
            LATER,
            order -> {
              OrderLine line = order.lines.getFirst();
              order.lines = List.of(line.with(change.apply(line.units())));
              order.history =
                  order.history.with(
                      new History.Shipment(
                          UUID.randomUUID(), List.of(), eur(0), null, "DHL", "", NOW, deliveredAt));
            });
  }

  @Test
  void itsStepsKeepTheirNamesForGood() {
    UUID orderId = UUID.fromString("0198c0de-0000-7000-8000-000000000000");
    Order order = order(orderId);

    assertThat(order.reservationId()).isEqualTo(Ids.v5(orderId, "place-order/reserve/1"));
    assertThat(Order.firstPaymentId(orderId)).isEqualTo(Ids.v5(orderId, "place-order/authorize/1"));
  }

  static Order order() {
    return order(Ids.newId());
  }

  static Order order(UUID orderId) {
    var line =
        new OrderLine(
            1,
            "MUG",
            "Mug",
            OrderLine.Units.of(3),
            new OrderLine.Prices(eur(500), eur(0), eur(0), "0.19", eur(1500), eur(490)),
            false);
    return new Order(
        orderId,
        1,
        OrderState.PENDING,
        null,
        new Order.Buyer(
            null, "ada@example.com", PostalAddress.getDefaultInstance(), List.of("TEN", "FREE_1")),
        Ids.newId(),
        List.of(line),
        new Order.Delivery(PostalAddress.getDefaultInstance(), "standard"),
        new Order.Paying("tok_ok", Order.firstPaymentId(orderId), null, null),
        new Order.Totals(eur(1500), eur(0), eur(490), eur(0), eur(1990), true),
        History.NONE,
        null,
        NOW,
        NOW);
  }

  private static Money eur(long cents) {
    return new Money("EUR", cents);
  }
}
