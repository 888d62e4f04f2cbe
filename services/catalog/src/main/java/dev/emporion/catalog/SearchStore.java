package dev.emporion.catalog;

import static dev.emporion.catalog.ProductRows.COLUMNS;

import dev.emporion.catalog.SearchText.Guessed;
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
import org.jdbi.v3.core.statement.Query;

/** The one statement that finds products by words. */
final class SearchStore {
  private static final Columns RANKED =
      Columns.of(
          new Column("score", "b.score", true, Double::valueOf),
          Column.uuid("product_id", "b.product_id"));
  private static final Filter NO_FILTER = Filter.parse("", RANKED);
  private static final OrderBy BEST_FIRST = OrderBy.parse("", RANKED, "score desc", "product_id");

  /** Of a misspelt word, how many others are tried: those that are nearest. */
  private static final int MAX_MEANINGS = 10;

  /**
   * Scores: a SKU 10; a product that has the words as they are spelt, the last one perhaps begun, 1
   * to 2 by how often and where; if there is none, one that has the words most like them, below 1.
   */
  private static final String SEARCH =
      """
      with asked as materialized (
        select
          case when :open and words::text like '%%''' then (words::text || ':*')::tsquery
            else words end as words
        from websearch_to_tsquery('english', :text) as words),
      exact as materialized (
        select p.product_id, 1 + ts_rank(p.search, a.words)::float8 as score
        from asked a join products p on p.search @@ a.words and p.state = 'ACTIVE'
        union all
        select v.product_id, 10
        from variants v join products p on p.product_id = v.product_id and p.state = 'ACTIVE'
        where v.sku = upper(:text)),
      guessed as (
        select g.word, g.letters, g.max_distance, g.is_open
        from unnest(:words, :letters, :max_distances, :open_words)
          as g (word, letters, max_distance, is_open)
        where not exists (select from exact)
          and numnode(plainto_tsquery('english', g.word)) > 0),
      nearest as (
        select g.word, n.meaning, n.distance
        from guessed g cross join lateral (
          select m.meaning, m.distance, rank() over (order by m.distance) as place
          from (
            select w.word as meaning,
              case when w.word = g.word or g.is_open and starts_with(w.word, g.word) then 0
                when w.letters = g.letters then 1
                else levenshtein_less_equal(w.word, g.word, g.max_distance) end as distance
            from words w
            where abs(length(w.word) - length(g.word)) <= g.max_distance
              or g.is_open and starts_with(w.word, g.word)) as m
          where m.distance <= g.max_distance
            and numnode(plainto_tsquery('english', m.meaning)) > 0
          order by m.distance, m.meaning
          limit :max_meanings) as n
        where n.place = 1),
      meant as materialized (
        select
          string_agg(w.meanings, ' & ')::tsquery && plainto_tsquery('english', :certain) as words,
          sum(w.distance) as distance
        from (
          select max(n.distance) as distance,
            '(' || string_agg(plainto_tsquery('english', n.meaning)::text, ' | ') || ')' as meanings
          from nearest n group by n.word) as w
        having count(*) = (select count(distinct g.word) from guessed g) and count(*) > 0),
      hits as (
        select product_id, score from exact
        union all
        select p.product_id, ts_rank(p.search, m.words) / (1 + m.distance)
        from meant m join products p on p.search @@ m.words and p.state = 'ACTIVE'),
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
            handle -> {
              String sql = SEARCH.formatted(pages.sql(), BEST_FIRST.sql(), COLUMNS);
              return bind(pages.bind(handle.createQuery(sql)), text)
                  .scanResultSet((rows, context) -> hits(rows.get()));
            });
    return pages.page(
        hits,
        (hit, field) ->
            switch (field) {
              case "score" -> hit.score();
              case "product_id" -> hit.product().productId();
              default -> throw new IllegalArgumentException(field);
            });
  }

  private static Query bind(Query query, SearchText text) {
    List<Guessed> guessed = text.guessed();
    return query
        .bind("text", text.text())
        .bind("open", text.isOpen())
        .bind("certain", text.certain())
        .bindArray("words", String.class, guessed.stream().map(Guessed::word).toList())
        .bindArray("letters", String.class, guessed.stream().map(Guessed::letters).toList())
        .bindArray(
            "max_distances", Integer.class, guessed.stream().map(Guessed::maxDistance).toList())
        .bindArray("open_words", Boolean.class, guessed.stream().map(Guessed::isOpen).toList())
        .bind("max_meanings", MAX_MEANINGS);
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
