package dev.emporion.catalog;

import dev.emporion.catalog.ChangeStore.Change;
import dev.emporion.catalog.v1.ProductEvent;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Outbox;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.statement.SqlStatement;

/** What changes write, as arrays for the statements to unnest: one array a column. */
final class ChangeArrays {
  private ChangeArrays() {}

  static void seen(SqlStatement<?> query, List<Product> products) {
    bindArray(query, "seen_ids", UUID.class, products, Product::productId);
    bindArray(query, "seen_versions", Integer.class, products, Product::version);
  }

  static void products(SqlStatement<?> query, List<Product> products) {
    bindArray(query, "ids", UUID.class, products, Product::productId);
    bindArray(query, "versions", Integer.class, products, Product::version);
    bindArray(query, "states", String.class, products, product -> product.state().name());
    bindArray(query, "titles", String.class, products, product -> product.details().title());
    bindArray(
        query, "descriptions", String.class, products, product -> product.details().description());
    bindArray(query, "categories", String.class, products, product -> product.details().category());
    bindArray(
        query,
        "variant_words",
        String.class,
        products,
        product -> product.details().variantWords());
    bindArray(query, "times", String.class, products, product -> product.updateTime().toString());
    query
        .bind("event_type", Outbox.type(ProductEvent.getDefaultInstance()))
        .bind("trace_parent", Outbox.traceParent())
        .bind("events", bytes(products, product -> CatalogProto.event(product).toByteArray()));
  }

  static void claims(SqlStatement<?> query, List<Change> changes) {
    Claim first = changes.getFirst().claim();
    bindArray(query, "request_ids", UUID.class, changes, change -> change.claim().requestId());
    query
        .bind("caller", first.caller())
        .bind("rpc", first.rpc())
        .bind("payload_hashes", bytes(changes, change -> change.claim().payloadHash()))
        .bind("answers", bytes(changes, change -> change.answer().toByteArray()));
  }

  private record Row(UUID productId, int position, Variant variant) {}

  static void variants(SqlStatement<?> query, List<Product> products) {
    var rows = products.stream().flatMap(product -> rows(product).stream()).toList();
    bindArray(query, "variant_product_ids", UUID.class, rows, Row::productId);
    bindArray(query, "positions", Integer.class, rows, Row::position);
    bindArray(query, "skus", String.class, rows, row -> row.variant().sku());
    bindArray(query, "variant_titles", String.class, rows, row -> row.variant().title());
    bindArray(query, "weights", Integer.class, rows, row -> row.variant().weightGrams());
    bindArray(query, "tax_categories", String.class, rows, row -> row.variant().taxCategory());
    bindArray(
        query, "allow_backorders", Boolean.class, rows, row -> row.variant().allowBackorder());
    bindPrices(query, "currencies", rows, price -> price.unitPrice().currency());
    bindPrices(query, "minors", rows, price -> price.unitPrice().minor());
    bindPrices(query, "min_quantities", rows, Price::minQuantity);
  }

  private static List<Row> rows(Product product) {
    var variants = product.details().variants();
    return IntStream.range(0, variants.size())
        .mapToObj(i -> new Row(product.productId(), i, variants.get(i)))
        .toList();
  }

  static void words(SqlStatement<?> query, List<Product> products) {
    var words = new TreeSet<String>();
    products.forEach(product -> words.addAll(product.details().words()));
    bindArray(query, "words", String.class, words, Function.identity());
    bindArray(query, "letters", String.class, words, Words::letters);
  }

  /** PostgreSQL's spelling of an array, for values that need no quotes. */
  private static void bindPrices(
      SqlStatement<?> query, String name, List<Row> rows, Function<Price, Object> value) {
    bindArray(
        query,
        name,
        String.class,
        rows,
        row ->
            row.variant().prices().stream()
                .map(price -> value.apply(price).toString())
                .collect(Collectors.joining(",", "{", "}")));
  }

  private static <R, V> void bindArray(
      SqlStatement<?> query, String name, Class<V> type, Collection<R> rows, Function<R, V> value) {
    query.bindArray(name, type, rows.stream().map(value).toList());
  }

  private static <R> byte[][] bytes(List<R> rows, Function<R, byte[]> value) {
    return rows.stream().map(value).toArray(byte[][]::new);
  }
}
