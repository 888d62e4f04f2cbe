package dev.emporion.pricing;

import com.google.protobuf.Timestamp;
import dev.emporion.platform.Money;
import dev.emporion.pricing.v1.RuleBook;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A rule book that was checked, as the domain has it. */
final class RulesProto {
  /** A hundredth of the whole in the millionths that a benefit counts by. */
  private static final int PERCENT_DIGITS = 4;

  private RulesProto() {}

  static Rules rules(RuleBook book) {
    return new Rules(
        book.getTaxRegionsList().stream().map(RulesProto::taxRegion).toList(),
        book.getPromotionsList().stream().map(RulesProto::promotion).toList());
  }

  private static TaxRegion taxRegion(dev.emporion.pricing.v1.TaxRegion region) {
    Map<String, TaxRate> rates =
        region.getRatesMap().entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, rate -> TaxRate.parse(rate.getValue())));
    String delivery = region.getDeliveryTaxCategory();
    return new TaxRegion(
        region.getRegionCode(),
        region.getAdministrativeArea(),
        region.getPricesIncludeTax(),
        rates,
        delivery.isEmpty() ? TaxRegion.STANDARD : delivery);
  }

  private static Promotion promotion(dev.emporion.pricing.v1.Promotion promotion) {
    return new Promotion(
        promotion.getPromotionId(),
        promotion.getDisplayName(),
        promotion.getCode(),
        benefit(promotion),
        Set.copyOf(promotion.getSkusList()),
        promotion.getMinQuantity(),
        promotion.hasMinSubtotal() ? Money.fromProto(promotion.getMinSubtotal()) : null,
        promotion.hasStartTime() ? instant(promotion.getStartTime()) : Instant.MIN,
        promotion.hasEndTime() ? instant(promotion.getEndTime()) : Instant.MAX);
  }

  private static Promotion.Benefit benefit(dev.emporion.pricing.v1.Promotion promotion) {
    return switch (promotion.getBenefitCase()) {
      case PERCENT_OFF ->
          new Promotion.PercentOff(
              new BigDecimal(promotion.getPercentOff())
                  .movePointRight(PERCENT_DIGITS)
                  .longValueExact());
      case AMOUNT_OFF -> new Promotion.AmountOff(Money.fromProto(promotion.getAmountOff()));
      case BENEFIT_NOT_SET -> throw new IllegalArgumentException("a promotion without benefit");
    };
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
