package dev.emporion.pricing;

import static dev.emporion.pricing.Given.BAHRAIN;
import static dev.emporion.pricing.Given.CALIFORNIA;
import static dev.emporion.pricing.Given.GERMANY;
import static dev.emporion.pricing.Given.JAPAN;
import static dev.emporion.pricing.Given.NOW;
import static dev.emporion.pricing.Given.amount;
import static dev.emporion.pricing.Given.basket;
import static dev.emporion.pricing.Given.delivery;
import static dev.emporion.pricing.Given.item;
import static dev.emporion.pricing.Given.money;
import static dev.emporion.pricing.Given.percent;
import static dev.emporion.pricing.Given.region;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** docs/rounding.md as figures, each worked out by hand. */
class RoundingTest {

  @ParameterizedTest(name = "{0} holds {2} at {1}")
  @CsvSource({
    // gross, rate, tax               gross * rate / (1 + rate)
    "59.97 EUR, 0.19, 9.58 EUR", //   9.575042
    "0.01 EUR, 0.19, 0.00 EUR", //    0.001597
    "10.03 EUR, 0.07, 0.66 EUR", //   0.656168
    "2.03 USD, 0.015, 0.03 USD", //   0.03 exactly
    "1.01 USD, 0.01, 0.01 USD", //    0.01 exactly
    "5 JPY, 0.25, 1 JPY", //          1 exactly
    "3702 JPY, 0.1, 337 JPY", //      336.545454
    "101 JPY, 0.08, 7 JPY", //        7.481481
    "3 JPY, 0.2, 1 JPY", //           0.5: half up
    "9 JPY, 0.2, 2 JPY", //           1.5: half up
    "3.750 BHD, 0.1, 0.341 BHD", //   0.340909
    "0.003 BHD, 0.2, 0.001 BHD", //   0.0005: half up
    "0.002 BHD, 0.2, 0.000 BHD" //    0.000333
  })
  void taxInAPriceIsRoundedHalfUp(String gross, String rate, String tax) {
    assertThat(TaxRate.parse(rate).in(money(gross))).isEqualTo(money(tax));
  }

  @ParameterizedTest(name = "{0} has {2} on top at {1}")
  @CsvSource({
    // net, rate, tax                 net * rate
    "59.97 USD, 0.0725, 4.35 USD", // 4.347825
    "10.00 USD, 0.0725, 0.73 USD", // 0.725: half up
    "0.10 USD, 0.0625, 0.01 USD", //  0.00625
    "0.07 USD, 0.0625, 0.00 USD", //  0.004375
    "0.50 EUR, 0.19, 0.10 EUR", //    0.095: half up
    "50 JPY, 0.05, 3 JPY", //         2.5: half up
    "49 JPY, 0.05, 2 JPY", //         2.45
    "1.230 BHD, 0.05, 0.062 BHD", //  0.0615: half up
    "1.229 BHD, 0.05, 0.061 BHD", //  0.06145
    "12.00 USD, 0, 0.00 USD"
  })
  void taxOnTopOfAPriceIsRoundedHalfUp(String net, String rate, String tax) {
    assertThat(TaxRate.parse(rate).on(money(net))).isEqualTo(money(tax));
  }

  @ParameterizedTest(name = "{1} % of {0} is {2}")
  @CsvSource({
    "68.97 EUR, 10, 6.90 EUR", //    6.897
    "0.15 EUR, 10, 0.02 EUR", //     0.015: half up
    "0.14 EUR, 10, 0.01 EUR", //     0.014
    "999 JPY, 12.5, 125 JPY", //     124.875
    "4 JPY, 12.5, 1 JPY", //         0.5: half up
    "1.234 BHD, 0.25, 0.003 BHD", // 0.003085
    "7.77 USD, 100, 7.77 USD",
    "7.77 USD, 0.0001, 0.00 USD"
  })
  void aPercentageIsRoundedHalfUp(String left, String percentage, String off) {
    Basket basket =
        basket(item("MUG", 1, left)).discounted(rules(percent(percentage)), List.of(), NOW);
    assertThat(basket.discountTotal()).isEqualTo(money(off));
  }

