package dev.emporion.shipping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.platform.Money;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZoneTest {
  private static final long ANY_WEIGHT = 0;
  private static final Money TEN_EUROS = euros(1000);

  @Test
  void theCheapestRowThatFitsHolds() {
    var option =
        option(
            "standard", rate(590, ANY_WEIGHT, null), rate(390, 1000, null), rate(450, 500, null));

    assertThat(prices(List.of(option), 400)).containsExactly(390L);
    assertThat(prices(List.of(option), 1000)).as("the bound itself fits").containsExactly(390L);
    assertThat(prices(List.of(option), 1001)).containsExactly(590L);
  }

  @Test
  void aSubtotalFromTheLeastOnFits() {
    var option = option("standard", rate(490, ANY_WEIGHT, null), rate(0, ANY_WEIGHT, TEN_EUROS));

    assertThat(Zone.quote(List.of(option), 1, euros(999)).getFirst().price()).isEqualTo(euros(490));
    assertThat(Zone.quote(List.of(option), 1, euros(1000)).getFirst().price()).isEqualTo(euros(0));
  }

  @Test
  void onlyRowsInTheBasketsCurrencyHold() {
    var option =
        option("standard", rate(490, ANY_WEIGHT, null), new Zone.Rate(yen(300), ANY_WEIGHT, null));

    assertThat(Zone.quote(List.of(option), 1, yen(5000)).getFirst().price()).isEqualTo(yen(300));
    assertThat(Zone.quote(List.of(option), 1, new Money("USD", 5000))).isEmpty();
  }

  @Test
  void optionsComeCheapestFirstThenByCode() {
    var quotes =
        Zone.quote(
            List.of(
                option("b-same", rate(500, ANY_WEIGHT, null)),
                option("express", rate(900, ANY_WEIGHT, null)),
                option("a-same", rate(500, ANY_WEIGHT, null)),
                option("too-light", rate(100, 10, null))),
            11,
            TEN_EUROS);

    assertThat(quotes)
        .extracting(quote -> quote.option().code())
        .containsExactly("a-same", "b-same", "express");
  }

  @Test
  void theExactRegionHasTheSubdivisionWhereThereIsOne() {
    assertThat(Zone.exactRegion("US", "CA")).isEqualTo("US-CA");
    assertThat(Zone.exactRegion("DE", "")).isEqualTo("DE");
  }

  private static List<Long> prices(List<Zone.Option> options, long weightGrams) {
    return Zone.quote(options, weightGrams, TEN_EUROS).stream()
        .map(quote -> quote.price().minor())
        .toList();
  }

  private static Zone.Option option(String code, Zone.Rate... rates) {
    return new Zone.Option(code, code, 1, 2, List.of(rates));
  }

  private static Zone.Rate rate(long cents, long maxWeightGrams, Money minSubtotal) {
    return new Zone.Rate(euros(cents), maxWeightGrams, minSubtotal);
  }

  private static Money euros(long cents) {
    return new Money("EUR", cents);
  }

  private static Money yen(long yen) {
    return new Money("JPY", yen);
  }
}
