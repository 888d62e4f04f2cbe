package dev.emporion.mesh.shop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.type.Money;
import dev.emporion.catalog.v1.Price;
import org.junit.jupiter.api.Test;

class AssortmentTest {

  @Test
  void thereAreAFewDozenProductsAndNoSkuTwice() {
    assertThat(Assortment.products()).hasSizeBetween(24, 60);
    assertThat(Assortment.skus())
        .doesNotHaveDuplicates()
        .hasSizeLessThanOrEqualTo(200)
        .allMatch(sku -> sku.matches("[A-Z0-9][A-Z0-9._-]{0,63}"));
  }

  @Test
  void everyVariantHasAPriceInEachCurrencyWithNoMoreDecimalsThanItHas() {
    Assortment.products().stream()
        .flatMap(product -> product.getVariantsList().stream())
        .forEach(
            variant ->
                assertThat(variant.getPricesList().stream().map(Price::getUnitPrice))
                    .as(variant.getSku())
                    .extracting(Money::getCurrencyCode)
                    .containsExactly("EUR", "USD", "JPY", "BHD"));
    Assortment.products().stream()
        .flatMap(product -> product.getVariantsList().stream())
        .flatMap(variant -> variant.getPricesList().stream())
        .forEach(price -> assertThat(Amounts.text(price.getUnitPrice())).isNotEmpty());
  }

  @Test
  void amountsReadAsTheirCurrencyIsWritten() {
    assertThat(Amounts.text(Amounts.money("EUR", "12.90"))).isEqualTo("EUR 12.90");
    assertThat(Amounts.text(Amounts.money("JPY", "1980"))).isEqualTo("JPY 1980");
    assertThat(Amounts.text(Amounts.money("BHD", "5.250"))).isEqualTo("BHD 5.250");
  }
}
