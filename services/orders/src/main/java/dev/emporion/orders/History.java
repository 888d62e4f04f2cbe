package dev.emporion.orders;

import dev.emporion.orders.v1.ReturnReason;
import dev.emporion.orders.v1.ReturnState;
import dev.emporion.platform.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** What left, what came back and what was paid, each oldest first. */
record History(List<Shipment> shipments, List<Return> returns, List<Payment> payments) {
  static final History NONE = new History(List.of(), List.of(), List.of());

  /**
   * A parcel that left.
   *
   * @param amount what was taken for it
   * @param paymentId what it was taken from; null if there was nothing to pay
   * @param deliveredAt null before it arrived
   */
  record Shipment(
      UUID shipmentId,
      List<ShippedUnits> lines,
      Money amount,
      UUID paymentId,
      String carrier,
      String trackingNumber,
      Instant shippedAt,
      Instant deliveredAt) {

    Shipment deliver(Instant now) {
      return new Shipment(
          shipmentId, lines, amount, paymentId, carrier, trackingNumber, shippedAt, now);
    }
  }

  /** Units of one line that left one location. */
  record ShippedUnits(int lineNumber, String locationId, int quantity) {}

  /**
   * Units on their way back.
   *
   * @param worth what is to be given back for it; null before RECEIVED
   * @param refunded null before REFUNDED
   * @param receivedAt null before RECEIVED
   */
  record Return(
      UUID returnId,
      ReturnState state,
      List<ReturnLine> lines,
      Worth worth,
      Money refunded,
      Instant createdAt,
      Instant receivedAt) {

    static Return requested(UUID returnId, List<ReturnLine> lines, Instant now) {
      return new Return(returnId, ReturnState.RETURN_STATE_REQUESTED, lines, null, null, now, null);
    }

    Return receive(List<ReturnLine> came, Worth theWorth, Instant now) {
      return new Return(
          returnId, ReturnState.RETURN_STATE_RECEIVED, came, theWorth, null, createdAt, now);
    }

    Return refund(Money amount) {
      return new Return(
          returnId, ReturnState.RETURN_STATE_REFUNDED, lines, worth, amount, createdAt, receivedAt);
    }

    Optional<ReturnLine> line(int lineNumber) {
      return lines.stream().filter(line -> line.lineNumber() == lineNumber).findFirst();
    }
  }

  /**
   * What a return is worth: the exact price of its units, and what of the delivery cost is given
   * back with it.
   */
  record Worth(Money goods, Money delivery) {
    Money total() {
      return goods.plus(delivery);
    }
  }

  /** Units of one line on their way back. */
  record ReturnLine(
      int lineNumber, int quantity, ReturnReason reason, int restocked, int writtenOff) {

    ReturnLine receive(int toStock, int toNothing) {
      return new ReturnLine(lineNumber, quantity, reason, toStock, toNothing);
    }

    /** Units that came in. */
    int received() {
      return restocked + writtenOff;
    }
  }

  /** Money that was taken from one payment, and what was given back of it. */
  record Payment(UUID paymentId, Money captured, Money refunded) {
    /** What can be given back. */
    Money refundable() {
      return captured.minus(refunded);
    }
  }

  Optional<Shipment> shipment(UUID shipmentId) {
    return shipments.stream().filter(one -> one.shipmentId().equals(shipmentId)).findFirst();
  }

  Optional<Return> returned(UUID returnId) {
    return returns.stream().filter(one -> one.returnId().equals(returnId)).findFirst();
  }

  /** Whether everything that left has arrived. */
  boolean isDelivered() {
    return shipments.stream().allMatch(shipment -> shipment.deliveredAt() != null);
  }

  /** With this one new, or in the place of the one that has its id. */
  History with(Shipment shipment) {
    return new History(put(shipments, shipment, Shipment::shipmentId), returns, payments);
  }

  /** With this one new, or in the place of the one that has its id. */
  History with(Return one) {
    return new History(shipments, put(returns, one, Return::returnId), payments);
  }

  /** With this one new, or in the place of the one that has its id. */
  History with(Payment payment) {
    return new History(shipments, returns, put(payments, payment, Payment::paymentId));
  }

  /** More was taken from a payment. */
  History captured(UUID paymentId, Money amount) {
    Money zero = Money.zero(amount.currency());
    Payment before =
        payments.stream()
            .filter(one -> one.paymentId().equals(paymentId))
            .findFirst()
            .orElse(new Payment(paymentId, zero, zero));
    return with(new Payment(paymentId, before.captured().plus(amount), before.refunded()));
  }

  /** Some of what was taken from a payment was given back. */
  History refunded(UUID paymentId, Money amount) {
    Payment before =
        payments.stream()
            .filter(one -> one.paymentId().equals(paymentId))
            .findFirst()
            .orElseThrow();
    return with(new Payment(paymentId, before.captured(), before.refunded().plus(amount)));
  }

  private static <T> List<T> put(List<T> all, T one, Function<T, UUID> id) {
    var next = new ArrayList<>(all);
    for (int i = 0; i < next.size(); i++) {
      if (id.apply(next.get(i)).equals(id.apply(one))) {
        next.set(i, one);
        return List.copyOf(next);
      }
    }
    next.add(one);
    return List.copyOf(next);
  }
}
