package dev.emporion.inventory;

import static dev.emporion.inventory.ReserveStoreTest.demand;
import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.inventory.Demand.Outcome;
import dev.emporion.platform.Database;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pool of six connections, and many more buyers of one SKU. */
class LanesTest {
  private static final int BUYERS = 64;
  private static final String WAITING =
      """
      select count(*) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'
      """;

  private static final Inventory INVENTORY = new Inventory("lanes-test");
  private static final Database DATABASE =
      Database.open(Inventory.config(INVENTORY.testDatabase().url()));
  private static final ReservationStore RESERVATIONS = new ReservationStore(DATABASE);
  private static final Lanes LANES =
      new Lanes(
          new ReserveStore(DATABASE, RESERVATIONS, new BackorderStore(DATABASE, RESERVATIONS)));

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
  void buyersOfAHotSkuHoldOneConnectionAndDelayNobodyElse() throws Exception {
    String hot = INVENTORY.newSku(BUYERS / 2, 0);
    String cold = INVENTORY.newSku(10, 0);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Connection other = locking(hot)) {
      List<Future<Outcome>> buyers = new ArrayList<>();
      for (int i = 0; i < BUYERS; i++) {
        // Made here: a class that is initialized on a virtual thread pins it, and all who wait for
        // it.
        Demand demand = demand(hot, 1);
        buyers.add(threads.submit(() -> LANES.reserve(demand)));
      }
      eventually(() -> assertThat(INVENTORY.rows(WAITING)).containsExactly("1"));

      for (int i = 0; i < 10; i++) {
        assertThat(LANES.reserve(demand(cold, 1))).isInstanceOf(Outcome.Reserved.class);
      }

      assertThat(buyers).noneMatch(Future::isDone);
      assertThat(INVENTORY.rows(WAITING)).containsExactly("1");
      other.rollback();
      assertThat(reserved(buyers)).isEqualTo(BUYERS / 2);
    }
  }

  @Test
  void demandsForSeveralSkusWaitInTheLaneOfTheHotOne() throws Exception {
    String hot = INVENTORY.newSku(BUYERS, 0);
    List<String> cold = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      cold.add(INVENTORY.newSku(BUYERS, 0));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Connection other = locking(hot)) {
      List<Future<Outcome>> buyers = new ArrayList<>();
      for (int i = 0; i < BUYERS; i++) {
        String mine = cold.get(i % cold.size());
        Demand demand = demand(mine, 1, hot, 1);
        buyers.add(threads.submit(() -> LANES.reserve(demand)));
      }
      eventually(() -> assertThat(INVENTORY.rows(WAITING)).isNotEqualTo(List.of("0")));

      assertThat(LANES.reserve(demand(INVENTORY.newSku(1, 0), 1)))
          .isInstanceOf(Outcome.Reserved.class);

      assertThat(Integer.parseInt(INVENTORY.rows(WAITING).getFirst()))
          .as("connections that wait for the hot row")
          .isLessThanOrEqualTo(3);
      other.rollback();
      assertThat(reserved(buyers)).isEqualTo(BUYERS);
    }
  }

  private static Connection locking(String sku) throws Exception {
    Connection other = INVENTORY.testDatabase().connect();
    other.setAutoCommit(false);
    try (Statement sql = other.createStatement()) {
      sql.execute("select from stock_levels where sku = '" + sku + "' for update");
    }
    return other;
  }

  private static int reserved(List<Future<Outcome>> buyers) throws Exception {
    int reserved = 0;
    for (Future<Outcome> buyer : buyers) {
      if (buyer.get() instanceof Outcome.Reserved) {
        reserved++;
      }
    }
    return reserved;
  }
}
