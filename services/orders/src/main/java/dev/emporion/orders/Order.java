package dev.emporion.orders;

import dev.emporion.common.v1.PostalAddress;
import dev.emporion.orders.v1.Rejection;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Money;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * What someone bought, with the transitions of its life. Each transition is guarded by the state it
 * starts from and makes the next version, which is also the sequence of the event that tells it.
 *
 * @param version 1 when placed, one more with each transition
 * @param rejection null unless REJECTED
 * @param active the change under way; null if none is
 */
record Order(
    UUID orderId,
    int version,
    OrderState state,
    Rejection rejection,
    Buyer buyer,
    UUID cartId,
    List<OrderLine> lines,
    Delivery delivery,
    Paying paying,
    Totals totals,
    History history,
    Active active,
    Instant createdAt,
    Instant updatedAt) {

  /**
   * Who bought it.
   *
   * @param customerId null for a guest
   */
  record Buyer(
      String customerId, String email, PostalAddress billingAddress, List<String> promotionCodes) {}

  /** Where it goes, and how. */
  record Delivery(PostalAddress address, String option) {}

  /**
   * What is there for what is open.
   *
   * @param token the provider's, of the means of payment
   * @param paymentId the payment that holds it; null if none does
   * @param problem why none does although something is to be paid; null if all is well
   * @param renewAt when the payment is to be renewed; null if it need not be
   */
  record Paying(String token, UUID paymentId, String problem, Instant renewAt) {
    /** This payment holds it now. */
    Paying held(UUID newPaymentId, Instant renewal) {
      return new Paying(token, newPaymentId, null, renewal);
    }

    /** Nothing holds it any more. */
    Paying gone(String why) {
      return new Paying(token, null, why, null);
    }

    /** There is nothing more to pay for. */
    Paying over() {
      return new Paying(token, paymentId, null, null);
    }

    /** With another means of payment. */
    Paying by(String newToken) {
      return new Paying(newToken, paymentId, problem, renewAt);
    }

    Paying renewAt(Instant time) {
      return new Paying(token, paymentId, problem, time);
    }
  }

  /** Always: total = subtotal - discount + delivery, plus tax unless the prices include it. */
  record Totals(
      Money subtotal,
      Money discount,
      Money delivery,
      Money tax,
      Money total,
      boolean pricesIncludeTax) {}

  /** A change that has begun and not ended. */
  record Active(String kind, UUID requestId, Instant since) {}

  /** Stock is reserved and payment authorized. */
  Order confirm(Instant now) {
    require(state == OrderState.PENDING, OrderState.CONFIRMED);
    return next(now, order -> order.state = OrderState.CONFIRMED);
  }

  /** It cannot be had, and nothing is held for it any more. */
  Order reject(Rejection why, Instant now) {
    require(state == OrderState.PENDING, OrderState.REJECTED);
    return next(
        now,
        order -> {
          order.state = OrderState.REJECTED;
          order.rejection = why;
          order.paying = paying.renewAt(null);
        });
  }

  /** A change begins; until it ends, no other one does. */
  Order begin(Active change, OrderState meanwhile) {
    require(!isMoving(), meanwhile);
    return next(
        change.since(),
        order -> {
          order.state = meanwhile;
          order.active = change;
        });
  }

  /** The change under way ends, with what it leaves; the state follows from that. */
  Order end(Instant now, Consumer<OrderDraft> outcome) {
    require(active != null, state);
    return next(
        now,
        order -> {
          outcome.accept(order);
          order.active = null;
          order.state = derivedState(order.lines, order.history);
        });
  }

  /** The same at its next version. */
  Order next(Instant now, Consumer<OrderDraft> change) {
    return with(
        order -> {
          change.accept(order);
          order.version = version + 1;
          order.updatedAt = now;
        });
  }

  /** The same but for this. */
  Order with(Consumer<OrderDraft> change) {
    var draft = new OrderDraft(this);
    change.accept(draft);
    return draft.build();
  }

  private static OrderState derivedState(List<OrderLine> lines, History history) {
    boolean open = lines.stream().anyMatch(line -> line.units().open() > 0);
    boolean shipped = lines.stream().anyMatch(line -> line.units().shipped() > 0);
    if (!shipped) {
      return open ? OrderState.CONFIRMED : OrderState.CANCELLED;
    }
    if (open) {
      return OrderState.PARTIALLY_SHIPPED;
    }
    return history.isDelivered() ? OrderState.DELIVERED : OrderState.SHIPPED;
  }

  /** Nothing is to be paid, so there is no payment. */
  boolean isFree() {
    return totals.total().minor() == 0;
  }

  /** Whether a saga moves it: what callers wait for to end. */
  boolean isMoving() {
    return state == OrderState.PENDING || active != null;
  }

  /** Whether nothing more happens to it by itself: where a watch ends. */
  boolean isOver() {
    return state.isFinal() && !isMoving();
  }

  /** Whether it has units that are neither shipped nor cancelled. */
  boolean hasOpenUnits() {
    return lines.stream().anyMatch(line -> line.units().open() > 0);
  }

  /** The exact price of what is open: what has to be held. */
  Money openValue() {
    return lines.stream().map(UnitPrices::open).reduce(zero(), Money::plus);
  }

  OrderLine line(int lineNumber) {
    return lines.stream().filter(line -> line.lineNumber() == lineNumber).findFirst().orElseThrow();
  }

  Money zero() {
    return Money.zero(totals.total().currency());
  }

  /** The name of its reservation in inventory: the request id of the step that makes it. */
  UUID reservationId() {
    return Ids.v5(orderId, "place-order/reserve/1");
  }

  /** The name of the payment that placing it makes: the request id of the step that makes it. */
  static UUID firstPaymentId(UUID orderId) {
    return Ids.v5(orderId, "place-order/authorize/1");
  }

  private void require(boolean allowed, OrderState next) {
    if (!allowed) {
      throw new IllegalStateException(orderId + " is " + state + " and cannot become " + next);
    }
  }
}
