package dev.emporion.orders;

import dev.emporion.orders.History.Payment;
import dev.emporion.platform.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * From which payments an amount is given back: the newest first, because the means of payment that
 * was used last is the likeliest to exist still; from each no more than was taken and is not given
 * back yet.
 */
record RefundPlan(List<Part> parts) {

  /**
   * @param amount above 0
   */
  record Part(UUID paymentId, Money amount) {}

  /** What can be given back. */
  static Money refundable(Money zero, List<Payment> payments) {
    return payments.stream().map(Payment::refundable).reduce(zero, Money::plus);
  }

  /**
   * @param payments oldest first
   * @throws IllegalArgumentException more than is refundable
   */
  static RefundPlan of(Money amount, List<Payment> payments) {
    var parts = new ArrayList<Part>();
    Money left = amount;
    for (Payment payment : payments.reversed()) {
      long minor = Math.min(left.minor(), payment.refundable().minor());
      if (minor > 0) {
        Money part = new Money(amount.currency(), minor);
        parts.add(new Part(payment.paymentId(), part));
        left = left.minus(part);
      }
    }
    if (left.minor() != 0) {
      throw new IllegalArgumentException(left + " more than can be given back");
    }
    return new RefundPlan(List.copyOf(parts));
  }
}
