package dev.emporion.catalog;

import static dev.emporion.catalog.ProductRows.COLUMNS;

import dev.emporion.platform.Claim;
import dev.emporion.platform.Columns;
import dev.emporion.platform.Columns.Column;
import dev.emporion.platform.Database;
import dev.emporion.platform.Pages;
import dev.emporion.platform.SavedAnswer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;

/** The statements that read. Each method is one statement: one round trip. */
final class CatalogStore {
  /** What ListProducts may filter and sort by. */
  static final Columns LISTED =
      Columns.of(
          Column.choice("state", "p.state", Product.State.class),
          new Column("category", "p.category", false, value -> value),
          Column.text("title", "p.title"),
          Column.timestamp("create_time", "p.created_at"),
          Column.timestamp("update_time", "p.updated_at"),
          Column.uuid("product_id", "p.product_id"));

  private final Database database;

  CatalogStore(Database database) {
    this.database = database;
  }

  /** The products with these ids, in no order; without those that are not there. */
  List<Product> products(Collection<UUID> productIds) {
    return database.run(
        handle ->
            read(
                handle
                    .createQuery(
                        "select "
                            + COLUMNS
                            + """
                            from products p join variants v on v.product_id = p.product_id
                            where p.product_id = any(:product_ids)
                            order by p.product_id, v.position
                            """)
                    .bindArray("product_ids", UUID.class, productIds)));
  }

  /** The products that have these SKUs. */
  List<Product> owners(Collection<String> skus) {
    return database.run(
        handle ->
            read(
                handle
                    .createQuery(
                        "select "
                            + COLUMNS
                            + """
                            from products p join variants v on v.product_id = p.product_id
                            where p.product_id in (
                              select o.product_id from variants o where o.sku = any(:skus))
                            order by p.product_id, v.position
                            """)
                    .bindArray("skus", String.class, skus)));
  }

  /** A variant that is for sale, with what tells a shopper what it is. */
  record Offer(Variant variant, UUID productId, String productTitle) {}

  /** What is for sale of these SKUs. */
  Map<String, Offer> offers(Collection<String> skus) {
    return database.run(
        handle ->
            handle
                .createQuery(
                    """
                    select v.sku, v.title, v.weight_grams, v.tax_category, v.allow_backorder,
                      v.price_currencies, v.price_minors, v.price_min_quantities, v.product_id,
                      p.title as product_title
                    from variants v join products p on p.product_id = v.product_id
                    where v.sku = any(:skus) and p.state = 'ACTIVE'
                    """)
                .bindArray("skus", String.class, skus)
                .scanResultSet((rows, context) -> offers(rows.get())));
  }

  private static Map<String, Offer> offers(ResultSet rows) throws SQLException {
    var offers = new HashMap<String, Offer>();
    while (rows.next()) {
      var variant = ProductRows.variant(rows);
      offers.put(
          variant.sku(),
          new Offer(variant, ProductRows.uuid(rows), rows.getString("product_title")));
    }
    return offers;
  }

  /** A page of products as the caller filters and sorts them, and one more if there is one. */
  List<Product> list(Pages pages, String orderBy) {
    return database.run(
        handle ->
            read(
                pages.bind(
                    handle.createQuery(
                        """
                        with page as (
                          select p.product_id from products p where %1$s order by %2$s limit :limit)
                        select %3$s
                        from page
                        join products p on p.product_id = page.product_id
                        join variants v on v.product_id = p.product_id
                        order by %2$s, v.position
                        """
                            .formatted(pages.sql(), orderBy, COLUMNS)))));
  }

  /** What a change starts from: either may be null, and the product is if there is an answer. */
  record Look(Product product, SavedAnswer saved) {}

  /** The product and, if this request was here before, what it got. */
  Look look(Claim claim, UUID productId) {
    return database.run(
        handle ->
            handle
                .createQuery(
                    """
                    select r.payload_hash,
                      case when coalesce(v.position, 0) = 0 then r.answer end as answer, %s
                    from (select) as one
                    left join requests r
                      on r.caller = :caller and r.rpc = :rpc and r.request_id = :request_id
                    left join products p on p.product_id = :product_id
                    left join variants v on v.product_id = p.product_id
                    order by v.position
                    """
                        .formatted(COLUMNS))
                .bind("caller", claim.caller())
                .bind("rpc", claim.rpc())
                .bind("request_id", claim.requestId())
                .bind("product_id", productId)
                .scanResultSet((rows, context) -> look(rows.get())));
  }

  private static Look look(ResultSet rows) throws SQLException {
    var products = new ProductRows(rows);
    var saved = SavedAnswer.read(rows);
    boolean nothing = saved != null || ProductRows.uuid(rows) == null;
    return new Look(nothing ? null : products.next(), saved);
  }

  private static List<Product> read(Query query) {
    return query.scanResultSet((rows, context) -> ProductRows.all(rows.get()));
  }
}
