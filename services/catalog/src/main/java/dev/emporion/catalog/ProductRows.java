package dev.emporion.catalog;

import dev.emporion.platform.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Reads what the store's statements give: a row a variant, the rows of a product together. */
final class ProductRows {
  /** Of products p joined with variants v. The description, which may be long, comes only once. */
  static final String COLUMNS =
      """
      p.product_id, p.version, p.state, p.title as product_title, p.category,
      case when v.position = 0 then p.description end as description, p.created_at, p.updated_at,
      v.position, v.sku, v.title, v.weight_grams, v.tax_category, v.allow_backorder,
      v.price_currencies, v.price_minors, v.price_min_quantities
      """;

  private final ResultSet rows;
  private boolean more;

  ProductRows(ResultSet rows) throws SQLException {
    this.rows = rows;
    this.more = rows.next();
  }

  /** Whether there is another product, with its first row at hand. */
  boolean hasNext() {
    return more;
  }

  Product next() throws SQLException {
    UUID productId = uuid(rows);
    int version = rows.getInt("version");
    var state = Product.State.valueOf(rows.getString("state"));
    String title = rows.getString("product_title");
    String description = rows.getString("description");
    String category = rows.getString("category");
    Instant createTime = instant(rows, "created_at");
    Instant updateTime = instant(rows, "updated_at");
    var details = new Product.Details(title, description, category, variants());
    return new Product(productId, version, state, details, createTime, updateTime);
  }

  private List<Variant> variants() throws SQLException {
    var variants = new ArrayList<Variant>();
    do {
      variants.add(variant(rows));
      more = rows.next();
    } while (more && rows.getInt("position") != 0);
    return List.copyOf(variants);
  }

  /** All products, in the order of their rows. */
  static List<Product> all(ResultSet rows) throws SQLException {
    var read = new ProductRows(rows);
    var products = new ArrayList<Product>();
    while (read.hasNext()) {
      products.add(read.next());
    }
    return products;
  }

  static UUID uuid(ResultSet row) throws SQLException {
    return row.getObject("product_id", UUID.class);
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  static Variant variant(ResultSet row) throws SQLException {
    return new Variant(
        row.getString("sku"),
        row.getString("title"),
        prices(row),
        row.getInt("weight_grams"),
        row.getString("tax_category"),
        row.getBoolean("allow_backorder"));
  }

  private static List<Price> prices(ResultSet row) throws SQLException {
    var currencies = (String[]) row.getArray("price_currencies").getArray();
    var minors = (Long[]) row.getArray("price_minors").getArray();
    var minQuantities = (Integer[]) row.getArray("price_min_quantities").getArray();
    var prices = new Price[currencies.length];
    for (int i = 0; i < prices.length; i++) {
      prices[i] = new Price(new Money(currencies[i], minors[i]), minQuantities[i]);
    }
    return List.of(prices);
  }
}
