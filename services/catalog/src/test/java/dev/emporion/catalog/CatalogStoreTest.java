package dev.emporion.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.emporion.catalog.ChangeStore.Change;
import dev.emporion.catalog.Product.Details;
import dev.emporion.catalog.v1.UpdateProductResponse;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Database;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Money;
import dev.emporion.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CatalogStoreTest {
  private static final TestDatabase TEST_DATABASE = Catalog.emptyDatabase();
  private static final Database DATABASE = Database.open(Catalog.config(TEST_DATABASE.url()));
  private static final CatalogStore STORE = new CatalogStore(DATABASE);
  private static final ChangeStore CHANGES = new ChangeStore(DATABASE);
  private static final Instant NOW = Instant.parse("2026-03-01T08:00:00.123456Z");

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  void aProductIsReadAsItWasWritten() {
    Product product = made("Mug", "MUG-2", "MUG-1");

    assertThat(read(product)).isEqualTo(product);
    assertThat(STORE.owners(List.of("MUG-1", "MUG-2", "NONE"))).containsExactly(product);
    assertThat(STORE.offers(List.of("MUG-1", "NONE")))
        .isEqualTo(
            Map.of(
                "MUG-1",
                new CatalogStore.Offer(
                    product.details().variants().getLast(), product.productId(), "Mug")));
  }

  @Test
  void aClaimMakesOneProduct() {
    Claim claim = claim("create");
    Product first = Product.create(Ids.newId(), details("Pot", "POT"), NOW);
    Product second = Product.create(Ids.newId(), details("Pot", "POT"), NOW.plusSeconds(1));

    assertThat(CHANGES.create(claim, first).orElseThrow().productId()).isEqualTo(first.productId());
    var made = CHANGES.create(claim, second).orElseThrow();

    assertThat(made.productId()).isEqualTo(first.productId());
    assertThat(made.createTime()).isEqualTo(NOW);
    assertThat(made.requestHash()).isEqualTo(claim.payloadHash());
    assertThat(STORE.products(List.of(second.productId()))).isEmpty();
    assertThat(count("outbox where aggregate_id = '" + second.productId() + "'")).isZero();
  }

  @Test
  void aChangeOfWhatHasChangedSavesNothingOfItsBatch() {
    Product hat = made("Hat", "HAT");
    Product cap = made("Cap", "CAP");
    Product newHat = hat.edit(details("New hat", "HAT"), NOW);
    assertThat(CHANGES.save(List.of(change(hat, newHat)))).isTrue();

    Change stale = change(hat, hat.edit(details("Other hat", "HAT-9"), NOW));
    Change fresh = change(cap, cap.edit(details("New cap", "CAP-9"), NOW));
    Change made = change(null, Product.create(Ids.newId(), details("Fez", "FEZ"), NOW));

    assertThat(CHANGES.save(List.of(stale, fresh, made))).isFalse();
    assertThat(read(hat)).isEqualTo(newHat);
    assertThat(read(cap)).isEqualTo(cap);
    assertThat(STORE.owners(List.of("FEZ", "HAT-9", "CAP-9"))).isEmpty();
    assertThat(CHANGES.applied("guest", "change", ids(stale, fresh, made))).isEmpty();
    assertThat(CHANGES.save(List.of(fresh, made))).isTrue();
    assertThat(CHANGES.applied("guest", "change", ids(stale, fresh, made))).hasSize(2);
    assertThat(STORE.owners(List.of("FEZ", "CAP-9"))).hasSize(2);
  }

  @Test
  void aRequestThatChangesNothingStillSeesWhatItSaw() {
    Product jug = made("Jug", "JUG");
    Product newJug = jug.edit(details("New jug", "JUG"), NOW);

    assertThat(CHANGES.save(List.of(change(jug, jug)))).isTrue();
    assertThat(CHANGES.save(List.of(change(jug, newJug)))).isTrue();
    assertThat(CHANGES.save(List.of(change(jug, jug)))).isFalse();
    assertThat(count("outbox where aggregate_id = '" + jug.productId() + "'")).isEqualTo(2);
  }

  @Test
  void variantsChangePlacesInOneStatement() {
    Product pair = made("Pair", "LEFT", "RIGHT");
    Product turned = pair.edit(details("Pair", "RIGHT", "LEFT"), NOW);

    assertThat(CHANGES.save(List.of(change(pair, turned)))).isTrue();
    assertThat(read(pair)).isEqualTo(turned);
  }

  @Test
  void aSkuOfAnotherProductBreaksTheWrite() {
    made("Lid", "LID");
    Product pan = made("Pan", "PAN");
    Change taking = change(pan, pan.edit(details("Pan", "PAN", "LID"), NOW));

    var failure = catchThrowableOfType(RuntimeException.class, () -> CHANGES.save(List.of(taking)));

    assertThat(ChangeStore.isSkuTaken(failure)).isTrue();
    assertThat(CHANGES.takenSku(pan.productId(), List.of("PAN", "LID"))).isEqualTo("LID");
    assertThat(read(pan)).isEqualTo(pan);
  }

  @Test
  void aLookFindsTheProductUntilTheRequestIsAnswered() {
    Product cup = made("Cup", "CUP-1", "CUP-2");
    Change change = change(cup, cup.archive(NOW));
    assertThat(STORE.look(change.claim(), cup.productId()))
        .isEqualTo(new CatalogStore.Look(cup, null));
    assertThat(STORE.look(change.claim(), UUID.randomUUID()))
        .isEqualTo(new CatalogStore.Look(null, null));

    CHANGES.save(List.of(change));

    var saved = STORE.look(change.claim(), cup.productId()).saved();
    assertThat(saved.answer()).isEqualTo(change.answer().toByteArray());
    assertThat(saved.payloadHash()).isEqualTo(change.claim().payloadHash());
  }

  @Test
  void theDatabaseKeepsWhatTheContractPromises() {
    made("Box", "BOX");
    for (String broken :
        List.of(
            "price_minors = '{-1,2,3}'",
            "price_minors = '{1,2}'",
            "price_minors = '{1,null,3}'",
            "price_minors = '{1,2,10000000000001}'",
            "price_currencies = '{EUR,usd,JPY}'",
            "price_currencies = '{EUR,null,JPY}'",
            "price_min_quantities = '{0,1,1}'",
            "price_min_quantities = '{1,1,null}'",
            "price_currencies = '{}', price_minors = '{}', price_min_quantities = '{}'",
            "sku = 'box'",
            "position = 100",
            "weight_grams = -1",
            "tax_category = 'No'")) {
      assertViolated("update variants set " + broken + " where sku = 'BOX'");
    }
    for (String broken :
        List.of("state = 'SOLD'", "title = ''", "version = 0", "request_hash = null")) {
      assertViolated("update products set " + broken + " where title = 'Box'");
    }
    assertViolated("delete from products where title = 'Box'");
  }

  private static void assertViolated(String statement) {
    Throwable failure =
        catchThrowable(
            () -> {
              try (var connection = TEST_DATABASE.connect();
                  var sql = connection.createStatement()) {
                sql.execute(statement);
              }
            });
    assertThat(failure)
        .as(statement)
        .isInstanceOfSatisfying(
            SQLException.class, broken -> assertThat(broken.getSQLState()).startsWith("23"));
  }

  private static int count(String what) {
    return DATABASE.run(
        handle -> handle.createQuery("select count(*) from " + what).mapTo(int.class).one());
  }

  private static Product read(Product product) {
    return STORE.products(List.of(product.productId())).getFirst();
  }

  private static List<UUID> ids(Change... changes) {
    return List.of(changes).stream().map(change -> change.claim().requestId()).toList();
  }

  private static Product made(String title, String... skus) {
    Product product = Product.create(Ids.newId(), details(title, skus), NOW);
    CHANGES.create(claim("create"), product);
    return product;
  }

  private static Change change(Product before, Product after) {
    return new Change(claim("change"), UpdateProductResponse.getDefaultInstance(), before, after);
  }

  private static Claim claim(String rpc) {
    return new Claim("guest", rpc, UUID.randomUUID(), new byte[] {1, 2, 3});
  }

  private static Details details(String title, String... skus) {
    var prices =
        List.of(
            new Price(new Money("EUR", 1240), 1),
            new Price(new Money("EUR", 1100), 10),
            new Price(new Money("JPY", 1500), 1));
    return new Details(
        title,
        "About \"" + title + "\"\nin {braces}",
        "things",
        List.of(skus).stream()
            .map(sku -> new Variant(sku, "One " + sku, prices, 250, "reduced", true))
            .toList());
  }
}
