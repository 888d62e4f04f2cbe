package dev.emporion.pricing;

import static dev.emporion.pricing.Given.money;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.BadRequest;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.RetryInfo;
import dev.emporion.catalog.v1.Price;
import dev.emporion.platform.App;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Failure;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Telemetry;
import dev.emporion.pricing.v1.AppliedPromotion;
import dev.emporion.pricing.v1.Destination;
import dev.emporion.pricing.v1.PricingServiceGrpc;
import dev.emporion.pricing.v1.PricingServiceGrpc.PricingServiceBlockingStub;
import dev.emporion.pricing.v1.QuoteRequest;
import dev.emporion.pricing.v1.QuoteRequestLine;
import dev.emporion.pricing.v1.QuotedDelivery;
import dev.emporion.pricing.v1.QuotedLine;
import dev.emporion.shipping.v1.DeliveryQuote;
import dev.emporion.testing.TestClock;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PricingServiceTest {
  private static final String RULES =
      """
      {
        "tax_regions": [
          {"region_code": "DE", "prices_include_tax": true,
           "rates": {"standard": "0.19", "reduced": "0.07"}},
          {"region_code": "US", "administrative_area": "CA", "rates": {"standard": "0.0725"}}
        ],
        "promotions": [
          {"promotion_id": "spring", "display_name": "Spring", "code": "SPRING",
           "percent_off": "10", "end_time": "2026-07-01T00:00:00Z"}
        ]
      }
      """;

  private static final Neighbours.Catalog CATALOG = new Neighbours.Catalog();
  private static final Neighbours.Shipping SHIPPING = new Neighbours.Shipping();
  private static final App NEIGHBOURS =
      new App("neighbours", Telemetry.off()).serve(CATALOG).serve(SHIPPING);
  private static final App CLIENT = new App("client", Telemetry.off());
  private static final TestClock CLOCK = TestClock.at("2026-06-15T12:00:00Z");

  private static GrpcServer neighbours;
  private static App app;
  private static GrpcServer server;
  private static PricingServiceBlockingStub pricing;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    Path rules = Files.writeString(folder.resolve("rules.json"), RULES);
    neighbours = GrpcServer.inProcess("pricing-neighbours", NEIGHBOURS);
    String address = "inprocess:pricing-neighbours";
    app =
        Main.wire(
            new PricingConfig(ServerConfig.local(), address, address, rules),
            Telemetry.off(),
            CLOCK);
    server = GrpcServer.inProcess("pricing-service-test", app);
    pricing = PricingServiceGrpc.newBlockingStub(CLIENT.channel("inprocess:pricing-service-test"));
  }

  @AfterAll
  static void stop() {
    CLIENT.close();
    server.close();
    app.close();
    neighbours.close();
    NEIGHBOURS.close();
  }

  @BeforeEach
  void aSmallShop() {
    CATALOG.away = false;
    CATALOG.variants.clear();
    sell("MUG", "Mug", "Large, blue", "standard", "20.00 EUR", "19.99 USD");
    sell("BOOK", "Book", "", "reduced", "10.70 EUR");
    SHIPPING.options = List.of(option("express", "9.90 EUR"), option("standard", "4.90 EUR"));
  }

  @Test
  void aQuoteNamesEveryFigure() {
    var quote =
        pricing
            .quote(
                request("EUR", "DE", line("MUG", 2), line("BOOK", 1)).toBuilder()
                    .setDeliveryOption("standard")
                    .addPromotionCodes("SPRING")
                    .build())
            .getQuote();

    var standard =
        QuotedDelivery.newBuilder()
            .setDeliveryOption("standard")
            .setDisplayName("By standard")
            .setPrice(proto("4.90 EUR"))
            .setMinDays(1)
            .setMaxDays(3);
    var expected =
        dev.emporion.pricing.v1.Quote.newBuilder()
            .setCurrencyCode("EUR")
            .addLines(
                QuotedLine.newBuilder()
                    .setSku("MUG")
                    .setTitle("Mug, Large, blue")
                    .setQuantity(2)
                    .setUnitPrice(proto("20.00 EUR"))
                    .setSubtotal(proto("40.00 EUR"))
                    .setDiscount(proto("4.00 EUR"))
                    .setTax(proto("5.75 EUR")) // 36.00 * 19/119 = 5.7479
                    .setTaxRate("0.19")
                    .setTotal(proto("36.00 EUR"))
                    .setWeightGrams(700)
                    .setAllowBackorder(true))
            .addLines(
                QuotedLine.newBuilder()
                    .setSku("BOOK")
                    .setTitle("Book")
                    .setQuantity(1)
                    .setUnitPrice(proto("10.70 EUR"))
                    .setSubtotal(proto("10.70 EUR"))
                    .setDiscount(proto("1.07 EUR"))
                    .setTax(proto("0.63 EUR")) // 9.63 * 7/107 = 0.63
                    .setTaxRate("0.07")
                    .setTotal(proto("9.63 EUR"))
                    .setWeightGrams(350)
                    .setAllowBackorder(true))
            .setSubtotal(proto("50.70 EUR"))
            .setDiscountTotal(proto("5.07 EUR"))
            .setDelivery(standard.clone().setTax(proto("0.78 EUR"))) // 4.90 * 19/119 = 0.7824
            .setTaxTotal(proto("7.16 EUR"))
            .setTotal(proto("50.53 EUR"))
            .setPricesIncludeTax(true)
            .addPromotions(
                AppliedPromotion.newBuilder()
                    .setPromotionId("spring")
                    .setDisplayName("Spring")
                    .setCode("SPRING")
                    .setDiscount(proto("5.07 EUR")))
            .addDeliveryOptions(standard)
            .addDeliveryOptions(
                standard
                    .clone()
                    .setDeliveryOption("express")
                    .setDisplayName("By express")
                    .setPrice(proto("9.90 EUR")));
    assertThat(quote).isEqualTo(expected.build());
  }

  @Test
  void shippingIsAskedForWeightAndValueAfterDiscount() {
    pricing.quote(
        request("EUR", "DE", line("MUG", 2), line("BOOK", 1)).toBuilder()
            .addPromotionCodes("SPRING")
            .build());
    assertThat(SHIPPING.lastRequest.getWeightGrams()).isEqualTo(1050);
    assertThat(SHIPPING.lastRequest.getSubtotal()).isEqualTo(proto("45.63 EUR"));
    assertThat(SHIPPING.lastRequest.getRegionCode()).isEqualTo("DE");
  }

  @Test
  void taxIsAddedWherePricesDoNotIncludeIt() {
    SHIPPING.options = List.of(option("standard", "5.00 USD"));
    var quote =
        pricing
            .quote(
                request("USD", "US", line("MUG", 3)).toBuilder()
                    .setDestination(
                        Destination.newBuilder().setRegionCode("US").setAdministrativeArea("CA"))
                    .setDeliveryOption("standard")
                    .build())
            .getQuote();
    assertThat(quote.getPricesIncludeTax()).isFalse();
    // 59.97 * 0.0725 = 4.347825, 5.00 * 0.0725 = 0.3625
    assertThat(quote.getTaxTotal()).isEqualTo(proto("4.71 USD"));
    assertThat(quote.getTotal()).isEqualTo(proto("69.68 USD"));
  }

  @Test
  void withoutADeliveryOptionTheOptionsAreListed() {
    var quote = pricing.quote(request("EUR", "DE", line("MUG", 1))).getQuote();
    assertThat(quote.hasDelivery()).isFalse();
    assertThat(quote.getTotal()).isEqualTo(proto("20.00 EUR"));
    assertThat(quote.getDeliveryOptionsList())
        .extracting(QuotedDelivery::getDeliveryOption)
        .containsExactly("standard", "express");
  }

  @Test
  void whatIsNotForSaleIsNamed() {
    Failure refusal =
        assertRefused(
            request("USD", "US", line("MUG", 1), line("BOOK", 1), line("GONE", 1)),
            Code.FAILED_PRECONDITION,
            "VARIANT_NOT_FOR_SALE");
    assertThat(refusal.detail(PreconditionFailure.class).orElseThrow().getViolationsList())
        .extracting(PreconditionFailure.Violation::getSubject)
        .containsExactly("BOOK", "GONE");
  }

  @Test
  void aDestinationThatNobodyDeliversToIsRefused() {
    SHIPPING.options = List.of();
    assertRefused(
        request("EUR", "AQ", line("MUG", 1)), Code.FAILED_PRECONDITION, "DESTINATION_NOT_SERVED");
  }

  @Test
  void aDeliveryOptionThatIsNotThereIsRefused() {
    assertRefused(
        request("EUR", "DE", line("MUG", 1)).toBuilder().setDeliveryOption("rocket").build(),
        Code.FAILED_PRECONDITION,
        "DELIVERY_OPTION_NOT_AVAILABLE");
  }

  @Test
  void aCodeHoldsUntilItsEnd() {
    QuoteRequest request =
        request("EUR", "DE", line("MUG", 1)).toBuilder().addPromotionCodes("SPRING").build();
    assertThat(pricing.quote(request).getQuote().getDiscountTotal()).isEqualTo(proto("2.00 EUR"));
    CLOCK.advance(Duration.ofDays(30));
    try {
      assertRefused(request, Code.FAILED_PRECONDITION, "PROMOTION_NOT_VALID");
    } finally {
      CLOCK.advance(Duration.ofDays(-30));
    }
  }

  @Test
  void aTotalBeyondAllBoundsIsRefused() {
    sell("GOLD", "Gold", "", "standard", "1000000000.00 EUR");
    assertRefused(request("EUR", "DE", line("GOLD", 1001)), Code.OUT_OF_RANGE, "TOTAL_TOO_LARGE");
  }

  @Test
  void threeCapitalsAreNotYetACurrency() {
    for (String code : List.of("ZZZ", "XXX")) {
      Failure refusal =
          assertRefused(
              request(code, "DE", line("MUG", 1)), Code.INVALID_ARGUMENT, "INVALID_VALUE");
      assertThat(refusal.detail(BadRequest.class).orElseThrow().getFieldViolations(0).getField())
          .isEqualTo("currency_code");
    }
  }

  @Test
  void aNeighbourThatFailsIsNotOurFault() {
    CATALOG.away = true;
    Failure refusal =
        assertRefused(
            request("EUR", "DE", line("MUG", 1)), Code.UNAVAILABLE, "DEPENDENCY_UNAVAILABLE");
    assertThat(refusal.detail(RetryInfo.class)).isPresent();
    assertThat(refusal.metadata()).containsEntry("dependency", "catalog");
  }

  @Test
  void theCallerIsPassedOn() {
    Caller anna = Caller.customer("anna");
    Caller.as(anna, () -> pricing.quote(request("EUR", "DE", line("MUG", 1))));
    assertThat(CATALOG.lastCaller).isEqualTo(anna);
  }

  private static Failure assertRefused(QuoteRequest request, Code code, String reason) {
    var answer = catchThrowableOfType(StatusRuntimeException.class, () -> pricing.quote(request));
    assertThat(answer).as(reason).isNotNull();
    Failure failure = Failure.from(answer);
    assertThat(failure.code() + " " + failure.reason()).isEqualTo(code + " " + reason);
    return failure;
  }

  private static void sell(
      String sku, String product, String variant, String taxCategory, String... prices) {
    var proto =
        dev.emporion.catalog.v1.Variant.newBuilder()
            .setSku(sku)
            .setTitle(variant)
            .setProductTitle(product)
            .setWeightGrams(350)
            .setTaxCategory(taxCategory)
            .setAllowBackorder(true);
    for (String price : prices) {
      proto.addPrices(Price.newBuilder().setUnitPrice(proto(price)).setMinQuantity(1));
    }
    CATALOG.variants.put(sku, proto.build());
  }

  private static DeliveryQuote option(String option, String price) {
    return DeliveryQuote.newBuilder()
        .setDeliveryOption(option)
        .setDisplayName("By " + option)
        .setPrice(proto(price))
        .setMinDays(1)
        .setMaxDays(3)
        .build();
  }

  private static QuoteRequest request(String currency, String region, QuoteRequestLine... lines) {
    return QuoteRequest.newBuilder()
        .setCurrencyCode(currency)
        .addAllLines(List.of(lines))
        .setDestination(Destination.newBuilder().setRegionCode(region))
        .build();
  }

  private static QuoteRequestLine line(String sku, int quantity) {
    return QuoteRequestLine.newBuilder().setSku(sku).setQuantity(quantity).build();
  }

  private static com.google.type.Money proto(String text) {
    return money(text).toProto();
  }
}
