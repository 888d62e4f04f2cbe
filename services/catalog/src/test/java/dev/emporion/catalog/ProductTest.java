package dev.emporion.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.emporion.catalog.Product.Details;
import dev.emporion.catalog.Product.State;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ProductTest {
  private static final Instant MORNING = Instant.parse("2026-03-01T08:00:00Z");
  private static final Instant EVENING = Instant.parse("2026-03-01T20:00:00Z");
  private static final Product MUG = Product.create(new UUID(0, 1), details("Mug"), MORNING);

  static Details details(String title, String... skus) {
    var variants = List.of(skus.length == 0 ? new String[] {"MUG"} : skus);
    return new Details(
        title, "", "", variants.stream().map(sku -> variant(sku, price("EUR", 1))).toList());
  }

  private static Variant variant(String sku, Price... prices) {
    return new Variant(sku, "", List.of(prices), 0, "", false);
  }

  private static Price price(String currency, int minQuantity) {
    return new Price(new Money(currency, 100), minQuantity);
  }

  @Test
  void aNewProductIsForSaleInItsFirstVersion() {
    assertThat(MUG.state()).isEqualTo(State.ACTIVE);
    assertThat(MUG.version()).isEqualTo(1);
    assertThat(MUG.createTime()).isEqualTo(MUG.updateTime()).isEqualTo(MORNING);
  }

  @Test
  void eachChangeIsTheNextVersion() {
    Product cup = MUG.edit(details("Cup"), EVENING);
    Product gone = cup.archive(EVENING);

    assertThat(cup)
        .isEqualTo(new Product(MUG.productId(), 2, State.ACTIVE, details("Cup"), MORNING, EVENING));
    assertThat(gone.version()).isEqualTo(3);
    assertThat(gone.state()).isEqualTo(State.ARCHIVED);
    assertThat(List.of(MUG.etag(), cup.etag(), gone.etag())).doesNotHaveDuplicates();
  }

  @Test
  void whatChangesNothingIsNoChange() {
    assertThat(MUG.edit(details("Mug"), EVENING)).isSameAs(MUG);
    Product gone = MUG.archive(MORNING);
    assertThat(gone.archive(EVENING)).isSameAs(gone);
  }

  @Test
  void anArchivedProductDoesNotChange() {
    Product gone = MUG.archive(MORNING);
    assertRefused(() -> gone.edit(details("Mug"), EVENING), "PRODUCT_ARCHIVED");
  }

  @Test
  void anEtagOfAnotherVersionIsRefusedAndNoneIsAnyVersion() {
    MUG.requireEtag("");
    MUG.requireEtag(MUG.etag());
    assertRefused(() -> MUG.edit(details("Cup"), EVENING).requireEtag(MUG.etag()), "ETAG_MISMATCH");
  }

  @Test
  void aSkuStandsOnceInAProduct() {
    assertRefused(() -> details("Mug", "A", "B", "A"), "INVALID_VALUE");
  }

  @Test
  void eachCurrencyHasOnePriceForASingleUnitAndOneABreak() {
    refusesPrices(price("EUR", 1), price("EUR", 1));
    refusesPrices(price("EUR", 1), price("EUR", 10), price("EUR", 10));
    refusesPrices(price("EUR", 1), price("USD", 10));
    with(price("EUR", 10), price("EUR", 1), price("USD", 1), price("USD", 10));
  }

  private static void refusesPrices(Price... prices) {
    assertRefused(() -> with(prices), "INVALID_VALUE");
  }

  private static Details with(Price... prices) {
    return new Details("Mug", "", "", List.of(variant("MUG", prices)));
  }

  static void assertRefused(ThrowingCallable call, String reason) {
    var failure = catchThrowableOfType(Failure.class, call);
    assertThat(failure).as("refused").isNotNull();
    assertThat(failure.reason()).isEqualTo(reason);
  }
}
