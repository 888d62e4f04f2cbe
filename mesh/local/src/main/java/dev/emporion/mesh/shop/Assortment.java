package dev.emporion.mesh.shop;

import dev.emporion.catalog.v1.Price;
import dev.emporion.catalog.v1.Product;
import dev.emporion.catalog.v1.Variant;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the example shop sells: a table in a resource, one product a line. */
final class Assortment {
  private static final List<String> CURRENCIES = List.of("EUR", "USD", "JPY", "BHD");
  private static final int FIRST_PRICE_COLUMN = 5;
  private static final int COLUMNS = 11;

  private Assortment() {}

  static List<Product> products() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Assortment.class.getResourceAsStream("/shop/products.txt"),
                StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> product(line.split(" \\| ")))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> skus() {
    return products().stream()
        .flatMap(product -> product.getVariantsList().stream())
        .map(Variant::getSku)
        .toList();
  }

  private static Product product(String[] columns) {
    if (columns.length != COLUMNS) {
      throw new IllegalStateException("products.txt: " + columns[0] + " lacks a column");
    }
    Product.Builder product =
        Product.newBuilder()
            .setTitle(columns[1])
            .setCategory(columns[2])
            .setDescription(columns[COLUMNS - 1]);
    for (String variant : columns[COLUMNS - 2].split(", ")) {
      String[] codeAndTitle = variant.split("=", 2);
      product.addVariants(
          Variant.newBuilder()
              .setSku(columns[0] + "-" + codeAndTitle[0])
              .setTitle(codeAndTitle[1])
              .setWeightGrams(Integer.parseInt(columns[3]))
              .setTaxCategory(columns[4])
              .addAllPrices(prices(columns)));
    }
    return product.build();
  }

  private static List<Price> prices(String[] columns) {
    return CURRENCIES.stream()
        .map(
            currency ->
                Price.newBuilder()
                    .setUnitPrice(
                        Amounts.money(
                            currency, columns[FIRST_PRICE_COLUMN + CURRENCIES.indexOf(currency)]))
                    .setMinQuantity(1)
                    .build())
        .toList();
  }
}
