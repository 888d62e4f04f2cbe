package dev.emporion.inventory;

import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.inventory.Demand.Line;
import dev.emporion.inventory.Demand.Outcome;
import dev.emporion.inventory.Reservation.Allocation;
import dev.emporion.inventory.v1.ReservationEvent;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Database;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many demands in one statement. */
class ReserveStoreTest {
  private static final Inventory INVENTORY = new Inventory("reserve-store-test");
  private static final Database DATABASE =
      Database.open(Inventory.config(INVENTORY.testDatabase().url()));
  private static final ReservationStore RESERVATIONS = new ReservationStore(DATABASE);
  private static final ReserveStore STORE =
      new ReserveStore(DATABASE, RESERVATIONS, new BackorderStore(DATABASE, RESERVATIONS));

  @AfterEach
  void audit() {
    INVENTORY.audit();
  }

  @AfterAll
  static void close() {
    DATABASE.close();
    INVENTORY.close();
  }

  @Test
  void eachDemandOfABatchGetsItsOwnReservationAndEvent() {
    String mug = INVENTORY.newSku(3, 3);
    String cap = INVENTORY.newSku(9, 0);
    List<Demand> demands = List.of(demand(mug, 2), demand(mug, 2, cap, 1), demand(mug, 2));

    List<Outcome> outcomes = STORE.reserve(demands);

    for (int i = 0; i < demands.size(); i++) {
      var reserved = ((Outcome.Reserved) outcomes.get(i)).reservation();
      UUID id = demands.get(i).reservationId();
      assertThat(reserved.reservationId()).isEqualTo(id);
      assertThat(InventoryProto.reservation(RESERVATIONS.find(List.of(id)).get(id)))
          .isEqualTo(InventoryProto.reservation(reserved));
      assertThat(INVENTORY.events(id.toString()))
          .extracting(ReservationEvent::getReservation)
          .containsExactly(InventoryProto.reservation(reserved));
    }
    assertThat(INVENTORY.stock(mug)).isEqualTo("3/3 3/3");
    assertThat(INVENTORY.stock(cap)).isEqualTo("9/1");
  }

  @Test
  void aDemandTooLargeForTheStockTakesNothingFromTheOthersOfItsBatch() {
    String mug = INVENTORY.newSku(3, 2);
    List<Demand> demands = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      demands.add(demand(mug, 6));
      demands.add(demand(mug, 1));
    }
    demands.add(demand(mug, 1));

    List<String> outcomes = kinds(STORE.reserve(demands));

