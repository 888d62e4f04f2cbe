package dev.emporion.catalog;

import com.google.protobuf.Message;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Database;
import dev.emporion.platform.Idempotent;
import dev.emporion.platform.Outbox;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The statements that change products: effect, event and claim at once. Each method is one
 * statement: one round trip, one commit.
 */
final class ChangeStore {
  private static final String SKU_KEY = "variants_pkey";

  private static final String VARIANT_COLUMNS =
      """
      product_id, position, sku, title, weight_grams, tax_category, allow_backorder,
      price_currencies, price_minors, price_min_quantities
      """;

  /** An array of arrays cannot be jagged, so the prices come as texts. */
  private static final String VARIANT_ROWS =
      """
      select v.product_id, v.position, v.sku, v.title, v.weight_grams, v.tax_category,
        v.allow_backorder, v.currencies::text[], v.minors::bigint[], v.min_quantities::int[]
      from unnest(:variant_product_ids, :positions, :skus, :variant_titles, :weights,
          :tax_categories, :allow_backorders, :currencies, :minors, :min_quantities)
        as v (product_id, position, sku, title, weight_grams, tax_category, allow_backorder,
          currencies, minors, min_quantities)
      """;

  private static final String WORD_ROWS =
      """
      select w.word, w.letters from unnest(:words, :letters) as w (word, letters)
      """;

  private static final String CREATE =
      """
      with made as (
        insert into products (product_id, version, state, title, description, category,
          variant_words, created_at, updated_at, caller, request_id, request_hash)
        values (:aggregate_id, :sequence, 'ACTIVE', :title, :description, :category,
          :variant_words, :now, :now, :caller, :request_id, :payload_hash)
        on conflict on constraint products_request do nothing
        returning product_id, created_at, request_hash),
      added as (
        insert into variants (%s)
        %s join made on made.product_id = v.product_id),
      learnt as (
        insert into words (word, letters) %s cross join made on conflict do nothing),
      event as (
        insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
        select product_id, :sequence, :event_type, :event_payload, :trace_parent
        from made)
      select product_id, created_at, request_hash from made
      union all
      select product_id, created_at, request_hash from products
      where caller = :caller and request_id = :request_id
      """
          .formatted(VARIANT_COLUMNS, VARIANT_ROWS, WORD_ROWS);

  /** All or nothing: one row if every product was still as it had been seen, else none. */
  private static final String SAVE =
      """
      with locked as (
        select p.product_id
        from products p join unnest(:seen_ids, :seen_versions) as seen (product_id, version)
          on seen.product_id = p.product_id and seen.version = p.version
        order by p.product_id
        for update of p),
      fresh as (select from locked having count(*) = cardinality(:seen_ids)),
      saved as (
        insert into products (product_id, version, state, title, description, category,
          variant_words, created_at, updated_at)
        select c.product_id, c.version, c.state, c.title, c.description, c.category,
          c.variant_words, c.time::timestamptz, c.time::timestamptz
        from fresh, unnest(:ids, :versions, :states, :titles, :descriptions, :categories,
            :variant_words, :times)
          as c (product_id, version, state, title, description, category, variant_words, time)
        on conflict (product_id) do update set version = excluded.version,
          state = excluded.state, title = excluded.title, description = excluded.description,
          category = excluded.category, variant_words = excluded.variant_words,
          updated_at = excluded.updated_at),
      gone as (
        delete from variants v using fresh
        where v.product_id = any(:variant_product_ids) returning v.sku),
      added as (
        insert into variants (%s)
        %s join fresh on (select count(*) from gone) >= 0),
      learnt as (
        insert into words (word, letters) %s cross join fresh on conflict do nothing),
      events as (
        insert into outbox (aggregate_id, sequence, type, payload, trace_parent)
        select c.product_id, c.version, :event_type, c.event, :trace_parent
        from fresh, unnest(:ids, :versions, :events) as c (product_id, version, event)),
      answers as (
        insert into requests (caller, rpc, request_id, payload_hash, answer)
        select :caller, :rpc, a.request_id, a.payload_hash, a.answer
        from fresh, unnest(:request_ids, :payload_hashes, :answers)
          as a (request_id, payload_hash, answer))
      select count(*) from fresh
      """
          .formatted(VARIANT_COLUMNS, VARIANT_ROWS, WORD_ROWS);

