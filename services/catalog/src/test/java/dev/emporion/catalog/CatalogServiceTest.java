package dev.emporion.catalog;

import static dev.emporion.catalog.Catalog.archiveOf;
import static dev.emporion.catalog.Catalog.assertRefused;
import static dev.emporion.catalog.Catalog.createOf;
import static dev.emporion.catalog.Catalog.newId;
import static dev.emporion.catalog.Catalog.price;
import static dev.emporion.catalog.Catalog.product;
import static dev.emporion.catalog.Catalog.updateOf;
import static dev.emporion.catalog.Catalog.variant;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import dev.emporion.catalog.v1.CreateProductRequest;
import dev.emporion.catalog.v1.Product;
import dev.emporion.catalog.v1.ProductEvent;
import dev.emporion.catalog.v1.ProductState;
import dev.emporion.catalog.v1.UpdateProductRequest;
import dev.emporion.catalog.v1.Variant;
import dev.emporion.platform.Failure;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CatalogServiceTest {
  private static final Catalog CATALOG = new Catalog("catalog-service-test");

  @AfterAll
  static void close() {
    CATALOG.close();
  }

  @Test
  void aProductIsMadeAndRead() {
    Product made = CATALOG.create(product("Mug", "MUG-1", "MUG-2"));

    assertThat(made.getState()).isEqualTo(ProductState.PRODUCT_STATE_ACTIVE);
    assertThat(made.getEtag()).isNotEmpty();
    assertThat(made.getCreateTime()).isEqualTo(made.getUpdateTime());
    assertThat(made.getVariantsList())
        .containsExactly(shown(variant("MUG-1"), made), shown(variant("MUG-2"), made));
    assertThat(CATALOG.get(made.getProductId())).isEqualTo(made);
    assertRefused(() -> CATALOG.get(newId()), Code.NOT_FOUND, "PRODUCT_NOT_FOUND");
  }

  @Test
  void variantsComeInTheOrderAskedForAndTellWhatIsMissing() {
    Product cap = CATALOG.create(product("Cap", "CAP-1", "CAP-2"));
    Product hat = CATALOG.create(product("Hat", "HAT-1"));
    CATALOG.archive(archiveOf(CATALOG.create(product("Old hat", "HAT-0"))));

    var found = CATALOG.variants("HAT-1", "NONE", "CAP-2", "HAT-0", "CAP-1");

    assertThat(found.getVariantsList())
        .containsExactly(
            shown(variant("HAT-1"), hat),
            shown(variant("CAP-2"), cap),
            shown(variant("CAP-1"), cap));
    assertThat(found.getMissingSkusList()).containsExactly("NONE", "HAT-0");
  }

  @Test
  void everyoneOfManyReadersGetsWhatWasAskedFor() throws Exception {
    List<Product> made =
        IntStream.range(0, 10)
            .mapToObj(i -> CATALOG.create(product("Pin " + i, "PIN-" + i, "NEEDLE-" + i)))
            .toList();

    List<Product> read = atOnce(200, i -> CATALOG.get(made.get(i % 10).getProductId()));
    var offers =
        atOnce(200, i -> CATALOG.variants("PIN-" + i % 10, "NONE", "NEEDLE-" + (i + 1) % 10));
    List<String> gone = atOnce(20, i -> missing(() -> CATALOG.get(newId())));

    for (int i = 0; i < 200; i++) {
      assertThat(read.get(i)).isEqualTo(made.get(i % 10));
      assertThat(offers.get(i).getVariantsList())
          .containsExactly(made.get(i % 10).getVariants(0), made.get((i + 1) % 10).getVariants(1));
      assertThat(offers.get(i).getMissingSkusList()).containsExactly("NONE");
    }
    assertThat(gone).containsOnly("PRODUCT_NOT_FOUND");
  }

  private static String missing(ThrowingCallable call) {
    return assertRefused(call, Code.NOT_FOUND, "PRODUCT_NOT_FOUND").reason();
  }

  @Test
  void aRepeatedCreationReturnsTheProductAsItWasMade() {
    CreateProductRequest request = createOf(product("Pan", "PAN-1"));
    Product first = CATALOG.create(request);
    CATALOG.update(updateOf(first.toBuilder().setTitle("Frying pan").build(), "title"));

    assertThat(CATALOG.create(request)).isEqualTo(first);
    assertRefused(
        () -> CATALOG.create(request.toBuilder().setProduct(product("Pan", "PAN-2")).build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
  }

  @Test
  void oneRequestSentManyTimesAtOnceMakesOneProduct() throws Exception {
    CreateProductRequest request = createOf(product("Pot", "POT-1"));

    List<Product> answers = atOnce(20, i -> CATALOG.create(request));

    assertThat(answers).containsOnly(answers.getFirst());
    assertThat(CATALOG.events(answers.getFirst())).hasSize(1);
  }

  @Test
  void aSkuBelongsToOneProduct() {
    CATALOG.create(product("Lid", "LID-1", "LID-2"));

    CreateProductRequest second = createOf(product("Other lid", "LID-3", "LID-2"));
    Failure refusal = assertRefused(() -> CATALOG.create(second), Code.ALREADY_EXISTS, "SKU_TAKEN");
    assertThat(refusal.metadata()).containsEntry("sku", "LID-2");
    assertThat(CATALOG.variants("LID-3").getMissingSkusList()).containsExactly("LID-3");
    assertThat(CATALOG.create(withVariants(second, "LID-3")).getVariantsList()).hasSize(1);
  }

  private static CreateProductRequest withVariants(CreateProductRequest request, String sku) {
    return request.toBuilder().setProduct(product("Other lid", sku)).build();
  }

  @Test
  void ofManyWhoWantOneSkuOneGetsIt() throws Exception {
    List<Object> answers =
        atOnce(
            20,
            i -> {
              try {
                return CATALOG.create(product("Lamp " + i, "LAMP-" + i, "LAMP"));
              } catch (RuntimeException e) {
                assertRefused(
                    () -> {
                      throw e;
                    },
                    Code.ALREADY_EXISTS,
                    "SKU_TAKEN");
                return "refused";
              }
            });

    assertThat(answers).filteredOn(answer -> answer instanceof Product).hasSize(1);
  }

  @Test
  void onlyTheNamedFieldsChange() throws Exception {
    Product made = CATALOG.create(product("Bowl", "BOWL-1", "BOWL-2"));
    Product sent =
        made.toBuilder()
            .setTitle("Salad bowl")
            .setDescription("not to be changed")
            .clearVariants()
            .addVariants(variant("BOWL-3"))
            .addVariants(variant("BOWL-2").toBuilder().setWeightGrams(7))
            .build();

    Product changed = CATALOG.update(updateOf(sent, "title", "variants"));

    assertThat(changed.getTitle()).isEqualTo("Salad bowl");
    assertThat(changed.getDescription()).isEqualTo(made.getDescription());
    assertThat(changed.getVariantsList())
        .extracting(Variant::getSku)
        .containsExactly("BOWL-3", "BOWL-2");
    assertThat(changed.getEtag()).isNotEqualTo(made.getEtag());
    assertThat(CATALOG.get(made.getProductId())).isEqualTo(changed);
    assertThat(CATALOG.variants("BOWL-1", "BOWL-2").getVariantsList())
        .containsExactly(changed.getVariants(1));
    assertThat(CATALOG.variants("BOWL-1").getMissingSkusList()).containsExactly("BOWL-1");
    assertThat(CATALOG.events(made))
        .extracting(ProductEvent::getProduct)
        .containsExactly(made, changed);
  }

  @Test
  void anUpdateThatChangesNothingIsNoChange() throws Exception {
    Product made = CATALOG.create(product("Cup", "CUP-1"));

    assertThat(CATALOG.update(updateOf(made, "*"))).isEqualTo(made);
    assertThat(CATALOG.events(made)).hasSize(1);
  }

  @Test
  void aRepeatedUpdateReturnsItsFirstAnswerWhateverHappenedSince() {
    Product made = CATALOG.create(product("Jug", "JUG-1"));
    UpdateProductRequest request =
        updateOf(made.toBuilder().setTitle("Water jug").build(), "title");
    Product first = CATALOG.update(request);
    CATALOG.archive(archiveOf(made));

    assertThat(CATALOG.update(request)).as("its etag is old").isEqualTo(first);
    assertRefused(
        () -> CATALOG.update(request.toBuilder().setProduct(made).build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
  }

  @Test
  void anUpdateIsRefusedForWhatItsResultWouldBreak() {
    Product made = CATALOG.create(product("Fork", "FORK-1"));
    CATALOG.create(product("Knife", "KNIFE-1"));
    Product stale = made.toBuilder().setTitle("Spork").setEtag("77").build();
    assertRefused(() -> CATALOG.update(updateOf(stale, "title")), Code.ABORTED, "ETAG_MISMATCH");
    assertRefused(
        () -> CATALOG.update(updateOf(made.toBuilder().setProductId(newId()).build(), "title")),
        Code.NOT_FOUND,
        "PRODUCT_NOT_FOUND");
    Product taken = made.toBuilder().addVariants(variant("KNIFE-1")).build();
    assertRefused(
        () -> CATALOG.update(updateOf(taken, "variants")), Code.ALREADY_EXISTS, "SKU_TAKEN");
    assertRefused(
        () -> CATALOG.update(updateOf(made, "title", "state")),
        Code.INVALID_ARGUMENT,
        "INVALID_UPDATE_MASK");
    assertViolation(updateOf(made.toBuilder().clearTitle().build(), "title"), "product.title");
    assertViolation(
        updateOf(made.toBuilder().setProductId("x").build(), "title"), "product.product_id");
    assertThat(CATALOG.get(made.getProductId())).isEqualTo(made);

    CATALOG.archive(archiveOf(made));
    assertRefused(
        () -> CATALOG.update(updateOf(made.toBuilder().clearEtag().build(), "title")),
        Code.FAILED_PRECONDITION,
        "PRODUCT_ARCHIVED");
  }

  private static void assertViolation(UpdateProductRequest request, String field) {
    Failure refusal =
        assertRefused(() -> CATALOG.update(request), Code.INVALID_ARGUMENT, "VIOLATED_FIELD");
    assertThat(fields(refusal)).contains(field);
  }

  @Test
  void noChangeIsLostWhenManyWriteAtOnce() throws Exception {
    Product made = CATALOG.create(product("Vase", "VASE-1"));
    Product blind = made.toBuilder().clearEtag().build();

    atOnce(
        16,
        i -> CATALOG.update(updateOf(blind.toBuilder().setTitle("Vase " + i).build(), "title")));

    assertThat(CATALOG.events(made))
        .extracting(ProductEvent::getSequence)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 17).boxed().toList());
    assertThat(CATALOG.get(made.getProductId()).getEtag()).isEqualTo("17");
  }

  @Test
  void ofManyWithOneEtagOneWrites() throws Exception {
    Product made = CATALOG.create(product("Tray", "TRAY-1"));

    List<Boolean> wrote =
        atOnce(
            16,
            i -> {
              try {
                CATALOG.update(updateOf(made.toBuilder().setTitle("Tray " + i).build(), "title"));
                return true;
              } catch (RuntimeException e) {
                return false;
              }
            });

    assertThat(wrote).filteredOn(done -> done).hasSize(1);
    assertThat(CATALOG.events(made)).hasSize(2);
  }

  @Test
  void anArchivedProductIsOffSaleAndKeepsItsSkus() throws Exception {
    Product made = CATALOG.create(product("Rug", "RUG-1"));

    Product archived = CATALOG.archive(archiveOf(made));
    Product again = CATALOG.archive(archiveOf(made));

    assertThat(archived.getState()).isEqualTo(ProductState.PRODUCT_STATE_ARCHIVED);
    assertThat(again).isEqualTo(archived);
    assertThat(CATALOG.get(made.getProductId())).isEqualTo(archived);
    assertThat(CATALOG.events(made)).hasSize(2);
    assertRefused(
        () -> CATALOG.create(product("New rug", "RUG-1")), Code.ALREADY_EXISTS, "SKU_TAKEN");
  }

  @Test
  void archivingRespectsTheEtagAndIsRepeatable() {
    Product made = CATALOG.create(product("Mat", "MAT-1"));
    var request = archiveOf(made).toBuilder().setEtag(made.getEtag()).build();
    assertRefused(
        () -> CATALOG.archive(archiveOf(made).toBuilder().setEtag("9").build()),
        Code.ABORTED,
        "ETAG_MISMATCH");

    Product archived = CATALOG.archive(request);

    assertThat(CATALOG.archive(request)).as("its etag is old").isEqualTo(archived);
    assertRefused(
        () -> CATALOG.archive(request.toBuilder().clearEtag().build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
    assertRefused(
        () -> CATALOG.archive(archiveOf(made).toBuilder().setProductId(newId()).build()),
        Code.NOT_FOUND,
        "PRODUCT_NOT_FOUND");
  }

  @Test
  void whatNoBoundOfOneFieldCanTellIsRefusedByName() {
    assertInvalid(product("Box", "BOX-1", "BOX-1"), "product.variants[1].sku");
    assertInvalid(
        priced(price("EUR", 1, 1_000_000, 1)), "product.variants[0].prices[0].unit_price");
    assertInvalid(priced(price("ZZZ", 1, 0, 1)), "product.variants[0].prices[0].unit_price");
    assertInvalid(priced(price("EUR", 1, 0, 2)), "product.variants[0].prices[0].min_quantity");
    Product twice =
        product("Box", "BOX-1").toBuilder()
            .setVariants(0, variant("BOX-1").toBuilder().addPrices(price("JPY", 9, 0, 1)))
            .build();
    assertInvalid(twice, "product.variants[0].prices[4]");
  }

  private static Product priced(dev.emporion.catalog.v1.Price price) {
    return product("Box", "BOX-1").toBuilder()
        .setVariants(0, variant("BOX-1").toBuilder().clearPrices().addPrices(price))
        .build();
  }

  private static void assertInvalid(Product product, String field) {
    Failure refusal =
        assertRefused(() -> CATALOG.create(product), Code.INVALID_ARGUMENT, "INVALID_VALUE");
    assertThat(fields(refusal)).containsExactly(field);
  }

  @Test
  void aNulThatPostgresCannotKeepIsAViolationOfItsField() {
    Failure refusal =
        assertRefused(
            () -> CATALOG.create(product("a\0b", "NUL-1")),
            Code.INVALID_ARGUMENT,
            "VIOLATED_FIELD");
    assertThat(fields(refusal)).contains("product.title");
  }

  private static List<String> fields(Failure refusal) {
    return refusal.detail(BadRequest.class).orElseThrow().getFieldViolationsList().stream()
        .map(BadRequest.FieldViolation::getField)
        .toList();
  }

  /** A variant as it was sent, with what catalog adds. */
  private static Variant shown(Variant variant, Product product) {
    return variant.toBuilder()
        .setProductId(product.getProductId())
        .setProductTitle(product.getTitle())
        .build();
  }

  private interface Task<T> {
    T run(int number);
  }

  private static <T> List<T> atOnce(int times, Task<T> task) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var futures = new ArrayList<Future<T>>();
      for (int i = 0; i < times; i++) {
        int number = i;
        futures.add(threads.submit(() -> task.run(number)));
      }
      var results = new ArrayList<T>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }
}