    assertThat(outcomes)
        .containsExactly(
            "Short",
            "Reserved",
            "Short",
            "Reserved",
            "Short",
            "Reserved",
            "Short",
            "Reserved",
            "Reserved");
    assertThat(INVENTORY.stock(mug)).isEqualTo("3/3 2/2");
  }

  @Test
  void aBatchSellsAllThereIsAndNoMore() {
    String mug = INVENTORY.newSku(17, 3);
    List<Demand> demands = IntStream.range(0, 60).mapToObj(i -> demand(mug, 1)).toList();

    List<String> outcomes = kinds(STORE.reserve(demands));

    assertThat(outcomes).filteredOn("Reserved"::equals).hasSize(20);
    assertThat(outcomes).filteredOn("Short"::equals).hasSize(40);
    assertThat(INVENTORY.stock(mug)).isEqualTo("17/17 3/3");
  }

  @Test
  void aDemandThatWaitsForTheRestDelaysNobodyOfItsBatch() {
    String mug = INVENTORY.newSku(3, 0);
    var patient =
        new Demand(
            claim(UUID.randomUUID()),
            null,
            Duration.ofHours(1),
            List.of(new Line(mug, 6, true)),
            null);
    List<Demand> demands = List.of(demand(mug, 1), patient, demand(mug, 1));

    List<Outcome> outcomes = STORE.reserve(demands);

    assertThat(kinds(outcomes)).contains("Reserved").doesNotContain("Known");
    var reserved = ((Outcome.Reserved) outcomes.get(1)).reservation();
    int allocated = reserved.allocations().stream().mapToInt(Allocation::quantity).sum();
    assertThat(allocated + reserved.backordered(mug)).isEqualTo(6);
    assertThat(INVENTORY.stock(mug)).isEqualTo("3/3");
    assertThat(kinds(STORE.reserve(List.of(patient)))).containsExactly("Known");
    INVENTORY.release(patient.reservationId().toString());
  }

  @Test
  void whoIsRefusedHearsWhatThereIs() {
    String mug = INVENTORY.newSku(3, 2);
    String cap = INVENTORY.newSku(1, 0);

    var outcomes = STORE.reserve(List.of(demand(mug, 9, cap, 1, "NEVER-SEEN", 1)));

    assertThat(outcomes).containsExactly(new Outcome.Short(Map.of(mug, 5L, "NEVER-SEEN", 0L)));
  }

  @Test
  void repetitionsAndTombstonesTakeNothingFromTheOthersOfTheirBatch() {
    String mug = INVENTORY.newSku(2, 0);
    Demand before = demand(mug, 1);
    Demand buried = demand(mug, 1);
    STORE.reserve(List.of(before));
    INVENTORY.release(buried.reservationId().toString());

    List<String> outcomes =
        kinds(STORE.reserve(List.of(buried, before, demand(mug, 1), demand(mug, 1))));

    assertThat(outcomes.subList(0, 2)).containsExactly("Known", "Known");
    assertThat(outcomes.subList(2, 4)).containsExactlyInAnyOrder("Reserved", "Short");
    assertThat(INVENTORY.stock(mug)).isEqualTo("2/2");
  }

  @Test
  void twinsInOneBatchAreOneReservation() {
    String mug = INVENTORY.newSku(9, 0);
    Demand demand = demand(mug, 2);
    Demand twin = demand(demand.reservationId(), mug, 2);

    assertThat(kinds(STORE.reserve(List.of(demand, twin, twin))))
        .containsExactly("Reserved", "Known", "Known");
    assertThat(INVENTORY.stock(mug)).isEqualTo("9/2");
  }

  @Test
  void aBatchOfMoreLinesThanOneStatementTakesIsSplit() {
    List<String> skus = IntStream.range(0, 20).mapToObj(i -> INVENTORY.newSku(12, 0)).toList();
    Object[] lines = skus.stream().flatMap(sku -> List.<Object>of(sku, 1).stream()).toArray();
    List<Demand> demands = IntStream.range(0, 15).mapToObj(i -> demand(lines)).toList();

    List<String> outcomes = kinds(STORE.reserve(demands));

    assertThat(outcomes).filteredOn("Reserved"::equals).hasSize(12);
    assertThat(outcomes).filteredOn("Short"::equals).hasSize(3);
    assertThat(skus).allSatisfy(sku -> assertThat(INVENTORY.stock(sku)).isEqualTo("12/12"));
  }

  @Test
  void itWaitsForAChangeUnderWayAndCountsWithItsOutcome() throws Exception {
    String mug = INVENTORY.newSku(5, 0);
    try (Connection other = INVENTORY.testDatabase().connect()) {
      other.setAutoCommit(false);
      try (Statement sql = other.createStatement()) {
        sql.executeUpdate("update stock_levels set reserved = 4 where sku = '" + mug + "'");
        var outcome = CompletableFuture.supplyAsync(() -> STORE.reserve(List.of(demand(mug, 2))));
        eventually(() -> assertThat(INVENTORY.rows(WAITING)).containsExactly("1"));
        other.commit();
        assertThat(outcome.get()).containsExactly(new Outcome.Short(Map.of(mug, 1L)));
        sql.executeUpdate("update stock_levels set reserved = 0 where sku = '" + mug + "'");
        other.commit();
      }
    }
  }

  /** The row it meets is two versions younger than what the statement saw when it began. */
  @Test
  void itTakesFromTheNewestVersionOfARowAndKeepsWhatOthersTook() throws Exception {
    String mug = INVENTORY.newSku(9, 0);
    Demand first = demand(mug, 3);
    try (Connection other = INVENTORY.testDatabase().connect()) {
      other.setAutoCommit(false);
      try (Statement sql = other.createStatement()) {
        sql.executeUpdate("update stock_levels set reserved = 9 where sku = '" + mug + "'");
        var outcome = CompletableFuture.supplyAsync(() -> STORE.reserve(List.of(first)));
        eventually(() -> assertThat(INVENTORY.rows(WAITING)).containsExactly("1"));
        sql.executeUpdate("update stock_levels set reserved = 0 where sku = '" + mug + "'");
        other.commit();
        assertThat(kinds(outcome.get())).containsExactly("Reserved");
      }
    }
    assertThat(INVENTORY.stock(mug)).isEqualTo("9/3");
  }

  private static final String WAITING =
      """
      select count(*) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'
      """;

  private static List<String> kinds(List<Outcome> outcomes) {
    return outcomes.stream().map(outcome -> outcome.getClass().getSimpleName()).toList();
  }

  static Demand demand(Object... skusAndQuantities) {
    return demand(UUID.randomUUID(), skusAndQuantities);
  }

  static Demand demand(UUID id, Object... skusAndQuantities) {
    var lines = new ArrayList<Line>();
    for (int i = 0; i < skusAndQuantities.length; i += 2) {
      lines.add(new Line((String) skusAndQuantities[i], (Integer) skusAndQuantities[i + 1], false));
    }
    return new Demand(claim(id), null, Duration.ofHours(1), lines, null);
  }

  private static Claim claim(UUID id) {
    return new Claim("service/orders", "Reserve", id, new byte[] {1});
  }
}
