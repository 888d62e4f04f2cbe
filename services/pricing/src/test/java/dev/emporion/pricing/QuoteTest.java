package dev.emporion.pricing;

import static dev.emporion.pricing.Given.CALIFORNIA;
import static dev.emporion.pricing.Given.GERMANY;
import static dev.emporion.pricing.Given.basket;
import static dev.emporion.pricing.Given.delivery;
import static dev.emporion.pricing.Given.item;
import static dev.emporion.pricing.Given.money;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.emporion.platform.Failure;
import dev.emporion.pricing.v1.ErrorReason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuoteTest {
  private static final Basket MUG = basket(item("MUG", 1, "11.90 EUR"));
  private static final List<Quote.Delivery> OPTIONS =
      List.of(
          delivery("pigeon", "9.90 EUR"),
          delivery("standard", "4.90 EUR"),
          delivery("bicycle", "9.90 EUR"));

  @Test
  void withoutADeliveryChosenTheOptionsAreListedCheapestFirst() {
    Quote quote = Quote.of(MUG, GERMANY, OPTIONS, "");
    assertThat(quote.options())
        .extracting(Quote.Delivery::deliveryOption)
        .containsExactly("standard", "bicycle", "pigeon");
    assertThat(quote.delivery()).isEmpty();
    assertThat(quote.total()).isEqualTo(money("11.90 EUR"));
    assertThat(quote.taxTotal()).isEqualTo(money("1.90 EUR"));
  }

  @Test
  void theDeliveryChosenIsPaidAndTaxed() {
    Quote quote = Quote.of(MUG, GERMANY, OPTIONS, "pigeon");
    assertThat(quote.total()).isEqualTo(money("21.80 EUR"));
    assertThat(quote.taxTotal()).isEqualTo(money("3.48 EUR"));
  }

  @Test
  void whatIsNotAmongTheOptionsCannotBeChosen() {
    Failure refusal =
        catchThrowableOfType(Failure.class, () -> Quote.of(MUG, GERMANY, OPTIONS, "rocket"));
    assertThat(refusal.is(ErrorReason.ERROR_REASON_DELIVERY_OPTION_NOT_AVAILABLE)).isTrue();
  }

  @Test
  void deliveryHasATaxCategoryOfItsOwn() {
    var region =
        new TaxRegion(
            "XX",
            "",
            false,
            Map.of("standard", TaxRate.parse("0.1"), "delivery", TaxRate.parse("0.05")),
            "delivery");
    Quote quote = Quote.of(MUG, region, OPTIONS, "pigeon");
    assertThat(quote.delivery().orElseThrow().tax()).isEqualTo(money("0.50 EUR"));
  }

  @Test
  void aCategoryWithoutARateIsTaxedAsStandard() {
    Basket basket = basket(item("A", 1, "10.00 EUR", "unheard-of"), item("B", 1, "10.00 EUR", ""));
    assertThat(Quote.of(basket, GERMANY, List.of(), "").lines())
        .extracting(line -> line.rate().toString())
        .containsExactly("0.19", "0.19");
  }

  @Test
  void whereNoRuleFitsNothingIsTaxed() {
    Quote quote = Quote.of(MUG, new Rules(List.of(), List.of()).taxRegion("CH", ""), OPTIONS, "");
    assertThat(quote.taxTotal()).isEqualTo(money("0.00 EUR"));
    assertThat(quote.total()).isEqualTo(money("11.90 EUR"));
    assertThat(quote.lines().getFirst().rate()).hasToString("0");
  }

  @Test
  void theFirstRegionThatFitsHolds() {
    TaxRegion newYork = new TaxRegion("US", "NY", false, CALIFORNIA.rates(), "standard");
    var rules = new Rules(List.of(newYork, CALIFORNIA, GERMANY), List.of());
    assertThat(rules.taxRegion("US", "NY")).isSameAs(newYork);
    assertThat(rules.taxRegion("US", "TX")).isSameAs(CALIFORNIA);
    assertThat(rules.taxRegion("US", "")).isSameAs(CALIFORNIA);
    assertThat(rules.taxRegion("DE", "BE")).isSameAs(GERMANY);
    assertThat(rules.taxRegion("FR", "")).isSameAs(TaxRegion.NONE);
  }

  @Test
  void taxAndDeliveryCountTowardsTheLargestTotal() {
    Basket basket = basket(item("A", 1_000, "1000000000.00 EUR"));
    assertThat(Quote.of(basket, GERMANY, OPTIONS, "").total()).isEqualTo(basket.subtotal());
    for (String chosen : List.of("", "standard")) {
      TaxRegion region = chosen.isEmpty() ? CALIFORNIA : GERMANY;
      Failure refusal =
          catchThrowableOfType(Failure.class, () -> Quote.of(basket, region, OPTIONS, chosen));
      assertThat(refusal.is(ErrorReason.ERROR_REASON_TOTAL_TOO_LARGE)).isTrue();
    }
  }
}
