package dev.emporion.catalog;

import static dev.emporion.catalog.ProductRows.COLUMNS;

import dev.emporion.platform.Columns;
import dev.emporion.platform.Columns.Column;
import dev.emporion.platform.Database;
import dev.emporion.platform.Filter;
import dev.emporion.platform.OrderBy;
import dev.emporion.platform.Pages;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The one statement that finds products by words. */
final class SearchStore {
  /** With fewer products than this that have the words as they are spelt, others are offered. */
  private static final int ENOUGH = 20;

  private static final Columns RANKED =
      Columns.of(
          new Column("score", "b.score", true, Double::valueOf),
          Column.uuid("product_id", "b.product_id"));
  private static final Filter NO_FILTER = Filter.parse("", RANKED);
  private static final OrderBy BEST_FIRST = OrderBy.parse("", RANKED, "score desc", "product_id");

  /**
   * Scores: a SKU 10; a product that has the words as they are spelt, the last one perhaps begun, 1
   * to 2 by how much and where; one that has words like them, up to 1.
   */
  private static final String SEARCH =
      """
      with asked as materialized (
        select
          case when :begun and words::text like '%%''' then (words::text || ':*')::tsquery
            else words end as words
        from websearch_to_tsquery('english', :text) as words),
      exact as materialized (
        select p.product_id, 1 + ts_rank(p.search, a.words)::float8 as score
        from asked a join products p on p.search @@ a.words and p.state = 'ACTIVE'
        union all
        select v.product_id, 10
        from variants v join products p on p.product_id = v.product_id and p.state = 'ACTIVE'
        where v.sku = upper(:text)),
      hits as (
        select product_id, score from exact
        union all
        select product_id, score from products_like(:like)
        where (select count(*) from exact) < :enough),
      best as (select product_id, max(score) as score from hits group by product_id),
      page as (
        select b.product_id, b.score from best b where %1$s order by %2$s limit :limit)
      select b.score, %3$s
      from page b
      join products p on p.product_id = b.product_id
      join variants v on v.product_id = p.product_id
      order by %2$s, v.position
      """;

  private final Database database;

  SearchStore(Database database) {
    this.database = database;
  }

  /** A product that matches, and how well. */
  record Hit(Product product, double score) {}

  /** A page of the products that match, best first. */
  Pages.Page<Hit> search(SearchText text, int pageSize, String pageToken) {
    String list = "SearchProducts " + text.text();
    var pages = Pages.read(list, pageSize, pageToken, NO_FILTER, BEST_FIRST);
    List<Hit> hits =
        database.run(
            handle ->
                pages
                    .bind(
                        handle.createQuery(
                            SEARCH.formatted(pages.sql(), BEST_FIRST.sql(), COLUMNS)))
                    .bind("text", text.text())
                    .bind("begun", text.lastWordMayBeBegun())
                    .bindArray("like", String.class, text.words())
                    .bind("enough", ENOUGH)
                    .scanResultSet((rows, context) -> hits(rows.get())));
    return pages.page(
        hits,
        (hit, field) ->
            switch (field) {
              case "score" -> hit.score();
              case "product_id" -> hit.product().productId();
              default -> throw new IllegalArgumentException(field);
            });
  }

  private static List<Hit> hits(ResultSet rows) throws SQLException {
    var products = new ProductRows(rows);
    var hits = new ArrayList<Hit>();
    while (products.hasNext()) {
      double score = rows.getDouble("score");
      hits.add(new Hit(products.next(), score));
    }
    return hits;
  }
}
