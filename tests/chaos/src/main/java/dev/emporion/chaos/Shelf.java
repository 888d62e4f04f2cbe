package dev.emporion.chaos;

import com.google.type.Money;
import dev.emporion.catalog.v1.CreateProductRequest;
import dev.emporion.catalog.v1.Price;
import dev.emporion.catalog.v1.Product;
import dev.emporion.catalog.v1.Variant;
import dev.emporion.inventory.v1.AdjustStockRequest;
import dev.emporion.inventory.v1.MovementReason;
import dev.emporion.mesh.shop.Shop;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What is sold: a few SKUs that everybody wants and of which there is too little, and many that are
 * wanted now and then. The locations are those of the seeded shop.
 *
 * @param hot few, each with little stock
 * @param quiet many, each with enough
 */
record Shelf(List<String> hot, List<String> quiet) {
  private static final int HOT = 4;
  private static final int QUIET = 60;
  private static final int ENOUGH = 100_000;

  /** Of all lines, in percent, those that are for a hot SKU. */
  private static final int HOT_PERCENT = 40;

  /** Of what clients want of a hot SKU there is about half. */
  private static final int WANTED_PER_UNIT = 4;

  private static final int PERCENT = 100;
  private static final List<String> LOCATIONS = List.of("berlin", "lyon");

  /**
   * @param name of the run, as no two may sell the same SKU
   */
  static Shelf of(String name) {
    String prefix = name.toUpperCase(Locale.ROOT);
    return new Shelf(skus(prefix + "-HOT", HOT), skus(prefix + "-QUIET", QUIET));
  }

  private static List<String> skus(String kind, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "%s-%02d".formatted(kind, i)).toList();
  }

  List<String> skus() {
    return Stream.concat(hot.stream(), quiet.stream()).toList();
  }

  String sku(Random chance) {
    List<String> from = chance.nextInt(PERCENT) < HOT_PERCENT ? hot : quiet;
    return from.get(chance.nextInt(from.size()));
  }

  /** Makes the products and receives their stock. */
  void fill(Shop shop, int orders) {
    Shop merchant = shop.as("merchant/chaos");
    for (String sku : skus()) {
      merchant.catalog().createProduct(product(sku));
      int units = hot.contains(sku) ? Math.max(1, orders / WANTED_PER_UNIT / HOT) : ENOUGH;
      LOCATIONS.forEach(location -> receive(merchant, sku, location, units));
    }
  }

  private static CreateProductRequest product(String sku) {
    var price =
        Money.newBuilder()
            .setCurrencyCode("EUR")
            .setUnits(7 + Math.floorMod(sku.hashCode(), 5) * 3L);
    var variant =
        Variant.newBuilder()
            .setSku(sku)
            .setWeightGrams(150)
            .addPrices(
                Price.newBuilder().setUnitPrice(price.setNanos(990_000_000)).setMinQuantity(1));
    return CreateProductRequest.newBuilder()
        .setRequestId(newId())
        .setProduct(Product.newBuilder().setTitle("Ware " + sku).addVariants(variant))
        .build();
  }

  private static void receive(Shop merchant, String sku, String location, int units) {
    merchant
        .inventory()
        .adjustStock(
            AdjustStockRequest.newBuilder()
                .setRequestId(newId())
                .setSku(sku)
                .setLocationId(location)
                .setQuantity(units)
                .setReason(MovementReason.MOVEMENT_REASON_RECEIVED)
                .build());
  }

  static String newId() {
    return UUID.randomUUID().toString();
  }
}
