package dev.emporion.shipping;

import static dev.emporion.shipping.ShippingFixture.assertField;
import static dev.emporion.shipping.ShippingFixture.assertRefused;
import static dev.emporion.shipping.ShippingFixture.newZone;
import static dev.emporion.shipping.ShippingFixture.option;
import static dev.emporion.shipping.ShippingFixture.rate;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import dev.emporion.shipping.v1.CreateZoneRequest;
import dev.emporion.shipping.v1.DeliveryOption;
import dev.emporion.shipping.v1.GetZoneRequest;
import dev.emporion.shipping.v1.ListZonesRequest;
import dev.emporion.shipping.v1.QuoteShippingRequest;
import dev.emporion.shipping.v1.ShippingServiceGrpc.ShippingServiceBlockingStub;
import dev.emporion.shipping.v1.UpdateZoneRequest;
import dev.emporion.shipping.v1.Zone;
import dev.emporion.testing.TestDatabase;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The RPCs about zones and what delivery costs. */
class ShippingZonesTest {
  private static final DeliveryOption STANDARD = option("standard", rate("EUR", 490));

  private static final TestDatabase DATABASE = ShippingFixture.database();
  private static final ShippingFixture SHIPPING = new ShippingFixture(DATABASE);

  private final ShippingServiceBlockingStub stub = SHIPPING.stub;
  private CreateZoneRequest creation;
  private Zone europe;

  @BeforeEach
  void createEurope() throws SQLException {
    try (Connection connection = DATABASE.connect();
        Statement sql = connection.createStatement()) {
      sql.execute("truncate zones, zone_regions, requests");
    }
    creation = newZone("europe", List.of("DE", "AT"), STANDARD);
    europe = stub.createZone(creation).getZone();
  }

  @AfterAll
  static void close() {
    SHIPPING.close();
  }

  @Test
  void aZoneIsMadeAndRead() {
    assertThat(europe.getRegionsList()).containsExactly("AT", "DE");
    assertThat(europe.getOptionsList()).containsExactly(STANDARD);
    assertThat(get("europe")).isEqualTo(europe);
    assertRefused(() -> get("asia"), Code.NOT_FOUND, "ZONE_NOT_FOUND");
  }

  @Test
  void theMaskSaysWhatChanges() {
    Zone next = europe.toBuilder().setDisplayName("Wide").clearOptions().build();
    Zone renamed = stub.updateZone(update(next, "display_name")).getZone();

    assertThat(renamed.getDisplayName()).isEqualTo("Wide");
    assertThat(renamed.getOptionsList()).containsExactly(STANDARD);
    assertThat(renamed.getEtag()).isNotEqualTo(europe.getEtag());
    assertThat(get("europe")).isEqualTo(renamed);
    assertRefused(
        () -> stub.updateZone(update(renamed, "etag")),
        Code.INVALID_ARGUMENT,
        "INVALID_UPDATE_MASK");
  }

