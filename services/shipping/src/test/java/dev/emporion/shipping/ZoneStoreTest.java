package dev.emporion.shipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.platform.Claim;
import dev.emporion.platform.Database;
import dev.emporion.platform.Money;
import dev.emporion.shipping.v1.CreateZoneRequest;
import dev.emporion.shipping.v1.CreateZoneResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ZoneStoreTest {
  private static final Database DATABASE =
      Database.open(ShippingFixture.config(ShippingFixture.database()));
  private static final CreateZoneResponse ANSWER = CreateZoneResponse.getDefaultInstance();

  private final ZoneStore store = new ZoneStore(DATABASE);

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @BeforeEach
  void empty() {
    DATABASE.run(handle -> handle.execute("truncate zones, zone_regions, requests"));
  }

  @Test
  void aZoneIsFoundAsItWasSaved() {
    Zone zone = zone("europe", 1, "AT", "DE");
    assertThat(store.create(claim(), zone, ANSWER)).isOne();

    assertThat(store.find("europe")).contains(zone);
    assertThat(store.load(claim(), "europe").zone()).contains(zone);
    assertThat(store.load(claim(), "asia").zone()).isEmpty();
  }

  @Test
  void theMostExactRegionOfADestinationHolds() {
    store.create(claim(), zone("west-coast", 1, "US-CA", "US-OR"), ANSWER);
    store.create(claim(), zone("usa", 1, "US"), ANSWER);
    store.create(claim(), zone("rest", 1, "*"), ANSWER);

    assertThat(zoneFor("US", "CA")).isEqualTo("west-coast");
    assertThat(zoneFor("US", "NY")).isEqualTo("usa");
    assertThat(zoneFor("US", "")).isEqualTo("usa");
    assertThat(zoneFor("BR", "SP")).isEqualTo("rest");
  }

  @Test
  void aDestinationOfNoZoneHasNoOptions() {
    store.create(claim(), zone("usa", 1, "US"), ANSWER);
    assertThat(store.optionsFor("DE", "")).isEmpty();
  }

  @Test
  void aChangeOfRegionsKeepsTakesAndGivesUp() {
    store.create(claim(), zone("europe", 1, "AT", "DE", "FR"), ANSWER);
    Zone next = zone("europe", 2, "DE", "FR", "PT");

    assertThat(store.update(claim(), next, ANSWER)).isOne();
    assertThat(store.find("europe")).contains(next);
    assertThat(store.optionsFor("AT", "")).isEmpty();
    assertThat(store.optionsFor("PT", "")).isPresent();
  }

  @Test
  void aVersionIsSavedOnce() {
    store.create(claim(), zone("europe", 1, "DE"), ANSWER);

    assertThat(store.update(claim(), zone("europe", 2, "FR"), ANSWER)).isOne();
    assertThat(store.update(claim(), zone("europe", 2, "PT"), ANSWER)).isZero();
    assertThat(store.create(claim(), zone("europe", 1, "IT"), ANSWER)).isZero();
    assertThat(store.find("europe")).contains(zone("europe", 2, "FR"));
  }

  @Test
  void theDatabaseKeepsARegionInOneZone() {
    store.create(claim(), zone("europe", 1, "DE", "FR"), ANSWER);
    Zone thief = zone("thief", 1, "FR", "PT");

    assertThatThrownBy(() -> store.create(claim(), thief, ANSWER))
        .matches(e -> Database.violated(e, ZoneStore.REGION_IS_UNIQUE));
    assertThat(store.find("thief")).isEmpty();
    assertThat(store.takenRegion(thief)).contains("FR");
  }

  @Test
  void zonesComePageByPage() {
    for (String id : List.of("d", "a", "c", "b", "e")) {
      store.create(claim(), zone(id, 1, id.toUpperCase() + "X"), ANSWER);
    }

    var first = store.list(2, "");
    var second = store.list(2, first.nextPageToken());
    var third = store.list(2, second.nextPageToken());

    assertThat(List.of(ids(first.rows()), ids(second.rows()), ids(third.rows())))
        .containsExactly("a b", "c d", "e");
    assertThat(third.nextPageToken()).isEmpty();
  }

  private String zoneFor(String regionCode, String administrativeArea) {
    return store.optionsFor(regionCode, administrativeArea).orElseThrow().getFirst().code();
  }

  private static String ids(List<Zone> zones) {
    return String.join(" ", zones.stream().map(Zone::zoneId).toList());
  }

  /** With one option whose code is the zone's id. */
  private static Zone zone(String id, int version, String... regions) {
    var rate = new Zone.Rate(new Money("EUR", 490), 0, new Money("EUR", 1000));
    var option = new Zone.Option(id, "Standard", 2, 4, List.of(rate));
    return new Zone(id, "Zone " + id, List.of(regions), List.of(option), version);
  }

  private static Claim claim() {
    return Claim.of(
        "test", CreateZoneRequest.newBuilder().setRequestId(UUID.randomUUID().toString()).build());
  }
}
