package dev.emporion.catalog;

import dev.emporion.catalog.CatalogStore.Offer;
import dev.emporion.platform.Combiner;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The two reads that shops and orders ask for all the time. What comes while a statement runs is
 * asked together by the next one, so a busy catalog does a third of the work for each; a statement
 * never starts before the request, so nobody reads anything old.
 */
final class CombinedReads {
  /** Statements of one kind at once. */
  private static final int LANES = 2;

  private static final int MAX_PRODUCTS = 100;
  private static final int MAX_SKU_LISTS = 32;
  private static final int MAX_WAITING = 10_000;

  private final Combiner<Integer, UUID, Optional<Product>> products;
  private final Combiner<Integer, List<String>, Map<String, Offer>> offers;

  CombinedReads(CatalogStore store) {
    products =
        new Combiner<>(
            MAX_PRODUCTS, MAX_WAITING, (lane, productIds) -> products(store, productIds));
    offers = new Combiner<>(MAX_SKU_LISTS, MAX_WAITING, (lane, lists) -> offers(store, lists));
  }

  Optional<Product> product(UUID productId) {
    return products.call(lane(productId), productId);
  }

  /** What is for sale of these SKUs, and maybe of others. */
  Map<String, Offer> offers(List<String> skus) {
    return offers.call(lane(skus), skus);
  }

  private static int lane(Object request) {
    return Math.floorMod(request.hashCode(), LANES);
  }

  private static List<Optional<Product>> products(CatalogStore store, List<UUID> productIds) {
    var found = new HashMap<UUID, Product>();
    for (Product product : store.products(new HashSet<>(productIds))) {
      found.put(product.productId(), product);
    }
    return productIds.stream().map(id -> Optional.ofNullable(found.get(id))).toList();
  }

  private static List<Map<String, Offer>> offers(CatalogStore store, List<List<String>> lists) {
    var skus = new HashSet<String>();
    lists.forEach(skus::addAll);
    Map<String, Offer> found = store.offers(skus);
    return lists.stream().map(list -> found).toList();
  }
}
