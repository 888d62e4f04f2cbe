package dev.emporion.pricing;

import com.google.rpc.PreconditionFailure;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.pricing.v1.ErrorReason;
import io.grpc.Status.Code;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lines with their prices, and what promotions took off them: all that delivery and tax are
 * computed from.
 *
 * @param promotions those that took something off
 */
record Basket(String currency, List<Line> lines, List<Applied> promotions) {
  /** In whole units; subtotal, and total: what an order may have. */
  private static final long MAX_TOTAL_UNITS = 1_000_000_000_000L;

  /** More details would not fit into the headers that carry them. */
  private static final int MAX_VIOLATIONS = 30;

  /** So many units of a variant, and what promotions took off them. */
  record Line(Variant variant, int quantity, Money unitPrice, Money discount) {
    Money subtotal() {
      return unitPrice.times(quantity);
    }

    /** What is left to pay; never negative. */
    Money net() {
      return subtotal().minus(discount);
    }

    /** Of all units. */
    long weightGrams() {
      return (long) variant.weightGrams() * quantity;
    }

    private Line less(Money amount) {
      return new Line(variant, quantity, unitPrice, discount.plus(amount));
    }
  }

  /** A promotion and what it took off in all. */
  record Applied(Promotion promotion, Money discount) {}

  /**
   * Prices what is wanted.
   *
   * @param wanted units by SKU, in the order asked for
   * @param variants by SKU, those that are for sale
   * @throws Failure VARIANT_NOT_FOR_SALE naming each SKU, TOTAL_TOO_LARGE
   */
  static Basket of(String currency, Map<String, Integer> wanted, Map<String, Variant> variants) {
    var lines = new ArrayList<Line>();
    var violations = new ArrayList<PreconditionFailure.Violation>();
    wanted.forEach(
        (sku, quantity) -> {
          Optional<Variant> variant = Optional.ofNullable(variants.get(sku));
          Optional<Money> price = variant.flatMap(found -> found.unitPrice(currency, quantity));
          if (price.isPresent()) {
            lines.add(new Line(variant.get(), quantity, price.get(), Money.zero(currency)));
          } else {
            violations.add(
                violation(
                    "NOT_FOR_SALE",
                    sku,
                    variant.isPresent() ? "has no price in " + currency : "unknown or archived"));
          }
        });
    if (!violations.isEmpty()) {
      throw refuse(ErrorReason.ERROR_REASON_VARIANT_NOT_FOR_SALE, "not for sale", violations);
    }
    var basket = new Basket(currency, List.copyOf(lines), List.of());
    // Line by line first: a hundred lines of any size could be more than a long holds.
    lines.forEach(line -> requirePayable(line.subtotal()));
    requirePayable(basket.subtotal());
    return basket;
  }

  /** Refuses, OUT_OF_RANGE / TOTAL_TOO_LARGE, what is more than an order may have. */
  static Money requirePayable(Money amount) {
    if (amount.toProto().getUnits() > MAX_TOTAL_UNITS) {
      throw Failure.of(
          Code.OUT_OF_RANGE,
          ErrorReason.ERROR_REASON_TOTAL_TOO_LARGE,
          "an order has " + MAX_TOTAL_UNITS + " " + amount.currency() + " at most");
    }
    return amount;
  }

  /**
   * Applies the promotions that hold, in their order, each to what the ones before it left.
   *
   * @param codes what the shopper entered
   * @throws Failure PROMOTION_NOT_VALID naming each code that no promotion holds for
   */
  Basket discounted(List<Promotion> rules, List<String> codes, Instant now) {
    requireValid(codes, rules, now);
    Basket basket = this;
    for (Promotion promotion : rules) {
      boolean asked = promotion.code().isEmpty() || codes.contains(promotion.code());
      if (asked && promotion.obstacle(this, now).isEmpty()) {
        basket = basket.less(promotion);
      }
    }
    return basket;
  }

  private Basket less(Promotion promotion) {
    List<Line> fitting = lines.stream().filter(promotion::fits).toList();
    Money left = total(fitting.stream().map(Line::net).toList());
    Money amount = promotion.benefit().of(left);
    if (amount.minor() == 0) {
      return this;
    }
    Money[] shares =
        amount.allocate(fitting.stream().mapToLong(line -> line.net().minor()).toArray());
    var next = new ArrayList<Line>();
    int share = 0;
    for (Line line : lines) {
      next.add(promotion.fits(line) ? line.less(shares[share++]) : line);
    }
    var applied = new ArrayList<>(promotions);
    applied.add(new Applied(promotion, amount));
    return new Basket(currency, List.copyOf(next), List.copyOf(applied));
  }

  /** A code may stand for several promotions, such as one a currency: one that holds is enough. */
  private void requireValid(List<String> codes, List<Promotion> rules, Instant now) {
    var violations = new ArrayList<PreconditionFailure.Violation>();
    for (String code : codes) {
      List<Optional<String>> obstacles =
          rules.stream()
              .filter(promotion -> promotion.code().equals(code))
              .map(promotion -> promotion.obstacle(this, now))
              .toList();
      if (obstacles.stream().allMatch(Optional::isPresent)) {
        String why = obstacles.isEmpty() ? "unknown" : obstacles.getFirst().get();
        violations.add(violation("PROMOTION", code, why));
      }
    }
    if (!violations.isEmpty()) {
      throw refuse(ErrorReason.ERROR_REASON_PROMOTION_NOT_VALID, "not valid", violations);
    }
  }

  Money subtotal() {
    return total(lines.stream().map(Line::subtotal).toList());
  }

  Money discountTotal() {
    return total(lines.stream().map(Line::discount).toList());
  }

  /** What the goods cost after discounts. */
  Money net() {
    return subtotal().minus(discountTotal());
  }

  long weightGrams() {
    return lines.stream().mapToLong(Line::weightGrams).sum();
  }

  Money total(List<Money> amounts) {
    return amounts.stream().reduce(Money.zero(currency), Money::plus);
  }

  private static PreconditionFailure.Violation violation(String type, String subject, String why) {
    return PreconditionFailure.Violation.newBuilder()
        .setType(type)
        .setSubject(subject)
        .setDescription(why)
        .build();
  }

  private static Failure refuse(
      ErrorReason reason, String what, List<PreconditionFailure.Violation> violations) {
    int told = Math.min(violations.size(), MAX_VIOLATIONS);
    var first = violations.getFirst();
    String more = violations.size() == 1 ? "" : " (and " + (violations.size() - 1) + " more)";
    return Failure.of(
            Code.FAILED_PRECONDITION,
            reason,
            first.getSubject() + " is " + what + ": " + first.getDescription() + more)
        .with(
            PreconditionFailure.newBuilder().addAllViolations(violations.subList(0, told)).build());
  }
}
