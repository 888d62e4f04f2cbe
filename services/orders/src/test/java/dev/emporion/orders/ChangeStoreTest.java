package dev.emporion.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.common.v1.PostalAddress;
import dev.emporion.orders.v1.CancelIntent;
import dev.emporion.orders.v1.ReturnReason;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.Lease;
import dev.emporion.platform.Money;
import dev.emporion.platform.SagaConfig;
import dev.emporion.platform.SagaRunner;
import dev.emporion.platform.Settings;
import dev.emporion.testing.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ChangeStoreTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final CancelIntent INTENT = CancelIntent.newBuilder().setReason("why").build();

  private static final Database DATABASE = Database.open(config(migrated().url()));
  private static final OrderStore ORDERS = new OrderStore(DATABASE);
  private static final CheckoutStore CHECKOUTS = new CheckoutStore(DATABASE);
  private static final ChangeStore CHANGES = new ChangeStore(DATABASE);
  private static final PlaceOrder PLACE =
      new PlaceOrder(
          ORDERS, CHECKOUTS, new ChangeKinds.Neighbours(null, null, null, null, null), null, null);
  private static final ChangeSaga<?, CancelIntent> CANCEL =
      ChangeSaga.of(new CancelOrder(null, null), CHANGES, null, null);
  private static final SagaRunner SAGAS =
      new SagaRunner(
          DATABASE,
          SagaConfig.defaults(),
          Caller.service("orders"),
          List.of(PLACE.saga(), CANCEL.saga()));

  private Lease lease;

  @AfterAll
  static void close() {
    SAGAS.close();
    DATABASE.close();
  }

  @Test
  void whatAChangeLeavesIsReadBackAsItWasWritten() {
    Order before = begin(confirmed(), claim()).order();
    Order next = before.end(NOW.plusSeconds(1), ChangeStoreTest::live);

    CHANGES.end(new ChangeStore.End(before, next, before.version(), null), lease);
    assertThat(ORDERS.find(before.orderId())).contains(next);

    Order again = begin(next, claim()).order();
    Order later = again.end(NOW.plusSeconds(2), ChangeStoreTest::liveOn);
    CHANGES.end(new ChangeStore.End(again, later, again.version(), null), lease);
    assertThat(ORDERS.find(before.orderId())).contains(later);
    assertThat(later.state()).isEqualTo(OrderState.DELIVERED);
  }

  @Test
  void aLineThatIsLeftOutIsRemoved() {
    Order order = placed(List.of(line(1, 3), line(2, 1)));
    Order before = begin(order, claim()).order();
    Order next = before.end(NOW, draft -> draft.lines = List.of(line(2, 1)));

    CHANGES.end(new ChangeStore.End(before, next, before.version(), null), lease);

    assertThat(ORDERS.find(order.orderId())).contains(next);
  }

  @Test
  void aChangeIsFoundByItsClaimFromBeginToEnd() {
    Order order = confirmed();
    Claim claim = claim();
    assertThat(CHANGES.find(order.orderId(), claim).change()).isEmpty();

    Work<CancelIntent> work = begin(order, claim);
    var active = CHANGES.find(order.orderId(), claim);
    assertThat(active.change().orElseThrow().state()).isEqualTo(ChangeStore.State.ACTIVE);
    assertThat(active.order()).contains(work.order());

    Order next = work.order().end(NOW, draft -> {});
    CHANGES.end(new ChangeStore.End(work.order(), next, work.number(), new byte[] {7}), lease);
    var refused = CHANGES.find(order.orderId(), claim).change().orElseThrow();
    assertThat(refused.state()).isEqualTo(ChangeStore.State.REFUSED);
    assertThat(refused.refusal()).containsExactly(7);
    assertThat(refused.payloadHash()).isEqualTo(claim.payloadHash());
  }

  @Test
  void aChangeThatIsTakenOverIsLoadedAsItBegan() {
    Work<CancelIntent> work = begin(confirmed(), claim());

    assertThat(CHANGES.load(lease, CancelIntent.parser())).isEqualTo(work);

    Order next = work.order().end(NOW, draft -> {});
    CHANGES.end(new ChangeStore.End(work.order(), next, work.number(), null), lease);
    assertThatThrownBy(() -> CHANGES.load(lease, CancelIntent.parser()))
        .isInstanceOf(Lease.LostLease.class);
  }

  @Test
  void nothingBeginsOnAnOrderThatChangedSinceOrIsChanging() {
    Order order = confirmed();
    Work<CancelIntent> work = begin(order, claim());

    assertThat(tryToBegin(order, claim())).isZero();

    Order ended = work.order().end(NOW, draft -> {});
    CHANGES.end(new ChangeStore.End(work.order(), ended, work.number(), null), lease);
    assertThat(tryToBegin(order, claim())).isZero();
    assertThat(tryToBegin(ended, claim())).isEqualTo(1);
  }

  @Test
  void nothingIsWrittenUnderALeaseThatWasTakenOver() {
    Work<CancelIntent> work = begin(confirmed(), claim());
    DATABASE.run(
        handle ->
            handle.execute(
                "update sagas set epoch = epoch + 1 where subject = ?", work.order().orderId()));
    Order next = work.order().end(NOW, ChangeStoreTest::live);

    assertThatThrownBy(
            () -> CHANGES.end(new ChangeStore.End(work.order(), next, work.number(), null), lease))
        .isInstanceOf(Lease.LostLease.class);

    assertThat(ORDERS.find(work.order().orderId())).contains(work.order());
  }

  /** Two of three units left, one is to come back, and everything else is new, too. */
  private static void live(OrderDraft order) {
    var shipment =
        new History.Shipment(
            UUID.randomUUID(),
            List.of(
                new History.ShippedUnits(1, "annex", 1), new History.ShippedUnits(1, "main", 1)),
            eur(1_327),
            order.paying.paymentId(),
            "DHL",
            "",
            NOW,
            null);
    var back =
        History.Return.requested(
            UUID.randomUUID(),
            List.of(
                new History.ReturnLine(1, 1, ReturnReason.RETURN_REASON_NOT_AS_DESCRIBED, 0, 0)),
            NOW);
    order.lines = order.lines.stream().map(line -> line.with(line.units().ship(2))).toList();
    order.history =
        order.history.with(shipment).with(back).captured(order.paying.paymentId(), eur(1_327));
    order.delivery =
        new Order.Delivery(PostalAddress.newBuilder().setLocality("Bonn").build(), "standard");
    order.totals = new Order.Totals(eur(1400), eur(10), eur(490), eur(1), eur(1880), true);
    order.paying = order.paying.by("tok_new").held(UUID.randomUUID(), NOW.plusSeconds(60));
  }

  /** The rest is cancelled, all has arrived, and one unit came back and was paid back. */
  private static void liveOn(OrderDraft order) {
    var shipment = order.history.shipments().getFirst();
    var back = order.history.returns().getFirst();
    var payment = order.history.payments().getFirst();
    var line = new History.ReturnLine(1, 1, back.lines().getFirst().reason(), 0, 1);
    order.lines =
        order.lines.stream().map(one -> one.with(new OrderLine.Units(3, 1, 2, 1))).toList();
    order.history =
        order
            .history
            .with(shipment.deliver(NOW.plusSeconds(5)))
            .with(
                back.receive(
                        List.of(line), new History.Worth(eur(300), eur(100)), NOW.plusSeconds(6))
                    .refund(eur(400)))
            .with(new History.Payment(payment.paymentId(), payment.captured(), eur(400)))
            .captured(UUID.randomUUID(), eur(1));
    order.paying = order.paying.gone("expired");
  }

  private Work<CancelIntent> begin(Order order, Claim claim) {
    assertThat(tryToBegin(order, claim)).isEqualTo(1);
    return Work.of(begun(order, claim), INTENT);
  }

  private int tryToBegin(Order order, Claim claim) {
    Lease next = SAGAS.newLease(order.orderId(), CancelOrder.KIND);
    int rows = CHANGES.begin(begun(order, claim), claim, INTENT, next, SAGAS);
    lease = rows == 1 ? next : lease;
    return rows;
  }

  private static Order begun(Order order, Claim claim) {
    return order.begin(new Order.Active(CancelOrder.KIND, claim.requestId(), NOW), order.state());
  }

  private static Order confirmed() {
    return placed(OrderTest.order().lines());
  }

  private static Order placed(List<OrderLine> lines) {
    Order order = OrderTest.order().with(draft -> draft.lines = lines);
    Lease placing = SAGAS.newLease(order.orderId(), PlaceOrder.KIND);
    CHECKOUTS.place(order, claim(), placing, SAGAS);
    Order confirmed = order.confirm(NOW);
    CHECKOUTS.finish(confirmed, placing);
    return confirmed;
  }

  private static OrderLine line(int number, int quantity) {
    return new OrderLine(
        number,
        "SKU" + number,
        "Title",
        OrderLine.Units.of(quantity),
        new OrderLine.Prices(eur(5), eur(0), eur(0), "0.19", eur(5L * quantity), eur(1)),
        true);
  }

  private static Claim claim() {
    return new Claim("guest", "test", UUID.randomUUID(), new byte[] {1});
  }

  private static Money eur(long cents) {
    return new Money("EUR", cents);
  }

  private static TestDatabase migrated() {
    return TestDatabase.migrated("orders", url -> Database.migrate(config(url), Main.MIGRATIONS));
  }

  private static DatabaseConfig config(String url) {
    return Settings.read(Map.of("DATABASE_URL", url)::get, DatabaseConfig::read);
  }
}
