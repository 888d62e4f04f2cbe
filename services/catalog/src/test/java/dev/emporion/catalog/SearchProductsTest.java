package dev.emporion.catalog;

import static dev.emporion.catalog.Catalog.archiveOf;
import static dev.emporion.catalog.Catalog.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.catalog.v1.Product;
import dev.emporion.catalog.v1.SearchHit;
import dev.emporion.catalog.v1.SearchProductsRequest;
import dev.emporion.catalog.v1.SearchProductsResponse;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SearchProductsTest {
  private static final Catalog CATALOG = new Catalog("search-products-test");
  private static final Map<String, Product> MADE = new HashMap<>();

  @BeforeAll
  static void fill() {
    make("Espresso Beans", "Dark roast, one kilogram", "food/coffee", "ESP-1000");
    make("Coffee Grinder", "Burrs of steel, also fine enough for espresso", "kitchen", "GRIND-1");
    make("T-Shirt Emporion", "Organic cotton", "clothing/shirts", "TS-BLUE-L");
    make("Rain Jacket", "Waterproof; goes well with a shirt", "clothing/jackets", "JACKET.2");
    make("Mechanical Keyboard", "Brown switches", "computers", "KEYB-87");
    make("Ceramic Mug", "Keeps coffee warm", "kitchen", "MUG_350");
    make("Crème Brûlée Dish", "Für den Ofen", "kitchen", "DISH-4");
    CATALOG.archive(archiveOf(make("Espresso Cup", "No longer made", "kitchen", "CUP-9")));
    for (int i = 0; i < 30; i++) {
      make("Notebook " + i, "Ruled paper", "office", "NB-" + i);
    }
  }

  private static Product make(String title, String description, String category, String sku) {
    var product =
        CATALOG.create(
            Catalog.product(title, sku).toBuilder()
                .setDescription(description)
                .setCategory(category)
                .build());
    MADE.put(title, product);
    return product;
  }

  @AfterAll
  static void close() {
    CATALOG.close();
  }

  @Test
  void aWordIsFoundWhereverItStandsAndInTheTitleFirst() {
    assertThat(titles("espresso")).containsExactly("Espresso Beans", "Coffee Grinder");
    assertThat(titles("coffee"))
        .as("title, category, description")
        .containsExactly("Coffee Grinder", "Espresso Beans", "Ceramic Mug");
  }

  @Test
  void aHitIsTheWholeProductAndScoresFall() {
    List<SearchHit> hits = search("coffee", 0, "").getHitsList();

    assertThat(hits.getFirst().getProduct()).isEqualTo(MADE.get("Coffee Grinder"));
    assertThat(hits)
        .extracting(SearchHit::getScore)
        .isSortedAccordingTo((one, other) -> Double.compare(other, one));
  }

  @Test
  void allWordsHaveToMatchInAnyFormOfTheirs() {
    assertThat(titles("beans roasted")).containsExactly("Espresso Beans");
    assertThat(titles("jackets")).contains("Rain Jacket");
    assertThat(titles("espresso paper")).isEmpty();
  }

  @Test
  void theLastWordMayBeBegunOnly() {
    assertThat(titles("mechanical key")).containsExactly("Mechanical Keyboard");
    assertThat(titles("cera")).containsExactly("Ceramic Mug");
  }

  @Test
  void misspeltWordsFindWhatWasMeant() {
    assertThat(titles("expresso")).startsWith("Espresso Beans");
    assertThat(titles("tshrit")).startsWith("T-Shirt Emporion");
    assertThat(titles("tshirt")).startsWith("T-Shirt Emporion");
    assertThat(titles("mecanical keybord")).containsExactly("Mechanical Keyboard");
    assertThat(titles("jaket")).startsWith("Rain Jacket");
    assertThat(titles("cofee grinder")).startsWith("Coffee Grinder");
    assertThat(titles("waterproof jakcet")).containsExactly("Rain Jacket");
    assertThat(titles("shrit")).startsWith("T-Shirt Emporion");
    assertThat(titles("mgu")).containsExactly("Ceramic Mug");
    assertThat(titles("wahterproof")).as("description").containsExactly("Rain Jacket");
    assertThat(titles("mecanical keyb")).as("still typing").containsExactly("Mechanical Keyboard");
    assertThat(titles("keybaord keyb-87")).containsExactly("Mechanical Keyboard");
    assertThat(titles("creme brulee")).containsExactly("Crème Brûlée Dish");
  }

  @Test
  void whatIsSpeltRightComesBeforeWhatIsSimilar() {
    make("Mocha Pot", "Brews on a stove", "kitchen", "MOKA-0");
    make("Moka Pot", "Brews on a stove", "kitchen", "MOKA-1");
    assertThat(titles("moka pot")).startsWith("Moka Pot");
    assertThat(titles("mocha pot")).startsWith("Mocha Pot");
  }

  @Test
  void aWordLikeNoneFindsNothing() {
    assertThat(titles("zzyzx")).isEmpty();
    assertThat(titles("espresso zzyzx")).isEmpty();
  }

  @Test
  void aSkuFindsItsProductFirst() {
    assertThat(titles("ts-blue-l")).startsWith("T-Shirt Emporion");
    assertThat(titles("JACKET.2")).startsWith("Rain Jacket");
    assertThat(titles(" mug_350 ")).startsWith("Ceramic Mug");
    assertThat(search("NB-7", 0, "").getHits(0).getScore()).isEqualTo(10);
  }

  @Test
  void anArchivedProductIsNotFound() {
    assertThat(titles("espresso cup")).doesNotContain("Espresso Cup");
    assertThat(titles("CUP-9")).doesNotContain("Espresso Cup");
  }

  @Test
  void aChangedProductIsFoundByItsNewWordsAlone() {
    Product made = make("Lantern", "Burns oil", "camping", "LAMP-1");
    CATALOG.update(Catalog.updateOf(made.toBuilder().setTitle("Headtorch").build(), "title"));

    assertThat(titles("headtorch")).containsExactly("Headtorch");
    assertThat(titles("lantern")).doesNotContain("Lantern", "Headtorch");
  }

  @Test
  void operatorsOfWebSearchMeanWhatTheySay() {
    assertThat(titles("espresso -grinder")).containsExactly("Espresso Beans");
    assertThat(titles("\"rain jacket\"")).containsExactly("Rain Jacket");
    assertThat(titles("\"jacket rain\"")).isEmpty();
    assertThat(titles("mug or keyboard"))
        .containsExactlyInAnyOrder("Ceramic Mug", "Mechanical Keyboard");
    assertThat(titles("expresso -grinder")).as("no guessing").isEmpty();
  }

  @Test
  void nothingThatCanBeTypedIsAFault() {
    for (String query :
        List.of(
            " ",
            "'",
            "\"",
            "\\",
            "-",
            "- -",
            "!",
            "&",
            "a & | b",
            "':*'",
            "%",
            "the",
            "or",
            "a or",
            "(",
            ")",
            "<->",
            ":*",
            "-\"a b\"",
            "?",
            "$1",
            ":name",
            "x".repeat(200),
            "ё 日本 🦊",
            "a ".repeat(100))) {
      assertThat(search(query, 0, "").getHitsList()).as(query).isNotNull();
    }
    assertRefused(() -> search("a\0b", 0, ""), Code.INVALID_ARGUMENT, "VIOLATED_FIELD");
    assertRefused(() -> search("", 0, ""), Code.INVALID_ARGUMENT, "VIOLATED_FIELD");
  }

  @Test
  void pagesHaveEveryHitOnce() {
    var ids = new ArrayList<String>();
    var scores = new ArrayList<Double>();
    String token = "";
    do {
      var page = search("notebook paper", 7, token);
      page.getHitsList().forEach(hit -> ids.add(hit.getProduct().getProductId()));
      page.getHitsList().forEach(hit -> scores.add(hit.getScore()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());

    assertThat(ids).hasSize(30).doesNotHaveDuplicates();
    assertThat(scores).isSortedAccordingTo((one, other) -> Double.compare(other, one));
  }

  @Test
  void aTokenBelongsToItsQuery() {
    String token = search("notebook", 5, "").getNextPageToken();

    assertRefused(
        () -> search("notebook paper", 5, token), Code.INVALID_ARGUMENT, "INVALID_PAGE_TOKEN");
    assertRefused(
        () -> search("notebook", 5, "nonsense"), Code.INVALID_ARGUMENT, "INVALID_PAGE_TOKEN");
  }

  private static List<String> titles(String query) {
    return search(query, 0, "").getHitsList().stream()
        .map(hit -> hit.getProduct().getTitle())
        .toList();
  }

  private static SearchProductsResponse search(String query, int pageSize, String pageToken) {
    return CATALOG
        .stub()
        .searchProducts(
            SearchProductsRequest.newBuilder()
                .setQuery(query)
                .setPageSize(pageSize)
                .setPageToken(pageToken)
                .build());
  }
}
