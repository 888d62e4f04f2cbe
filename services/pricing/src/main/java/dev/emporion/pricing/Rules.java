package dev.emporion.pricing;

import java.util.List;

/**
 * The rules of a shop.
 *
 * @param taxRegions the first that fits a destination holds
 * @param promotions in the order in which they are applied
 */
record Rules(List<TaxRegion> taxRegions, List<Promotion> promotions) {

  TaxRegion taxRegion(String regionCode, String administrativeArea) {
    return taxRegions.stream()
        .filter(region -> region.fits(regionCode, administrativeArea))
        .findFirst()
        .orElse(TaxRegion.NONE);
  }
}
