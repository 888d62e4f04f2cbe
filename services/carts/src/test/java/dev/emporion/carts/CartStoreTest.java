package dev.emporion.carts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.carts.v1.AddCartLineResponse;
import dev.emporion.carts.v1.CreateCartRequest;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.Ids;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CartStoreTest {
  private static final int TTL_HOURS = 720;

  /** Of one connection, so that statistics of what was done are those of whoever asks. */
  private static final Database DATABASE =
      Database.open(new DatabaseConfig(Carts.emptyDatabase().url(), 1, 10_000));

  private final CartStore store = new CartStore(DATABASE, TTL_HOURS);
  private final BusyCartStore busy = new BusyCartStore(DATABASE, TTL_HOURS);

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @BeforeEach
  void empty() {
    sql("truncate carts, requests");
  }

  @Test
  void aCartIsFoundAsItWasMade() {
    Cart cart = made(line("MUG", 2), line("CAP", 1));
    assertThat(busy.find(cart.cartId())).contains(cart);
  }

  @Test
  void expiryIsTheFullHourAfterTheTimeToLive() {
    Cart cart = made();
    Duration kept = Duration.between(cart.createdAt(), cart.expireAt());
    assertThat(kept).isBetween(Duration.ofHours(TTL_HOURS), Duration.ofHours(TTL_HOURS + 1));
    assertThat(cart.expireAt()).isEqualTo(cart.expireAt().truncatedTo(ChronoUnit.HOURS));
  }

  @Test
  void aVersionIsSavedOnce() {
    Cart cart = made(line("MUG", 1));
    Cart next = cart.add(line("MUG", 1), later(cart));

    assertThat(store.save(claim(), next, answer())).isEqualTo(1);
    assertThat(store.save(claim(), next, answer())).isZero();

    assertThat(busy.find(cart.cartId())).contains(next);
    assertThat(count("requests")).as("a stale save leaves no answer").isEqualTo(1);
  }

  @Test
  void aSavedAnswerIsFoundWhateverBecameOfTheCart() {
    Cart cart = made(line("MUG", 1));
    Claim claim = claim();
    store.save(claim, cart.add(line("MUG", 1), later(cart)), answer());
    sql("delete from carts");

    CartStore.Loaded loaded = store.load(claim, List.of(cart.cartId()));
    assertThat(loaded.saved()).isNotNull();
    assertThat(loaded.cart(cart.cartId())).isEmpty();
  }

  @Test
  void mergingSavesBothOrNeither() {
    Cart own = made(line("MUG", 1));
    Cart guest = made(line("CAP", 1));
    Cart merged = own.merge(guest, later(own));
    Cart changedGuest = guest.add(line("PEN", 1), later(guest));
    store.save(claim(), changedGuest, answer());

    assertThat(store.saveMerged(claim(), merged, guest, answer()))
        .as("the guest moved on")
        .isZero();
    assertThat(busy.find(guest.cartId())).contains(changedGuest);
    assertThat(busy.find(own.cartId())).contains(own);

    assertThat(store.saveMerged(claim(), merged, changedGuest, answer())).isEqualTo(1);
    assertThat(busy.find(guest.cartId())).isEmpty();
    assertThat(busy.find(own.cartId())).contains(merged);

    assertThat(store.saveMerged(claim(), merged, changedGuest, answer())).isZero();
  }

  @Test
  void anExpiredCartIsNotThere() {
    Cart cart = made(line("MUG", 1));
    sql("update carts set expire_at = now() - interval '1 microsecond'");

    assertThat(busy.find(cart.cartId())).isEmpty();
    assertThat(store.load(claim(), List.of(cart.cartId())).carts()).isEmpty();
  }

  @Test
  void theSweepDeletesTheOldestFirstInBatchesAndSparesTheLiving() {
    Cart living = made();
    for (int i = 0; i < 5; i++) {
      made();
    }
    sql(
        "update carts set expire_at = now() - interval '25 hours' where cart_id <> '%s'"
            .formatted(living.cartId()));

    assertThat(store.sweep(3)).isEqualTo(3);
    assertThat(store.sweep(3)).isEqualTo(2);
    assertThat(store.sweep(3)).isZero();
    assertThat(busy.find(living.cartId())).contains(living);
  }

  @Test
  void anExpiredCartKeepsItsRequestIdForADay() {
    Claim claim = claim();
    Cart cart = busy.create(claim, cart(line("MUG", 1))).orElseThrow();
    sql("update carts set expire_at = now() - interval '23 hours'");

    assertThat(store.sweep(10)).isZero();
    assertThat(busy.create(claim, cart(line("MUG", 1)))).contains(cart);
  }

  @Test
  void aChangeWithinTheHourTouchesNoIndex() {
    Cart cart = made(line("MUG", 1));
    long updates = statistic("n_tup_upd");
    long withinThePage = statistic("n_tup_hot_upd");
    for (int i = 0; i < 20; i++) {
      cart = cart.add(line("MUG", 1), later(cart));
      store.save(claim(), cart, answer());
    }
    assertThat(statistic("n_tup_upd") - updates).isEqualTo(20);
    assertThat(statistic("n_tup_hot_upd") - withinThePage).isEqualTo(20);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          '{A,B}', '{1}', carts_lines
          '{A}',   '{0}', carts_quantities
          '{A}',   '{10001}', carts_quantities
          '{A}',   '{NULL}', carts_quantities
          '{A,A}', '{1,1}', carts_skus_differ
          """)
  void theDatabaseRefusesWhatNoCartMayBe(String skus, String quantities, String constraint) {
    made();
    assertThatThrownBy(
            () ->
                sql("update carts set skus = '%s', quantities = '%s'".formatted(skus, quantities)))
        .matches(failure -> Database.violated(failure, constraint));
  }

  @Test
  void theDatabaseRefusesALineTooMany() {
    made();
    assertThatThrownBy(
            () ->
                sql(
                    """
                    update carts set skus = array(select 'S' || n from generate_series(1, 101) n),
                      quantities = array(select 1 from generate_series(1, 101))
                    """))
        .matches(failure -> Database.violated(failure, "carts_lines"));
  }

  private Cart made(Cart.Line... lines) {
    return busy.create(claim(), cart(lines)).orElseThrow();
  }

  private static Cart cart(Cart.Line... lines) {
    return Cart.first(Ids.newId(), null, "EUR", List.of(lines));
  }

  private static Cart.Line line(String sku, int quantity) {
    return new Cart.Line(sku, quantity);
  }

  private static Cart.Moment later(Cart cart) {
    Instant now = cart.createdAt().plusSeconds(1);
    return new Cart.Moment(now, cart.expireAt());
  }

  private static Claim claim() {
    var request = CreateCartRequest.newBuilder().setRequestId(UUID.randomUUID().toString()).build();
    return Claim.of("test/Rpc", request);
  }

  private static AddCartLineResponse answer() {
    return AddCartLineResponse.getDefaultInstance();
  }

  private static int sql(String statement) {
    return DATABASE.run(handle -> handle.execute(statement));
  }

  private static long count(String table) {
    return number("select count(*) from " + table);
  }

  private static long statistic(String column) {
    return DATABASE.run(
        handle -> {
          handle.execute("select pg_stat_force_next_flush()");
          return handle
              .createQuery("select " + column + " from pg_stat_user_tables where relname = 'carts'")
              .mapTo(Long.class)
              .one();
        });
  }

  private static long number(String query) {
    return DATABASE.run(handle -> handle.createQuery(query).mapTo(Long.class).one());
  }
}
