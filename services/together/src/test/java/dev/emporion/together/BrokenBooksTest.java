package dev.emporion.together;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.orders.v1.Order;
import dev.emporion.simulator.v1.Authorization;
import dev.emporion.together.Sabotage.Deed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proof that the audit can fail: each invariant is broken on purpose, one at a time, the way that a
 * bug or a person could: by a call that no saga made, or behind a service's back in its database.
 * The audit names it, and finds nothing before it and after it was mended.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BrokenBooksTest {
  @TempDir static Path simulatorData;
  private static Shop shop;
  private static Auditor auditor;
  private static Sabotage sabotage;
  private static Order confirmed;
  private static Order shipped;
  private static Order cancelled;

  @BeforeAll
  static void open() throws Exception {
    shop = new Shop(simulatorData);
    auditor = new Auditor(shop);
    sabotage = new Sabotage(shop);
    Trade trade = new Trade(shop).open(100);
    confirmed = trade.order(2, "tok_ok");
    cancelled = trade.cancel(trade.order(1, "tok_ok"));
    trade.order(1, "tok_declined");
    trade.ship(trade.order(3, "tok_ok"), 1);
    shipped = trade.deliver(trade.ship(trade.order(2, "tok_ok"), 2));
    auditor.mustBeSound();
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @Test
  void aLostMovement() throws Exception {
    broken(
        "on-hand-is-the-sum-of-movements",
        "MUG-BLUE@berlin",
        sql(
            "inventory",
            "create table lost as table movements",
            "delete from movements where reservation_id = '" + shipped.getReservationId() + "'"),
        sql(
            "inventory",
            "insert into movements table lost on conflict do nothing",
            "drop table lost"));
  }

  @Test
  void stockReservedTooMuch() throws Exception {
    broken(
        "reserved-is-what-reservations-hold",
        "MUG-BLUE@berlin",
        sql("inventory", "update stock_levels set reserved = reserved + 1"),
        sql("inventory", "update stock_levels set reserved = reserved - 1"));
  }

  @Test
  void moreReservedThanThereIs() throws Exception {
    String rule = "constraint stock_levels_never_oversold check (reserved between 0 and on_hand)";
    broken(
        "reserved-within-on-hand",
        "MUG-BLUE@berlin",
        sql(
            "inventory",
            "alter table stock_levels drop constraint stock_levels_never_oversold",
            "update stock_levels set reserved = reserved + 1000"),
        sql(
            "inventory",
            "update stock_levels set reserved = reserved - 1000",
            "alter table stock_levels add " + rule));
  }

  @Test
  void aReservationForNoOrder() throws Exception {
    String id = Sale.newId();
    broken(
        "reservation-has-an-order", id, sabotage.reserve(id, Sale.newId()), sabotage.release(id));
  }

  @Test
  void aReservationOfMoreThanIsOpen() throws Exception {
    String line = " where reservation_id = '" + confirmed.getReservationId() + "'";
    broken(
        "reservation-holds-what-is-open",
        confirmed.getOrderId(),
        sql(
            "inventory",
            "update reservation_lines set quantity = quantity + 1" + line,
            "update stock_levels set reserved = reserved + 1"),
        sql(
            "inventory",
            "update reservation_lines set quantity = quantity - 1" + line,
            "update stock_levels set reserved = reserved - 1"));
  }

  @Test
  void aLostReservation() throws Exception {
    String which = " where reservation_id = '" + confirmed.getReservationId() + "'";
    broken(
        "order-has-its-reservation",
        confirmed.getOrderId(),
        sql(
            "inventory",
            "create table lost as table reservations",
            "delete from reservations" + which),
        sql(
            "inventory",
            "insert into reservations table lost on conflict do nothing",
            "drop table lost"));
  }

  @Test
  void stockThatLeftByNoShipment() throws Exception {
    String line = " where reservation_id = '" + shipped.getReservationId() + "'";
    broken(
        "stock-left-with-shipments",
        shipped.getOrderId(),
        sql("inventory", "update reservation_lines set committed = committed - 1" + line),
        sql("inventory", "update reservation_lines set committed = committed + 1" + line));
  }

  @Test
  void aCancelledOrderThatHoldsStock() throws Exception {
    String which = " where reservation_id = '" + cancelled.getReservationId() + "'";
    broken(
        "closed-order-holds-nothing",
        cancelled.getOrderId(),
        sql("inventory", "update reservations set state = 'ACTIVE'" + which),
        sql("inventory", "update reservations set state = 'RELEASED'" + which));
  }

  @Test
  void aCancelledOrderThatHoldsMoney() throws Exception {
    String id = Sale.newId();
    broken(
        "closed-order-holds-nothing", id, sabotage.authorize(id, cancelled), sabotage.giveUp(id));
  }

  @Test
  void aDoubleAuthorization() throws Exception {
    String id = Sale.newId();
    broken("order-knows-its-payments", id, sabotage.authorize(id, confirmed), sabotage.giveUp(id));
  }

  @Test
  void anAuthorizationThatTheOrderDoesNotMean() throws Exception {
    String order = " where order_id = '" + confirmed.getOrderId() + "'";
    broken(
        "authorization-is-what-is-open",
        confirmed.getOrderId(),
        sql("orders", "update orders set payment_id = gen_random_uuid()" + order),
        sql("orders", "update orders set payment_id = '" + confirmed.getPaymentId() + "'" + order));
  }

  @Test
  void anUnbalancedLedger() throws Exception {
    broken(
        "ledger-sums-to-zero",
        "EUR",
        sql(
            "payments",
            "alter view ledger_entries rename to sound_entries",
            "create view ledger_entries as select entry_id, transaction_id, account, amount + 1"
                + " as amount, currency, payment_id, order_id, kind, created_at"
                + " from sound_entries"),
        sql(
            "payments",
            "drop view ledger_entries",
            "alter view sound_entries rename to ledger_entries"));
  }

  @Test
  void aLedgerThatWasRewritten() throws Exception {
    String captured = " where kind = 'capture' and payment_id = '" + shipped.getPaymentId() + "'";
    broken(
        "ledger-agrees-with-payments",
        shipped.getPaymentId(),
        sql(
            "payments",
            "alter table ledger disable trigger ledger_is_append_only",
            "update ledger set amount = amount - 1" + captured),
        sql(
            "payments",
            "update ledger set amount = amount + 1" + captured,
            "alter table ledger enable trigger ledger_is_append_only"));
  }

  @Test
  void aLostOperation() throws Exception {
    String which = " where kind = 'CAPTURE' and payment_id = '" + shipped.getPaymentId() + "'";
    broken(
        "operations-agree-with-payments",
        shipped.getPaymentId(),
        sql("payments", "create table lost as table operations", "delete from operations" + which),
        sql(
            "payments",
            "insert into operations table lost on conflict do nothing",
            "drop table lost"));
  }

  @Test
  void anEventThatWasNeverWritten() throws Exception {
    for (String service : List.of("orders", "inventory", "payments", "shipping")) {
      broken(
          "one-event-a-change",
          service,
          sql(
              service,
              "create table lost as table outbox",
              "delete from outbox where aggregate_id = (select min(aggregate_id::text)::uuid from"
                  + " outbox)"),
          sql(service, "insert into outbox table lost on conflict do nothing", "drop table lost"));
    }
  }

  @Test
  void aLostShipment() throws Exception {
    String id = shipped.getShipments(0).getShipmentId();
    broken(
        "shipment-is-the-orders",
        shipped.getOrderId(),
        sql(
            "shipping",
            "create table lost as table shipments",
            "create table lost_lines as table shipment_lines",
            "delete from shipment_lines where shipment_id = '" + id + "'",
            "delete from shipments where shipment_id = '" + id + "'"),
        sql(
            "shipping",
            "insert into shipments table lost on conflict do nothing",
            "insert into shipment_lines table lost_lines on conflict do nothing",
            "drop table lost",
            "drop table lost_lines"));
  }

  @Test
  void aShipmentThatTheOrderDoesNotKnow() throws Exception {
    String id = Sale.newId();
    broken(
        "order-knows-its-shipments",
        id,
        sabotage.createShipment(id, confirmed),
        sabotage.cancelShipment(id));
  }

  @Test
  void unitsThatWereShippedTwice() throws Exception {
    String line = " where order_id = '" + shipped.getOrderId() + "'";
    broken(
        "lines-agree-with-shipments",
        shipped.getOrderId(),
        sql("orders", "update order_lines set shipped_quantity = shipped_quantity - 1" + line),
        sql("orders", "update order_lines set shipped_quantity = shipped_quantity + 1" + line));
  }

  @Test
  void twoOrdersOfOneCart() throws Exception {
    broken(
        "one-live-order-a-cart",
        "cart " + confirmed.getCartId(),
        sql(
            "orders",
            "update orders set cart_id = '"
                + confirmed.getCartId()
                + "' where order_id = '"
                + shipped.getOrderId()
                + "'"),
        sql("orders", "update orders set cart_id = live_cart_id where live_cart_id is not null"));
  }

  @Test
  void aSagaThatNobodyTakesOver() throws Exception {
    broken(
        "saga-finished-parked-or-due",
        confirmed.getOrderId(),
        sql(
            "orders",
            "insert into sagas (subject, kind, owner, lease_until) values ('"
                + confirmed.getOrderId()
                + "', 'of-a-newer-release', 'x', now() - interval '1 minute')"),
        sql("orders", "delete from sagas"));
  }

  @Test
  void aChargeWithoutAPayment() throws Exception {
    var charge = new ArrayList<Authorization>();
    broken(
        "charge-has-a-payment",
        confirmed.getOrderId(),
        () -> charge.add(sabotage.charge("by hand", confirmed)),
        () -> sabotage.giveUpThere(charge.getFirst()));
  }

  @Test
  void aPaymentThatWasChargedTwice() throws Exception {
    var charge = new ArrayList<Authorization>();
    broken(
        "charged-once",
        confirmed.getPaymentId(),
        () -> {
          sabotage.keepKeys(Duration.ZERO);
          charge.add(sabotage.charge(confirmed.getPaymentId(), confirmed));
          sabotage.keepKeys(Duration.ofDays(1));
        },
        () -> sabotage.giveUpThere(charge.getFirst()));
  }

  /** What cannot be taken back: each on an order of its own, that the audit did not name before. */
  @Test
  @org.junit.jupiter.api.Order(Integer.MAX_VALUE)
  void whatCannotBeMended() throws Exception {
    Trade trade = new Trade(shop);
    Order taken = trade.order(1, "tok_ok");
    Order refunded = trade.ship(trade.order(1, "tok_ok"), 1);
    Order voided = trade.order(1, "tok_ok");
    Order gone = trade.order(1, "tok_ok");
    auditor.mustBeSound();

    sabotage.capture(taken.getPaymentId(), Sale.euros(100));
    sabotage.refund(refunded.getPayments(0).getPaymentId(), Sale.euros(100));
    sabotage.giveUp(voided.getPaymentId()).run();
    sabotage.giveUpThere(sabotage.authorization(gone.getPaymentId()));

    Auditor.Verdict verdict = auditor.audit();
    assertThat(verdict.of("captured-is-what-shipped"))
        .singleElement()
        .asString()
        .contains(taken.getOrderId(), "1.00 EUR");
    assertThat(verdict.of("refunded-is-what-was-given-back"))
        .singleElement()
        .asString()
        .contains(refunded.getOrderId(), "1.00 EUR");
    assertThat(verdict.of("authorization-is-what-is-open"))
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).contains(taken.getOrderId()))
        .anySatisfy(line -> assertThat(line).contains(voided.getOrderId(), "holds 0"));
    assertThat(verdict.of("provider-agrees-with-payments"))
        .singleElement()
        .asString()
        .contains(gone.getPaymentId(), "VOIDED");
    assertThat(verdict.lines().getLast()).endsWith("violations=5");
  }

  private static Deed sql(String service, String... statements) {
    return sabotage.sql(service, statements);
  }

  private static void broken(String invariant, String subject, Deed deed, Deed mend)
      throws Exception {
    deed.run();
    try {
      Auditor.Verdict verdict = auditor.audit();
      assertThat(verdict.exitCode()).as(verdict.toString()).isEqualTo(1);
      assertThat(verdict.of(invariant))
          .as(verdict.toString())
          .anySatisfy(line -> assertThat(line).contains(subject));
    } finally {
      mend.run();
    }
    auditor.mustBeSound();
  }
}