  /** Line by line it would be 0.01 EUR on each, twice what was promised. */
  @Test
  void aPercentageIsRoundedOnceForAllItsLines() {
    Basket basket =
        basket(item("A", 1, "0.05 EUR"), item("B", 1, "0.05 EUR"), item("C", 1, "0.05 EUR"))
            .discounted(rules(percent("10")), List.of(), NOW);
    assertDiscounts(basket, "0.01 EUR", "0.01 EUR", "0.00 EUR");
  }

  @Test
  void whatDoesNotDivideGoesToTheLargestRemainder() {
    // 10.00 over 20.00, 7.00, 3.01: shares 6.6644, 2.3325, 1.0029
    Basket basket =
        basket(item("A", 1, "20.00 EUR"), item("B", 1, "7.00 EUR"), item("C", 1, "3.01 EUR"))
            .discounted(rules(amount("10.00 EUR")), List.of(), NOW);
    assertDiscounts(basket, "6.67 EUR", "2.33 EUR", "1.00 EUR");
  }

  @Test
  void ofEqualRemaindersTheEarlierLineIsFirst() {
    assertDiscounts(threeLines("5.00 EUR", "1.00 EUR"), "0.34 EUR", "0.33 EUR", "0.33 EUR");
    assertDiscounts(threeLines("5.00 USD", "0.02 USD"), "0.01 USD", "0.01 USD", "0.00 USD");
    assertDiscounts(threeLines("500 JPY", "100 JPY"), "34 JPY", "33 JPY", "33 JPY");
    assertDiscounts(threeLines("5.000 BHD", "0.100 BHD"), "0.034 BHD", "0.033 BHD", "0.033 BHD");
  }

  private static Basket threeLines(String price, String off) {
    return basket(item("A", 1, price), item("B", 1, price), item("C", 1, price))
        .discounted(rules(amount(off)), List.of(), NOW);
  }

  @Test
  void eurosWithTaxInThePrice() {
    Quote quote =
        Quote.of(
            basket(item("A", 3, "19.99 EUR"), item("B", 2, "4.50 EUR", "reduced"))
                .discounted(rules(percent("10"), amount("5.00 EUR")), List.of(), NOW),
            GERMANY,
            List.of(delivery("standard", "4.90 EUR")),
            "standard");

    // 10 % of 68.97 is 6.90: 6.00 and 0.90. Then 5.00 over 53.97 and 8.10: 4.35 and 0.65.
    assertDiscounts(quote.basket(), "10.35 EUR", "1.55 EUR");
    // 49.62 * 19/119 = 7.9225, 7.45 * 7/107 = 0.4874, 4.90 * 19/119 = 0.7824
    assertTaxes(quote, "7.92 EUR", "0.49 EUR");
    assertThat(quote.delivery().orElseThrow().tax()).isEqualTo(money("0.78 EUR"));
    assertSums(quote, "68.97 EUR", "11.90 EUR", "9.19 EUR", "61.97 EUR");
    assertThat(quote.total(quote.lines().get(0))).isEqualTo(money("49.62 EUR"));
  }

  @Test
  void dollarsWithTaxOnTop() {
    Quote quote =
        Quote.of(
            basket(item("A", 3, "19.99 USD"), item("B", 2, "4.50 USD", "reduced"))
                .discounted(rules(percent("10"), amount("5.00 USD")), List.of(), NOW),
            CALIFORNIA,
            List.of(delivery("standard", "4.90 USD")),
            "standard");

    assertDiscounts(quote.basket(), "10.35 USD", "1.55 USD");
    // 49.62 * 0.0725 = 3.59745; 4.90 * 0.0725 = 0.35525
    assertTaxes(quote, "3.60 USD", "0.00 USD");
    assertThat(quote.delivery().orElseThrow().tax()).isEqualTo(money("0.36 USD"));
    // 68.97 - 11.90 + 4.90 + 3.96
    assertSums(quote, "68.97 USD", "11.90 USD", "3.96 USD", "65.93 USD");
    assertThat(quote.total(quote.lines().get(0))).isEqualTo(money("53.22 USD"));
  }

