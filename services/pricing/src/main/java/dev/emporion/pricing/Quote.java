package dev.emporion.pricing;

import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.pricing.v1.ErrorReason;
import io.grpc.Status.Code;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a basket costs, delivered: its lines with their tax, the delivery chosen and its tax, and
 * the sums. How amounts are rounded is written in docs/rounding.md.
 *
 * @param region how the destination taxes
 * @param delivery empty when none was chosen
 * @param options all there are, cheapest first
 */
record Quote(
    Basket basket,
    TaxRegion region,
    List<TaxedLine> lines,
    Optional<TaxedDelivery> delivery,
    List<Delivery> options) {

  /** A line and its tax. */
  record TaxedLine(Basket.Line line, TaxRate rate, Money tax) {}

  /** A way of delivery. */
  record Delivery(
      String deliveryOption, String displayName, Money price, int minDays, int maxDays) {}

  /** The delivery chosen and its tax. */
  record TaxedDelivery(Delivery delivery, Money tax) {}

  /**
   * @param chosen code of an option; empty: none yet
   * @throws Failure DELIVERY_OPTION_NOT_AVAILABLE, TOTAL_TOO_LARGE
   */
  static Quote of(Basket basket, TaxRegion region, List<Delivery> options, String chosen) {
    var lines = basket.lines().stream().map(line -> taxed(line, region)).toList();
    Optional<TaxedDelivery> delivery =
        chosen.isEmpty() ? Optional.empty() : Optional.of(taxed(find(options, chosen), region));
    var quote = new Quote(basket, region, lines, delivery, sorted(options));
    Basket.requirePayable(quote.total());
    return quote;
  }

  Money taxTotal() {
    return basket
        .total(lines.stream().map(TaxedLine::tax).toList())
        .plus(delivery.map(TaxedDelivery::tax).orElse(zero()));
  }

  Money total() {
    Money price = delivery.map(chosen -> chosen.delivery.price()).orElse(zero());
    return withTax(basket.net().plus(price), taxTotal());
  }

  Money total(TaxedLine line) {
    return withTax(line.line.net(), line.tax);
  }

  private Money withTax(Money amount, Money tax) {
    return region.pricesIncludeTax() ? amount : amount.plus(tax);
  }

  private Money zero() {
    return Money.zero(basket.currency());
  }

  private static TaxedLine taxed(Basket.Line line, TaxRegion region) {
    TaxRate rate = region.rate(line.variant().taxCategory());
    return new TaxedLine(line, rate, region.tax(rate, line.net()));
  }

  private static TaxedDelivery taxed(Delivery delivery, TaxRegion region) {
    return new TaxedDelivery(delivery, region.tax(region.deliveryRate(), delivery.price()));
  }

  private static Delivery find(List<Delivery> options, String chosen) {
    return options.stream()
        .filter(option -> option.deliveryOption().equals(chosen))
        .findFirst()
        .orElseThrow(
            () ->
                Failure.of(
                        Code.FAILED_PRECONDITION,
                        ErrorReason.ERROR_REASON_DELIVERY_OPTION_NOT_AVAILABLE,
                        "this basket cannot be delivered there by " + chosen)
                    .meta("delivery_option", chosen));
  }

  private static List<Delivery> sorted(List<Delivery> options) {
    return options.stream()
        .sorted(
            Comparator.comparingLong((Delivery option) -> option.price().minor())
                .thenComparing(Delivery::deliveryOption))
        .toList();
  }
}
