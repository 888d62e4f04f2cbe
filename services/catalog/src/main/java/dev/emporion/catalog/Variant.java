package dev.emporion.catalog;

import dev.emporion.common.v1.ErrorReason;
import dev.emporion.platform.Failure;
import io.grpc.Status;
import java.util.HashSet;
import java.util.List;

/** One buyable form of a product. An empty tax category means "standard". */
record Variant(
    String sku,
    String title,
    List<Price> prices,
    int weightGrams,
    String taxCategory,
    boolean allowBackorder) {

  /**
   * Refuses prices of which one would not be known from another, or a currency in which a single
   * unit has no price.
   *
   * @param path where the variant stands in the request
   */
  void check(String path) {
    var seen = new HashSet<List<Object>>();
    var currencies = new HashSet<String>();
    for (int i = 0; i < prices.size(); i++) {
      Price price = prices.get(i);
      String currency = price.unitPrice().currency();
      if (!seen.add(List.of(currency, price.minQuantity()))) {
        throw invalid(
            path + ".prices[" + i + "]",
            "a second price in %s from %d on".formatted(currency, price.minQuantity()));
      }
      if (price.minQuantity() == 1) {
        currencies.add(currency);
      }
    }
    for (int i = 0; i < prices.size(); i++) {
      String currency = prices.get(i).unitPrice().currency();
      if (!currencies.contains(currency)) {
        throw invalid(
            path + ".prices[" + i + "].min_quantity",
            "no price in " + currency + " has min_quantity 1");
      }
    }
  }

  static Failure invalid(String field, String description) {
    return Failure.of(
            Status.Code.INVALID_ARGUMENT,
            ErrorReason.ERROR_REASON_INVALID_VALUE,
            field + ": " + description)
        .field(field, description);
  }
}
