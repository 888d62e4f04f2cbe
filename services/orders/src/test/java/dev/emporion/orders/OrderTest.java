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
  void aPendingOrRejectedOrderIsNotCancelled() {
    Order rejected = order().reject(Rejection.getDefaultInstance(), NOW);

    assertThatThrownBy(() -> order().startCancelling(NOW))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> rejected.startCancelling(NOW))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> rejected.cancel(NOW)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void cancellingCountsTheOpenUnits() {
    Order cancelled = order().confirm(NOW).startCancelling(NOW).cancel(LATER);

    assertThat(cancelled.state()).isEqualTo(OrderState.CANCELLED);
    assertThat(cancelled.version()).isEqualTo(4);
    assertThat(cancelled.lines()).extracting(OrderLine::cancelledQuantity).containsExactly(3);
  }

  @Test
  void itsStepsKeepTheirNamesForGood() {
    UUID orderId = UUID.fromString("0198c0de-0000-7000-8000-000000000000");
    Order order = order(orderId);

    assertThat(order.reservationId()).isEqualTo(Ids.v5(orderId, "place-order/reserve/1"));
    assertThat(order.paymentId()).isEqualTo(Ids.v5(orderId, "place-order/authorize/1"));
  }

  static Order order() {
    return order(Ids.newId());
  }

  static Order order(UUID orderId) {
    var line =
        new OrderLine(
            1, "MUG", "Mug", 3, 0, 0, 0, eur(500), eur(0), eur(0), "0.19", eur(1500), eur(490));
    return new Order(
        orderId,
        1,
        OrderState.PENDING,
        null,
        null,
        "ada@example.com",
        Ids.newId(),
        List.of(line),
        PostalAddress.getDefaultInstance(),
        PostalAddress.getDefaultInstance(),
        "standard",
        "tok_ok",
        new Order.Totals(eur(1500), eur(0), eur(490), eur(0), eur(1990), true),
        NOW,
        NOW);
  }

  private static Money eur(long cents) {
    return new Money("EUR", cents);
  }
}
