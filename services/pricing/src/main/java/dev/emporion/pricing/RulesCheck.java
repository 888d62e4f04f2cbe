package dev.emporion.pricing;

import com.google.protobuf.util.Timestamps;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.pricing.v1.Promotion;
import dev.emporion.pricing.v1.TaxRegion;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the contract's bounds cannot say: how the parts of a rule book fit together. Takes rules by
 * their places in the file, each within the contract's bounds; gives problems, each with its place.
 */
final class RulesCheck {
  private final List<String> problems = new ArrayList<>();

  private RulesCheck() {}

  static List<String> taxRegions(Map<String, TaxRegion> regions) {
    var check = new RulesCheck();
    var seen = new HashMap<String, String>();
    regions.forEach(
        (path, region) -> {
          check.region(path, region);
          check.reachable(path, region, seen);
        });
    return check.problems;
  }

  private void region(String path, TaxRegion region) {
    if (!region.containsRates(dev.emporion.pricing.TaxRegion.STANDARD)) {
      problems.add(path + ".rates: \"standard\" is missing");
    }
    String delivery = region.getDeliveryTaxCategory();
    if (!delivery.isEmpty() && !region.containsRates(delivery)) {
      problems.add(path + ".delivery_tax_category: \"" + delivery + "\" has no rate");
    }
  }

  /** The first rule that fits holds, so a later one for the same place would never be used. */
  private void reachable(String path, TaxRegion region, Map<String, String> seen) {
    String country = region.getRegionCode() + "-";
    String place = country + region.getAdministrativeArea();
    String earlier = seen.getOrDefault(place, seen.get(country));
    if (earlier != null) {
      problems.add(path + ": is never used, because " + earlier + " fits the same place");
    }
    seen.putIfAbsent(place, path);
  }

  static List<String> promotions(Map<String, Promotion> promotions) {
    var check = new RulesCheck();
    var seen = new HashMap<String, String>();
    promotions.forEach(
        (path, promotion) -> {
          String earlier = seen.putIfAbsent(promotion.getPromotionId(), path);
          if (earlier != null) {
            check.problems.add(path + ".promotion_id: " + earlier + " has it already");
          }
          check.benefit(path, promotion);
          check.conditions(path, promotion);
        });
    return check.problems;
  }

  private void benefit(String path, Promotion promotion) {
    switch (promotion.getBenefitCase()) {
      case PERCENT_OFF -> {
        if (new BigDecimal(promotion.getPercentOff()).signum() == 0) {
          problems.add(path + ".percent_off: takes nothing off");
        }
      }
      case AMOUNT_OFF -> amount(path + ".amount_off", promotion.getAmountOff());
      case BENEFIT_NOT_SET -> throw new IllegalStateException("the contract's bounds allow none");
    }
  }

  private void conditions(String path, Promotion promotion) {
    if (promotion.hasMinSubtotal()) {
      amount(path + ".min_subtotal", promotion.getMinSubtotal());
      String currency = promotion.getMinSubtotal().getCurrencyCode();
      if (promotion.hasAmountOff()
          && !promotion.getAmountOff().getCurrencyCode().equals(currency)) {
        problems.add(path + ".min_subtotal: is in another currency than amount_off");
      }
    }
    if (promotion.hasStartTime()
        && promotion.hasEndTime()
        && Timestamps.compare(promotion.getStartTime(), promotion.getEndTime()) >= 0) {
      problems.add(path + ".end_time: is not after start_time");
    }
  }

  private void amount(String path, com.google.type.Money proto) {
    try {
      if (Money.fromProto(proto, path).minor() <= 0) {
        problems.add(path + ": must be more than zero");
      }
    } catch (Failure e) {
      problems.add(e.getMessage());
    }
  }
}
