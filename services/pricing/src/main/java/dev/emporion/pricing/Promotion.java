package dev.emporion.pricing;

import dev.emporion.platform.Money;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Something taken off.
 *
 * @param code what a shopper must enter; empty: it holds for everyone
 * @param skus those that it fits; empty: all
 * @param minQuantity units of fitting SKUs that must be in the basket
 * @param minSubtotal what the fitting lines must cost before discount; null: nothing
 * @param start when it begins to hold
 * @param end when it no longer holds
 */
record Promotion(
    String promotionId,
    String displayName,
    String code,
    Benefit benefit,
    Set<String> skus,
    int minQuantity,
    Money minSubtotal,
    Instant start,
    Instant end) {

  /** How much is taken off. */
  sealed interface Benefit {
    /** Of what fitting lines still cost; never more than that. */
    Money of(Money left);
  }

  /** A part of what is left, in millionths: 12.5 % is 125,000. Rounded once, for all lines. */
  record PercentOff(long millionths) implements Benefit {
    @Override
    public Money of(Money left) {
      return left.part(millionths, TaxRate.ONE);
    }
  }

  /** So much, once an order. */
  record AmountOff(Money amount) implements Benefit {
    @Override
    public Money of(Money left) {
      return amount.minor() < left.minor() ? amount : left;
    }
  }

  boolean fits(Basket.Line line) {
    return skus.isEmpty() || skus.contains(line.variant().sku());
  }

  /** Why it does not hold for a basket at a time, for the shopper; empty if it does. */
  Optional<String> obstacle(Basket basket, Instant now) {
    if (now.isBefore(start)) {
      return Optional.of("has not begun");
    }
    if (!now.isBefore(end)) {
      return Optional.of("is over");
    }
    if (!inCurrency(basket.currency())) {
      return Optional.of("does not hold in " + basket.currency());
    }
    List<Basket.Line> fitting = basket.lines().stream().filter(this::fits).toList();
    if (fitting.isEmpty()) {
      return Optional.of("fits nothing in the basket");
    }
    if (fitting.stream().mapToInt(Basket.Line::quantity).sum() < minQuantity) {
      return Optional.of("needs " + minQuantity + " units");
    }
    Money subtotal = basket.total(fitting.stream().map(Basket.Line::subtotal).toList());
    if (minSubtotal != null && subtotal.minor() < minSubtotal.minor()) {
      return Optional.of("needs " + minSubtotal);
    }
    return Optional.empty();
  }

  private boolean inCurrency(String currency) {
    return switch (benefit) {
      case PercentOff percent -> minSubtotal == null || minSubtotal.currency().equals(currency);
      case AmountOff(Money amount) -> amount.currency().equals(currency);
    };
  }
}