  private final Database database;

  ChangeStore(Database database) {
    this.database = database;
  }

  /** What a CreateProduct made, now or, by an earlier request with the same claim, before. */
  record Made(UUID productId, Instant createTime, byte[] requestHash) {}

  /**
   * Makes the product, with its variants and its first event, unless this claim made one before.
   *
   * @return empty when a twin of this request made it this instant: ask again
   * @throws RuntimeException for which {@link #isSkuTaken} is true
   */
  Optional<Made> create(Claim claim, Product product) {
    return database.run(
        handle -> {
          var query = handle.createQuery(CREATE);
          ChangeArrays.variants(claim.bind(query), List.of(product));
          ChangeArrays.words(query, List.of(product));
          return Outbox.bind(
                  query, product.productId(), product.version(), CatalogProto.event(product))
              .bind("title", product.details().title())
              .bind("description", product.details().description())
              .bind("category", product.details().category())
              .bind("variant_words", product.details().variantWords())
              .bind("now", product.createTime())
              .map(
                  (row, context) ->
                      new Made(
                          ProductRows.uuid(row),
                          ProductRows.instant(row, "created_at"),
                          row.getBytes("request_hash")))
              .findOne();
        });
  }

  /**
   * One request's change.
   *
   * @param before null for a new product
   * @param after the same as before when the request changed nothing
   */
  record Change(Claim claim, Message answer, Product before, Product after) {
    boolean isEffective() {
      return after != before;
    }

    boolean changesVariants() {
      return before == null || !before.details().variants().equals(after.details().variants());
    }
  }

  /**
   * Saves the changes of requests of one caller and RPC, all or none: the products, their variants
   * and events, and the answers.
   *
   * @param changes each of another product
   * @return false when one of the products has changed since it was read; nothing was saved then
   * @throws RuntimeException for which {@link #isSkuTaken} or {@link #isRepeated} may be true
   */
  boolean save(List<Change> changes) {
    var seen = changes.stream().map(Change::before).filter(before -> before != null).toList();
    var products = changes.stream().filter(Change::isEffective).map(Change::after).toList();
    var withVariants =
        changes.stream()
            .filter(change -> change.isEffective() && change.changesVariants())
            .map(Change::after)
            .toList();
    return database.run(
        handle -> {
          var query = handle.createQuery(SAVE);
          ChangeArrays.seen(query, seen);
          ChangeArrays.products(query, products);
          ChangeArrays.words(query, products);
          ChangeArrays.variants(query, withVariants);
          ChangeArrays.claims(query, changes);
          return query.mapTo(int.class).one() == 1;
        });
  }

  /** Whether a write failed because another product has one of its SKUs. */
  static boolean isSkuTaken(RuntimeException failure) {
    return Database.violated(failure, SKU_KEY);
  }

  /** Whether a write failed because a twin of one of its requests was faster. */
  static boolean isRepeated(RuntimeException failure) {
    return Database.violated(failure, Idempotent.REQUESTS_KEY);
  }

  /** One of these SKUs that another product has; any of them if that has gone again. */
  String takenSku(UUID productId, List<String> skus) {
    return database.run(
        handle ->
            handle
                .createQuery(
                    """
                    select v.sku from variants v
                    where v.sku = any(:skus) and v.product_id <> :product_id
                    order by v.sku limit 1
                    """)
                .bindArray("skus", String.class, skus)
                .bind("product_id", productId)
                .mapTo(String.class)
                .findOne()
                .orElse(skus.getFirst()));
  }

  /** The payload hashes of those of a caller's requests that were applied before. */
  Map<UUID, byte[]> applied(String caller, String rpc, Collection<UUID> requestIds) {
    return database.run(
        handle ->
            handle
                .createQuery(
                    """
                    select r.request_id, r.payload_hash from requests r
                    where r.caller = :caller and r.rpc = :rpc and r.request_id = any(:request_ids)
                    """)
                .bind("caller", caller)
                .bind("rpc", rpc)
                .bindArray("request_ids", UUID.class, requestIds)
                .reduceRows(
                    new HashMap<>(),
                    (hashes, row) -> {
                      hashes.put(
                          row.getColumn("request_id", UUID.class),
                          row.getColumn("payload_hash", byte[].class));
                      return hashes;
                    }));
  }
}
