package dev.emporion.pricing;

import static dev.emporion.pricing.Given.NOW;
import static dev.emporion.pricing.Given.amount;
import static dev.emporion.pricing.Given.basket;
import static dev.emporion.pricing.Given.item;
import static dev.emporion.pricing.Given.money;
import static dev.emporion.pricing.Given.percent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.google.rpc.PreconditionFailure;
import com.google.rpc.PreconditionFailure.Violation;
import dev.emporion.platform.Failure;
import dev.emporion.pricing.v1.ErrorReason;
import io.grpc.Status.Code;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BasketTest {
  private static final Basket BASKET =
      basket(item("MUG", 2, "10.00 EUR"), item("CAP", 1, "30.00 EUR"));

  @ParameterizedTest(name = "{0} units cost {1} each")
  @CsvSource({"1, 10.00 EUR", "9, 10.00 EUR", "10, 9.00 EUR", "99, 9.00 EUR", "100, 7.50 EUR"})
  void theHighestQuantityBreakReachedHolds(int quantity, String unitPrice) {
    var mug =
        variant(
            new Variant.Price(money("9.00 EUR"), 10),
            new Variant.Price(money("10.00 EUR"), 1),
            new Variant.Price(money("8.00 USD"), 1),
            new Variant.Price(money("7.50 EUR"), 100));
    Basket basket = Basket.of("EUR", Map.of("MUG", quantity), Map.of("MUG", mug));
    assertThat(basket.lines().getFirst().unitPrice()).isEqualTo(money(unitPrice));
    assertThat(basket.subtotal()).isEqualTo(money(unitPrice).times(quantity));
  }

  @Test
  void everySkuThatIsNotForSaleIsNamed() {
    var wanted = new LinkedHashMap<String, Integer>();
    wanted.put("GONE", 1);
    wanted.put("MUG", 1);
    Failure refusal =
        refused(
            () ->
                Basket.of(
                    "EUR", wanted, Map.of("MUG", variant(new Variant.Price(money("8.00 USD"), 1)))),
            ErrorReason.ERROR_REASON_VARIANT_NOT_FOR_SALE);
    assertThat(violations(refusal))
        .extracting(Violation::getSubject, Violation::getDescription)
        .containsExactly(tuple("GONE", "unknown or archived"), tuple("MUG", "has no price in EUR"));
    assertThat(refusal).hasMessage("GONE is not for sale: unknown or archived (and 1 more)");
  }

  @Test
  void aRefusalFitsIntoHeaders() {
    var wanted = new LinkedHashMap<String, Integer>();
    IntStream.range(0, 100).forEach(i -> wanted.put("%064d".formatted(i), 1));
    Failure refusal =
        refused(
            () -> Basket.of("EUR", wanted, Map.of()),
            ErrorReason.ERROR_REASON_VARIANT_NOT_FOR_SALE);
    assertThat(violations(refusal)).hasSize(30);
    assertThat(refusal.detail(PreconditionFailure.class).orElseThrow().getSerializedSize())
        .isLessThan(4096);
  }

  @Test
  void anOrderHasABillionThousandAtMost() {
    basket(item("A", 1_000, "1000000000.00 EUR"));
    assertThat(
            refused(
                    () -> basket(item("A", 1_000, "1000000000.00 EUR"), item("B", 1, "1.00 EUR")),
                    ErrorReason.ERROR_REASON_TOTAL_TOO_LARGE)
                .code())
        .isEqualTo(Code.OUT_OF_RANGE);
    Given.Item[] most =
        IntStream.range(0, 100)
            .mapToObj(i -> item("S" + i, 10_000, "1000000000.0000 CLF"))
            .toArray(Given.Item[]::new);
    refused(() -> basket(most), ErrorReason.ERROR_REASON_TOTAL_TOO_LARGE);
  }

  @Test
  void promotionsTakeEachFromWhatTheOnesBeforeLeft() {
    Basket basket = discounted(List.of(percent("50"), percent("50"), amount("5.00 EUR")));
    assertThat(basket.promotions())
        .extracting(applied -> applied.discount().toString())
        .containsExactly("25.00 EUR", "12.50 EUR", "5.00 EUR");
    assertThat(basket.net()).isEqualTo(money("7.50 EUR"));
  }

  @Test
  void aLineNeverCostsLessThanNothing() {
    Basket basket = discounted(List.of(amount("1000.00 EUR"), percent("10"), amount("1.00 EUR")));
    assertThat(basket.net()).isEqualTo(money("0.00 EUR"));
    assertThat(basket.promotions())
        .as("those that found nothing to take are not listed")
        .extracting(applied -> applied.discount().toString())
        .containsExactly("50.00 EUR");
  }

  @Test
  void aPromotionTakesFromItsSkusOnly() {
    Basket basket = discounted(List.of(amount("25.00 EUR").skus("MUG", "PEN")));
    assertThat(basket.lines())
        .extracting(line -> line.discount().toString())
        .containsExactly("20.00 EUR", "0.00 EUR");
  }

  @Test
  void conditionsCountFittingLinesBeforeDiscount() {
    assertHolds(percent("10").from(3), true);
    assertHolds(percent("10").from(4), false);
    assertHolds(percent("10").skus("MUG").from(2), true);
    assertHolds(percent("10").skus("MUG").from(3), false);
    assertHolds(percent("10").from("50.00 EUR"), true);
    assertHolds(percent("10").from("50.01 EUR"), false);
    assertHolds(percent("10").skus("MUG").from("20.00 EUR"), true);
    assertHolds(percent("10").skus("MUG").from("20.01 EUR"), false);
    assertHolds(percent("10").skus("PEN"), false);
    assertThat(
            discounted(List.of(percent("50"), amount("1.00 EUR").from("50.00 EUR"))).promotions())
        .as("the second one, although 25.00 EUR are left")
        .hasSize(2);
  }

  @Test
  void anAmountHoldsInItsCurrencyOnly() {
    assertHolds(amount("5.00 USD"), false);
    assertHolds(percent("10").from("1.00 USD"), false);
  }

  @Test
  void aPromotionHoldsFromItsStartUntilJustBeforeItsEnd() {
    Instant start = Instant.parse("2026-11-27T00:00:00Z");
    Instant end = Instant.parse("2026-11-28T00:00:00Z");
    var rules = List.of(percent("10").between(start, end).build());
    assertThat(BASKET.discounted(rules, List.of(), start.minusNanos(1)).promotions()).isEmpty();
    assertThat(BASKET.discounted(rules, List.of(), start).promotions()).hasSize(1);
    assertThat(BASKET.discounted(rules, List.of(), end.minusNanos(1)).promotions()).hasSize(1);
    assertThat(BASKET.discounted(rules, List.of(), end).promotions()).isEmpty();
  }

  @Test
  void aPromotionWithACodeHoldsForThoseWhoEnterIt() {
    var rules = List.of(percent("10").code("SPRING"));
    assertThat(discounted(rules).promotions()).isEmpty();
    assertThat(discounted(rules, "SPRING").promotions()).hasSize(1);
  }

  @Test
  void aCodeMayStandForAPromotionInEachCurrency() {
    var rules = List.of(amount("5.00 USD").code("FIVE"), amount("5.00 EUR").code("FIVE"));
    assertThat(discounted(rules, "FIVE").discountTotal()).isEqualTo(money("5.00 EUR"));
  }

  @Test
  void everyCodeThatDoesNotHoldIsNamedWithItsReason() {
    var rules =
        List.of(
            percent("10").code("GOOD"),
            percent("10").code("LATER").between(NOW.plusSeconds(1), Instant.MAX),
            percent("10").code("OVER").between(Instant.MIN, NOW),
            percent("10").code("MORE").from(9),
            percent("10").code("DEARER").from("90.00 EUR"),
            percent("10").code("OTHER").skus("PEN"),
            amount("1.00 USD").code("DOLLARS"));
    Failure refusal =
        refused(
            () ->
                discounted(
                    rules, "GOOD", "NONE", "LATER", "OVER", "MORE", "DEARER", "OTHER", "DOLLARS"),
            ErrorReason.ERROR_REASON_PROMOTION_NOT_VALID);
    assertThat(violations(refusal))
        .extracting(violation -> violation.getSubject() + " " + violation.getDescription())
        .containsExactly(
            "NONE unknown",
            "LATER has not begun",
            "OVER is over",
            "MORE needs 9 units",
            "DEARER needs 90.00 EUR",
            "OTHER fits nothing in the basket",
            "DOLLARS does not hold in EUR");
  }

  private static Basket discounted(List<Given.Rule> rules, String... codes) {
    return BASKET.discounted(rules.stream().map(Given.Rule::build).toList(), List.of(codes), NOW);
  }

  private static void assertHolds(Given.Rule rule, boolean holds) {
    assertThat(discounted(List.of(rule)).promotions()).hasSize(holds ? 1 : 0);
  }

  private static Failure refused(ThrowingCallable call, ErrorReason reason) {
    Failure failure = catchThrowableOfType(Failure.class, call);
    assertThat(failure).as(reason.name()).isNotNull();
    assertThat(failure.is(reason)).isTrue();
    return failure;
  }

  private static List<Violation> violations(Failure failure) {
    return failure.detail(PreconditionFailure.class).orElseThrow().getViolationsList();
  }

  private static Variant variant(Variant.Price... prices) {
    return new Variant("MUG", "The mug", List.of(prices), 100, "standard", false);
  }
}
