package dev.emporion.pricing;

import dev.emporion.platform.Money;
import java.util.Map;

/**
 * How a region taxes.
 *
 * @param administrativeArea empty: the whole country
 * @param pricesIncludeTax whether prices shown there hold their tax, or tax is added
 * @param rates by tax category, {@link #STANDARD} among them
 * @param deliveryCategory the category that delivery is taxed in
 */
record TaxRegion(
    String regionCode,
    String administrativeArea,
    boolean pricesIncludeTax,
    Map<String, TaxRate> rates,
    String deliveryCategory) {
  static final String STANDARD = "standard";

  /** Where no rule fits, nothing is taxed. */
  static final TaxRegion NONE =
      new TaxRegion("", "", false, Map.of(STANDARD, TaxRate.ZERO), STANDARD);

  boolean fits(String region, String area) {
    return regionCode.equals(region)
        && (administrativeArea.isEmpty() || administrativeArea.equals(area));
  }

  /** What has no rate of its own here, is taxed as everything else is. */
  TaxRate rate(String category) {
    return rates.getOrDefault(category, rates.get(STANDARD));
  }

  TaxRate deliveryRate() {
    return rate(deliveryCategory);
  }

  /** The tax of an amount: in it or on top of it, as prices are shown here. */
  Money tax(TaxRate rate, Money amount) {
    return pricesIncludeTax ? rate.in(amount) : rate.on(amount);
  }
}