  @Test
  void yenHaveNoCents() {
    Quote quote =
        Quote.of(
            basket(item("A", 3, "1234 JPY"), item("B", 2, "108 JPY", "reduced"))
                .discounted(rules(percent("12.5")), List.of(), NOW),
            JAPAN,
            List.of(delivery("standard", "550 JPY")),
            "standard");

    // 12.5 % of 3,918 is 489.75: 490; over 3,702 and 216: 462.986 and 27.014
    assertDiscounts(quote.basket(), "463 JPY", "27 JPY");
    // 3,239 / 11 = 294.4545, 189 * 8/108 = 14, 550 / 11 = 50
    assertTaxes(quote, "294 JPY", "14 JPY");
    assertThat(quote.delivery().orElseThrow().tax()).isEqualTo(money("50 JPY"));
    assertSums(quote, "3918 JPY", "490 JPY", "358 JPY", "3978 JPY");
  }

  @Test
  void dinarsHaveThreeDigits() {
    Quote quote =
        Quote.of(
            basket(item("A", 3, "1.255 BHD"), item("B", 1, "0.490 BHD", "reduced"))
                .discounted(rules(amount("0.500 BHD")), List.of(), NOW),
            BAHRAIN,
            List.of(delivery("standard", "1.100 BHD")),
            "standard");

    // 0.500 over 3.765 and 0.490: 0.44242 and 0.05758
    assertDiscounts(quote.basket(), "0.442 BHD", "0.058 BHD");
    // 3.323 / 11 = 0.302090; 1.100 / 11 = 0.1
    assertTaxes(quote, "0.302 BHD", "0.000 BHD");
    assertThat(quote.delivery().orElseThrow().tax()).isEqualTo(money("0.100 BHD"));
    // 4.255 - 0.500 + 1.100
    assertSums(quote, "4.255 BHD", "0.500 BHD", "0.402 BHD", "4.855 BHD");
  }

  /** Three times 0.095 is rounded to 0.10 thrice; once for the sum, 0.285, it would be 0.29. */
  @Test
  void taxIsRoundedLineByLine() {
    Quote quote =
        Quote.of(
            basket(item("A", 1, "0.50 EUR"), item("B", 1, "0.50 EUR"), item("C", 1, "0.50 EUR")),
            region("XX", false, Map.of("standard", "0.19")),
            List.of(),
            "");
    assertTaxes(quote, "0.10 EUR", "0.10 EUR", "0.10 EUR");
    assertThat(quote.taxTotal()).isEqualTo(money("0.30 EUR"));
  }

  private static List<Promotion> rules(Given.Rule... rules) {
    return List.of(rules).stream().map(Given.Rule::build).toList();
  }

  private static void assertDiscounts(Basket basket, String... discounts) {
    assertThat(basket.lines().stream().map(line -> line.discount().toString()))
        .containsExactly(discounts);
  }

  private static void assertTaxes(Quote quote, String... taxes) {
    assertThat(quote.lines().stream().map(line -> line.tax().toString())).containsExactly(taxes);
  }

  private static void assertSums(
      Quote quote, String subtotal, String discounts, String tax, String total) {
    assertThat(quote.basket().subtotal()).isEqualTo(money(subtotal));
    assertThat(quote.basket().discountTotal()).isEqualTo(money(discounts));
    assertThat(quote.taxTotal()).isEqualTo(money(tax));
    assertThat(quote.total()).isEqualTo(money(total));
  }
}
