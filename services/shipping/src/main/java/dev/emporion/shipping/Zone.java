package dev.emporion.shipping;

import dev.emporion.platform.Money;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Destinations that share delivery options.
 *
 * @param regions sorted, none twice
 * @param version one more with each change
 */
record Zone(
    String zoneId, String displayName, List<String> regions, List<Option> options, int version) {

  /** A way of delivery with its table of rates. */
  record Option(String code, String displayName, int minDays, int maxDays, List<Rate> rates) {

    private Optional<Quote> quote(long weightGrams, Money subtotal) {
      return rates.stream()
          .filter(rate -> rate.fits(weightGrams, subtotal))
          .map(Rate::price)
          .min(Comparator.comparingLong(Money::minor))
          .map(price -> new Quote(this, price));
    }
  }

  /**
   * One row of a table.
   *
   * @param maxWeightGrams 0 for any weight
   * @param minSubtotal in the price's currency; null for any subtotal
   */
  record Rate(Money price, long maxWeightGrams, Money minSubtotal) {

    private boolean fits(long weightGrams, Money subtotal) {
      return price.currency().equals(subtotal.currency())
          && (maxWeightGrams == 0 || weightGrams <= maxWeightGrams)
          && (minSubtotal == null || subtotal.minor() >= minSubtotal.minor());
    }
  }

  /** An option at the price that holds for a basket. */
  record Quote(Option option, Money price) {}

  /** The most exact region of a destination; its country and {@code *} stand behind it. */
  static String exactRegion(String regionCode, String administrativeArea) {
    return administrativeArea.isEmpty() ? regionCode : regionCode + "-" + administrativeArea;
  }

  /**
   * The options that have a rate for the basket, each at its cheapest: cheapest first, of equals
   * the one whose code comes first.
   */
  static List<Quote> quote(List<Option> options, long weightGrams, Money subtotal) {
    return options.stream()
        .flatMap(option -> option.quote(weightGrams, subtotal).stream())
        .sorted(
            Comparator.comparingLong((Quote quote) -> quote.price().minor())
                .thenComparing(quote -> quote.option().code()))
        .toList();
  }

  String etag() {
    return "v" + version;
  }
}
