package dev.emporion.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.orders.v1.Rejection;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.Lease;
import dev.emporion.platform.SagaConfig;
import dev.emporion.platform.SagaRunner;
import dev.emporion.platform.Settings;
import dev.emporion.testing.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class OrderStoreTest {
  private static final int THREADS = 16;
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static final Database DATABASE = Database.open(config(migrated().url()));
  private static final OrderStore STORE = new OrderStore(DATABASE);
  private static final CheckoutStore CHECKOUTS = new CheckoutStore(DATABASE);
  private static final SagaRunner SAGAS =
      new SagaRunner(
          DATABASE,
          Settings.read(name -> null, SagaConfig::read),
          Caller.service("orders"),
          List.of(
              new PlaceOrder(
                      STORE,
                      CHECKOUTS,
                      new ChangeKinds.Neighbours(null, null, null, null, null),
                      null,
                      null)
                  .saga()));

  @AfterAll
  static void close() {
    SAGAS.close();
    DATABASE.close();
  }

  @Test
  void anOrderReadBackEqualsTheOneWritten() {
    Order order = OrderTest.order();
    Claim claim = claim();

    assertThat(CHECKOUTS.place(order, claim, lease(order), SAGAS))
        .isEqualTo(CheckoutStore.Placed.NEW);

    assertThat(STORE.find(order.orderId())).contains(order);
    assertThat(STORE.findByCart(order.cartId())).contains(order);
    assertThat(CHECKOUTS.findByRequest(claim).orElseThrow().order()).isEqualTo(order);
  }

  @Test
  void ofManyPlacementsOfOneRequestOneIsNewAndTheOthersWriteNothing() throws Exception {
    Claim claim = claim();

    var outcomes =
        atOnce(
            () -> {
              Order order = OrderTest.order();
              return CHECKOUTS.place(order, claim, lease(order), SAGAS);
            });

    assertThat(outcomes).containsOnlyOnce(CheckoutStore.Placed.NEW);
    UUID placed = CHECKOUTS.findByRequest(claim).orElseThrow().order().orderId();
    assertThat(rows("orders where request_id = '" + claim.requestId() + "'")).isEqualTo(1);
    assertThat(rows("outbox where aggregate_id = '" + placed + "'")).isEqualTo(1);
    assertThat(
            rows(
                "order_lines l where not exists (select from orders o where o.order_id = l.order_id)"))
        .isZero();
  }

  @Test
  void ofManyEndsUnderOneLeaseOneIsWritten() throws Exception {
    Order order = OrderTest.order();
    Lease lease = lease(order);
    CHECKOUTS.place(order, claim(), lease, SAGAS);
    Order confirmed = order.confirm(NOW);
    Order rejected = order.reject(Rejection.newBuilder().setMessage("no").build(), NOW);

    var written =
        atOnce(
            () -> {
              try {
                CHECKOUTS.finish(
                    Thread.currentThread().threadId() % 2 == 0 ? confirmed : rejected, lease);
                return true;
              } catch (Lease.LostLease e) {
                return false;
              }
            });

    assertThat(written).containsOnlyOnce(true);
    assertThat(rows("outbox where aggregate_id = '" + order.orderId() + "'")).isEqualTo(2);
    assertThat(rows("sagas where subject = '" + order.orderId() + "'")).isZero();
  }

  @Test
  void nothingIsWrittenUnderALeaseThatWasTakenOver() {
    Order order = OrderTest.order();
    Lease old = lease(order);
    CHECKOUTS.place(order, claim(), old, SAGAS);
    DATABASE.run(
        handle ->
            handle.execute(
                "update sagas set epoch = epoch + 1 where subject = ?", order.orderId()));

    assertThatThrownBy(() -> CHECKOUTS.finish(order.confirm(NOW), old))
        .isInstanceOf(Lease.LostLease.class);

    assertThat(STORE.find(order.orderId())).contains(order);
    assertThat(rows("sagas where subject = '" + order.orderId() + "'")).isEqualTo(1);
  }

  @Test
  void aSagaStaysWhenTheOrderIsNotAtTheVersionItShouldBe() {
    Order order = OrderTest.order();
    Lease lease = lease(order);
    CHECKOUTS.place(order, claim(), lease, SAGAS);
    Order skipped = order.confirm(NOW).next(NOW, next -> {});

    assertThatThrownBy(() -> CHECKOUTS.finish(skipped, lease)).isInstanceOf(Lease.LostLease.class);

    assertThat(rows("sagas where subject = '" + order.orderId() + "'")).isEqualTo(1);
  }

  @Test
  void aRejectedOrderFreesItsCart() {
    Order order = OrderTest.order();
    Lease lease = lease(order);
    CHECKOUTS.place(order, claim(), lease, SAGAS);
    CHECKOUTS.finish(order.reject(Rejection.newBuilder().setMessage("no").build(), NOW), lease);

    assertThat(STORE.findByCart(order.cartId())).isEmpty();
  }

  @Test
  void versionsAreThoseOfTheOrdersThatExist() {
    Order order = OrderTest.order();
    CHECKOUTS.place(order, claim(), lease(order), SAGAS);

    assertThat(STORE.versions(List.of(order.orderId(), UUID.randomUUID())))
        .isEqualTo(Map.of(order.orderId(), 1));
  }

  private static Lease lease(Order order) {
    return SAGAS.newLease(order.orderId(), PlaceOrder.KIND);
  }

  private static Claim claim() {
    return new Claim("guest", "test", UUID.randomUUID(), new byte[] {1});
  }

  private static int rows(String from) {
    return DATABASE.run(
        handle -> handle.createQuery("select count(*) from " + from).mapTo(int.class).one());
  }

  private static <T> List<T> atOnce(Callable<T> work) throws Exception {
    var results = new ArrayList<T>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var future : executor.invokeAll(java.util.Collections.nCopies(THREADS, work))) {
        results.add(future.get());
      }
    }
    return results;
  }

  private static TestDatabase migrated() {
    return TestDatabase.migrated("orders", url -> Database.migrate(config(url), Main.MIGRATIONS));
  }

  private static DatabaseConfig config(String url) {
    var environment = new HashMap<String, String>();
    environment.put("DATABASE_URL", url);
    return Settings.read(environment::get, DatabaseConfig::read);
  }
}