  @Test
  void aRepeatedMutationGetsItsFirstAnswerAndAReusedIdIsRefused() {
    UpdateZoneRequest update =
        update(europe.toBuilder().setDisplayName("Wide").build(), "display_name");
    Zone renamed = stub.updateZone(update).getZone();
    stub.updateZone(update(renamed.toBuilder().setDisplayName("Wider").build(), "display_name"));

    assertThat(stub.createZone(creation).getZone()).isEqualTo(europe);
    assertThat(stub.updateZone(update).getZone()).as("its etag is old").isEqualTo(renamed);

    var otherCreation = creation.toBuilder();
    otherCreation.getZoneBuilder().setZoneId("another");
    assertRefused(
        () -> stub.createZone(otherCreation.build()), Code.ALREADY_EXISTS, "REQUEST_ID_REUSED");
    assertRefused(
        () -> stub.updateZone(update.toBuilder().setZone(renamed).build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
  }

  @Test
  void anOldEtagIsRefused() {
    stub.updateZone(update(europe, "regions"));

    assertRefused(() -> stub.updateZone(update(europe, "regions")), Code.ABORTED, "ETAG_MISMATCH");
    assertThat(stub.updateZone(update(europe.toBuilder().clearEtag().build(), "regions")).getZone())
        .isEqualTo(get("europe"));
  }

  @Test
  void anIdOrARegionThatIsTakenIsRefused() {
    assertRefused(
        () -> stub.createZone(newZone("europe", List.of("FR"), STANDARD)),
        Code.ALREADY_EXISTS,
        "ZONE_EXISTS");
    Failure taken =
        assertRefused(
            () -> stub.createZone(newZone("dach", List.of("CH", "DE"), STANDARD)),
            Code.ALREADY_EXISTS,
            "REGION_TAKEN");
    assertThat(taken.metadata()).containsEntry("region", "DE");

    Zone swiss = stub.createZone(newZone("swiss", List.of("CH"), STANDARD)).getZone();
    Zone greedy = swiss.toBuilder().addRegions("AT").build();
    assertRefused(
        () -> stub.updateZone(update(greedy, "regions")), Code.ALREADY_EXISTS, "REGION_TAKEN");
    assertThat(get("swiss")).isEqualTo(swiss);
  }

  @Test
  void ofManyZonesThatClaimARegionAtOnceOneGetsIt() throws Exception {
    List<Boolean> made =
        ShippingFixture.atOnce(
            8,
            () -> {
              String id = "zone-" + UUID.randomUUID().toString().substring(0, 8);
              try {
                stub.createZone(newZone(id, List.of("PT", "ES"), STANDARD));
                return true;
              } catch (StatusRuntimeException e) {
                assertThat(Failure.from(e).reason()).isEqualTo("REGION_TAKEN");
                return false;
              }
            });

    assertThat(made).containsOnlyOnce(true);
  }

  @Test
  void changesAtOnceAreMadeOneAfterTheOther() throws Exception {
    Zone blind = europe.toBuilder().clearEtag().build();

    List<String> etags =
        ShippingFixture.atOnce(
            8, () -> stub.updateZone(update(blind, "display_name")).getZone().getEtag());

    assertThat(etags).doesNotHaveDuplicates().contains(get("europe").getEtag());
  }

  @Test
  void zonesComePageByPage() {
    stub.createZone(newZone("usa", List.of("US"), STANDARD));
    stub.createZone(newZone("rest", List.of("*"), STANDARD));

    var first = stub.listZones(ListZonesRequest.newBuilder().setPageSize(2).build());
    var second =
        stub.listZones(
            ListZonesRequest.newBuilder().setPageToken(first.getNextPageToken()).build());

    assertThat(first.getZonesList()).extracting(Zone::getZoneId).containsExactly("europe", "rest");
    assertThat(second.getZonesList()).extracting(Zone::getZoneId).containsExactly("usa");
  }

  @Test
  void aQuoteSeesTheRatesAsTheyAreNow() {
    assertThat(price("DE")).isEqualTo(new Money("EUR", 490));

    Zone dearer = europe.toBuilder().setOptions(0, option("standard", rate("EUR", 690))).build();
    stub.updateZone(update(dearer, "options"));

    assertThat(price("DE")).isEqualTo(new Money("EUR", 690));
  }

  @Test
  void aDestinationWithoutZoneOrRateIsNotServed() {
    assertRefused(() -> price("BR"), Code.FAILED_PRECONDITION, "DESTINATION_NOT_SERVED");
    assertRefused(
        () -> stub.quoteShipping(quote("DE", new Money("USD", 1000))),
        Code.FAILED_PRECONDITION,
        "DESTINATION_NOT_SERVED");
    var unknownCurrency = quote("DE", new Money("USD", 1000)).toBuilder();
    unknownCurrency.getSubtotalBuilder().setCurrencyCode("ZZZ");
    assertField(invalid(() -> stub.quoteShipping(unknownCurrency.build())), "subtotal");
  }

  @Test
  void valuesThatContradictEachOtherAreNamed() {
    Money yen = new Money("JPY", 1000);
    var halfCent = rate("EUR", 490).toBuilder();
    halfCent.getPriceBuilder().setNanos(5_000_000);

    assertField(
        invalid(() -> create(STANDARD.toBuilder().setMinDays(4).build())),
        "zone.options[0].min_days");
    assertField(invalid(() -> create(STANDARD, STANDARD)), "zone.options[1].delivery_option");
    assertField(
        invalid(() -> create(option("x", rate("EUR", 1, 0, yen)))),
        "zone.options[0].rates[0].min_subtotal");
    assertField(
        invalid(() -> create(option("x", rate("EUR", 1), halfCent.build()))),
        "zone.options[0].rates[1].price");
  }

  @Test
  void theResultOfAnUpdateIsBoundAsANewZoneIs() {
    Zone nameless = europe.toBuilder().clearDisplayName().build();
    Zone idless = europe.toBuilder().setZoneId("A\0").build();
    Zone badRegion = europe.toBuilder().addRegions("de\0").build();

    assertField(
        violated(() -> stub.updateZone(update(nameless, "display_name"))), "zone.display_name");
    assertField(violated(() -> stub.updateZone(update(idless, "regions"))), "zone.zone_id");
    assertField(violated(() -> stub.updateZone(update(badRegion, "regions"))), "zone.regions[2]");
  }

  private Money price(String regionCode) {
    var answer = stub.quoteShipping(quote(regionCode, new Money("EUR", 1000)));
    return Money.fromProto(answer.getOptions(0).getPrice());
  }

  private static QuoteShippingRequest quote(String regionCode, Money subtotal) {
    return QuoteShippingRequest.newBuilder()
        .setRegionCode(regionCode)
        .setWeightGrams(500)
        .setSubtotal(subtotal.toProto())
        .build();
  }

  private Zone get(String zoneId) {
    return stub.getZone(GetZoneRequest.newBuilder().setZoneId(zoneId).build()).getZone();
  }

  private Zone create(DeliveryOption... options) {
    return stub.createZone(newZone("new", List.of("PT"), options)).getZone();
  }

  private static UpdateZoneRequest update(Zone zone, String path) {
    return UpdateZoneRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setZone(zone)
        .setUpdateMask(FieldMask.newBuilder().addPaths(path))
        .build();
  }

  private static Failure invalid(ThrowingCallable call) {
    return assertRefused(call, Code.INVALID_ARGUMENT, "INVALID_VALUE");
  }

  private static Failure violated(ThrowingCallable call) {
    return assertRefused(call, Code.INVALID_ARGUMENT, "VIOLATED_FIELD");
  }
}
