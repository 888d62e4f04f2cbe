package dev.emporion.pricing;

import dev.emporion.platform.Money;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A SKU as the catalog has it.
 *
 * @param title product and variant, as shown to shoppers
 * @param weightGrams of one unit
 */
record Variant(
    String sku,
    String title,
    List<Price> prices,
    int weightGrams,
    String taxCategory,
    boolean allowBackorder) {

  /** What one unit costs from so many on. */
  record Price(Money unitPrice, int minQuantity) {}

  /** The price of the highest quantity break reached; empty if it is not sold in the currency. */
  Optional<Money> unitPrice(String currency, int quantity) {
    return prices.stream()
        .filter(price -> price.unitPrice.currency().equals(currency))
        .filter(price -> price.minQuantity <= quantity)
        .max(Comparator.comparingInt(Price::minQuantity))
        .map(Price::unitPrice);
  }
}
