package dev.emporion.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.platform.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds for every quote, tried on many made by chance; a failure names its seed. */
class QuotePropertiesTest {
  private static final int QUOTES = 5_000;
  private static final List<String> CURRENCIES = List.of("EUR", "USD", "JPY", "BHD");
  private static final List<String> CATEGORIES = List.of("standard", "reduced", "zero", "other");

  @Test
  void everyQuoteAddsUp() {
    for (long seed = 0; seed < QUOTES; seed++) {
      Quote quote = quote(new Random(seed));
      String name = "seed " + seed;
      assertSums(quote, name);
      assertLines(quote, name);
      assertDiscounts(quote, name);
    }
  }

  private static void assertSums(Quote quote, String name) {
    Basket basket = quote.basket();
    Money delivery = quote.delivery().orElseThrow().delivery().price();
    Money linesTax = basket.total(quote.lines().stream().map(Quote.TaxedLine::tax).toList());
    Money expected = basket.subtotal().minus(basket.discountTotal()).plus(delivery);
    boolean inclusive = quote.region().pricesIncludeTax();

    assertThat(quote.taxTotal())
        .as(name)
        .isEqualTo(linesTax.plus(quote.delivery().orElseThrow().tax()));
    assertThat(quote.total())
        .as(name)
        .isEqualTo(inclusive ? expected : expected.plus(quote.taxTotal()));
    Money lines = basket.total(quote.lines().stream().map(quote::total).toList());
    Money deliveryTax = quote.delivery().orElseThrow().tax();
    assertThat(quote.total())
        .as(name)
        .isEqualTo(lines.plus(delivery).plus(inclusive ? deliveryTax.times(0) : deliveryTax));
  }

  private static void assertLines(Quote quote, String name) {
    for (Quote.TaxedLine taxed : quote.lines()) {
      Basket.Line line = taxed.line();
      assertThat(line.discount().minor()).as(name).isBetween(0L, line.subtotal().minor());
      assertThat(line.net().minor()).as(name).isNotNegative();
      assertThat(taxed.tax()).as(name).isEqualTo(taxed(quote.region(), taxed));
    }
  }

  /** The same by another way: decimals instead of fractions of whole numbers. */
  private static Money taxed(TaxRegion region, Quote.TaxedLine taxed) {
    BigDecimal net = BigDecimal.valueOf(taxed.line().net().minor());
    BigDecimal product = net.multiply(new BigDecimal(taxed.rate().toString()));
    BigDecimal divisor =
        region.pricesIncludeTax()
            ? BigDecimal.ONE.add(new BigDecimal(taxed.rate().toString()))
            : BigDecimal.ONE;
    BigDecimal tax = product.divide(divisor, 0, RoundingMode.HALF_UP);
    return new Money(taxed.tax().currency(), tax.longValueExact());
  }

  private static void assertDiscounts(Quote quote, String name) {
    Basket basket = quote.basket();
    Money ofPromotions =
        basket.total(basket.promotions().stream().map(Basket.Applied::discount).toList());
    assertThat(basket.discountTotal()).as(name).isEqualTo(ofPromotions);
    Money ofLines = basket.total(basket.lines().stream().map(Basket.Line::discount).toList());
    assertThat(ofLines).as(name).isEqualTo(ofPromotions);
    for (Basket.Applied applied : basket.promotions()) {
      assertThat(applied.discount().minor()).as(name).isPositive();
    }
  }

  /** No share is a minor unit or more away from its exact part of the whole. */
  @Test
  void anAllocationIsAsFairAsWholeUnitsCanBe() {
    for (long seed = 0; seed < QUOTES; seed++) {
      Basket before = basket(new Random(seed));
      long left = before.net().minor();
      long off = Math.min(left, 1 + new Random(seed).nextLong(left + 1));
      Promotion promotion = Given.amount(new Money(before.currency(), off).toString()).build();
      Basket after = before.discounted(List.of(promotion), List.of(), Given.NOW);

      assertThat(after.discountTotal().minor()).as("seed " + seed).isEqualTo(off);
      for (Basket.Line line : after.lines()) {
        double exact = (double) off * line.subtotal().minor() / Math.max(1, left);
        assertThat(Math.abs(line.discount().minor() - exact)).as("seed " + seed).isLessThan(1);
      }
    }
  }

  private static Quote quote(Random random) {
    Basket basket = basket(random);
    List<Promotion> rules =
        IntStream.range(0, random.nextInt(5)).mapToObj(i -> rule(random, basket)).toList();
    TaxRegion region =
        Given.region(
            "XX",
            random.nextBoolean(),
            Map.of(
                "standard", rate(random),
                "reduced", rate(random),
                "zero", "0"));
    var delivery =
        new Quote.Delivery(
            "standard", "Standard", new Money(basket.currency(), random.nextInt(3000)), 1, 2);
    return Quote.of(
        basket.discounted(rules, List.of(), Given.NOW), region, List.of(delivery), "standard");
  }

  private static Basket basket(Random random) {
    String currency = CURRENCIES.get(random.nextInt(CURRENCIES.size()));
    var items = new ArrayList<Given.Item>();
    for (int i = 0; i <= random.nextInt(12); i++) {
      items.add(
          new Given.Item(
              "S" + i,
              1 + random.nextInt(random.nextBoolean() ? 3 : 10_000),
              new Money(currency, random.nextInt(random.nextBoolean() ? 50 : 1_000_000)),
              CATEGORIES.get(random.nextInt(CATEGORIES.size()))));
    }
    return Given.basket(currency, items);
  }

  private static Promotion rule(Random random, Basket basket) {
    Given.Rule rule =
        random.nextBoolean()
            ? Given.percent(new BigDecimal(random.nextInt(1_000_001)).movePointLeft(4).toString())
            : Given.amount(new Money(basket.currency(), random.nextInt(100_000)).toString());
    if (random.nextBoolean()) {
      rule.skus("S0", "S2", "S5", "S9");
    }
    return rule.build();
  }

  private static String rate(Random random) {
    return new BigDecimal(random.nextInt(1_000_001)).movePointLeft(6).toPlainString();
  }
}
