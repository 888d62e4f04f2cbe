package dev.emporion.pricing;

import dev.emporion.platform.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Short words for what the tests are about. */
final class Given {
  static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");

  static final TaxRegion GERMANY =
      region("DE", true, Map.of("standard", "0.19", "reduced", "0.07"));
  static final TaxRegion CALIFORNIA =
      region("US", false, Map.of("standard", "0.0725", "reduced", "0"));
  static final TaxRegion JAPAN = region("JP", true, Map.of("standard", "0.1", "reduced", "0.08"));
  static final TaxRegion BAHRAIN = region("BH", true, Map.of("standard", "0.1", "reduced", "0"));

  private Given() {}

  /** "19.99 EUR". */
  static Money money(String text) {
    String[] parts = text.split(" ");
    int digits = Money.digits(parts[1]);
    return new Money(parts[1], new BigDecimal(parts[0]).movePointRight(digits).longValueExact());
  }

  static TaxRegion region(String code, boolean inclusive, Map<String, String> rates) {
    var parsed = new LinkedHashMap<String, TaxRate>();
    rates.forEach((category, rate) -> parsed.put(category, TaxRate.parse(rate)));
    return new TaxRegion(code, "", inclusive, parsed, TaxRegion.STANDARD);
  }

  /** So many units of a SKU at a price, taxed in a category. */
  record Item(String sku, int quantity, Money unitPrice, String taxCategory) {}

  static Item item(String sku, int quantity, String unitPrice) {
    return item(sku, quantity, unitPrice, "standard");
  }

  static Item item(String sku, int quantity, String unitPrice, String taxCategory) {
    return new Item(sku, quantity, money(unitPrice), taxCategory);
  }

  static Basket basket(Item... items) {
    return basket(items[0].unitPrice.currency(), List.of(items));
  }

  static Basket basket(String currency, List<Item> items) {
    var wanted = new LinkedHashMap<String, Integer>();
    var variants = new LinkedHashMap<String, Variant>();
    for (Item item : items) {
      wanted.put(item.sku, item.quantity);
      variants.put(
          item.sku,
          new Variant(
              item.sku,
              "The " + item.sku,
              List.of(new Variant.Price(item.unitPrice, 1)),
              100,
              item.taxCategory,
              false));
    }
    return Basket.of(currency, wanted, variants);
  }

  static Quote.Delivery delivery(String option, String price) {
    return new Quote.Delivery(option, "By " + option, money(price), 1, 3);
  }

  static Rule percent(String percent) {
    long millionths = new BigDecimal(percent).movePointRight(4).longValueExact();
    return new Rule(new Promotion.PercentOff(millionths));
  }

  static Rule amount(String amount) {
    return new Rule(new Promotion.AmountOff(money(amount)));
  }

  /** A promotion in the making: for everyone, everything and for good, but for what is said. */
  static final class Rule {
    private final Promotion.Benefit benefit;
    private String code = "";
    private Set<String> skus = Set.of();
    private int minQuantity;
    private Money minSubtotal;
    private Instant start = Instant.MIN;
    private Instant end = Instant.MAX;

    private Rule(Promotion.Benefit benefit) {
      this.benefit = benefit;
    }

    Rule code(String code) {
      this.code = code;
      return this;
    }

    Rule skus(String... skus) {
      this.skus = Set.of(skus);
      return this;
    }

    Rule from(int quantity) {
      this.minQuantity = quantity;
      return this;
    }

    Rule from(String subtotal) {
      this.minSubtotal = money(subtotal);
      return this;
    }

    Rule between(Instant start, Instant end) {
      this.start = start;
      this.end = end;
      return this;
    }

    Promotion build() {
      String id = (benefit.toString() + skus).toLowerCase(Locale.ROOT);
      return new Promotion(
          id, "Rule " + id, code, benefit, skus, minQuantity, minSubtotal, start, end);
    }
  }
}
