package dev.emporion.catalog;

import static dev.emporion.catalog.Catalog.archiveOf;
import static dev.emporion.catalog.Catalog.assertRefused;
import static dev.emporion.catalog.Catalog.product;
import static dev.emporion.catalog.Catalog.updateOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.emporion.catalog.v1.ListProductsRequest;
import dev.emporion.catalog.v1.Product;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ListProductsTest {
  private static final Catalog CATALOG = new Catalog("list-products-test");
  private static final int COUNT = 23;

  @BeforeAll
  static void fill() {
    for (int i = 0; i < COUNT; i++) {
      Product made =
          CATALOG.create(
              product("Thing " + i % 5, "THING-" + i + "-A", "THING-" + i + "-B").toBuilder()
                  .setCategory(i % 2 == 0 ? "even" : "odd")
                  .build());
      if (i % 3 == 0) {
        CATALOG.archive(archiveOf(made));
      }
    }
  }

  @AfterAll
  static void close() {
    CATALOG.close();
  }

  @Test
  void pagesHaveEveryProductOnceInTheOrderOfTheirMaking() {
    List<Product> all = all(request("", "", 5));

    assertThat(all).hasSize(COUNT).doesNotHaveDuplicates();
    assertThat(all)
        .extracting(product -> product.getVariants(0).getSku())
        .startsWith("THING-0-A", "THING-1-A", "THING-2-A");
    assertThat(all).allSatisfy(product -> assertThat(product.getVariantsList()).hasSize(2));
  }

  @Test
  void pagesFollowTheFilterAndTheOrder() {
    List<Product> found = all(request("state = ACTIVE AND category = odd", "title desc", 2));

    assertThat(found).hasSize(7).doesNotHaveDuplicates();
    assertThat(found)
        .extracting(Product::getTitle)
        .isSortedAccordingTo(Comparator.<String>reverseOrder());
    assertThat(found).extracting(Product::getCategory).containsOnly("odd");
  }

  @Test
  void theLastChangedCanComeFirst() {
    Product oldest = all(request("", "create_time", 1)).getFirst();
    Product some = all(request("state = ACTIVE", "", 50)).get(2);
    Product changed =
        CATALOG.update(updateOf(some.toBuilder().setDescription("new").build(), "description"));

    List<Product> found = all(request("", "update_time desc", 4));

    assertThat(found.getFirst()).isEqualTo(changed);
    assertThat(found)
        .extracting(Product::getUpdateTime)
        .isSortedAccordingTo(Timestamps.comparator().reversed());
    assertThat(all(request("create_time > \"" + time(oldest) + "\"", "", 50))).hasSize(COUNT - 1);
  }

  private static String time(Product product) {
    return Timestamps.toString(product.getCreateTime());
  }

  @Test
  void whatCannotBeFilteredOrSortedIsRefused() {
    assertRefused(() -> all(request("price > 3", "", 5)), Code.INVALID_ARGUMENT, "INVALID_FILTER");
    assertRefused(
        () -> all(request("state = SOLD", "", 5)), Code.INVALID_ARGUMENT, "INVALID_FILTER");
    assertRefused(
        () -> all(request("", "description", 5)), Code.INVALID_ARGUMENT, "INVALID_ORDER_BY");
    String token = CATALOG.stub().listProducts(request("", "", 5)).getNextPageToken();
    assertRefused(
        () -> all(request("", "title", 5).toBuilder().setPageToken(token).build()),
        Code.INVALID_ARGUMENT,
        "INVALID_PAGE_TOKEN");
    assertRefused(() -> all(request("", "", 201)), Code.INVALID_ARGUMENT, "VIOLATED_FIELD");
  }

  private static ListProductsRequest request(String filter, String orderBy, int pageSize) {
    return ListProductsRequest.newBuilder()
        .setFilter(filter)
        .setOrderBy(orderBy)
        .setPageSize(pageSize)
        .build();
  }

  private static List<Product> all(ListProductsRequest first) {
    var all = new ArrayList<Product>();
    var request = first;
    while (true) {
      var page = CATALOG.stub().listProducts(request);
      assertThat(page.getProductsCount()).isLessThanOrEqualTo(first.getPageSize());
      all.addAll(page.getProductsList());
      if (page.getNextPageToken().isEmpty()) {
        return all;
      }
      request = first.toBuilder().setPageToken(page.getNextPageToken()).build();
    }
  }
}
