package dev.emporion.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.payments.Payment.State;
import dev.emporion.payments.PaymentStore.Stored;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Database;
import dev.emporion.platform.Money;
import dev.emporion.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What the database itself guards, whatever the code above does. */
class PaymentStoreTest {
  private static final TestDatabase TEST_DATABASE = Payments.emptyDatabase();
  private static final Database DATABASE = Database.open(Payments.config(TEST_DATABASE.url()));
  private static final PaymentStore STORE = new PaymentStore(DATABASE);
  private static final AuthorizationStore AUTHORIZATIONS = new AuthorizationStore(DATABASE, STORE);
  private static final Money AMOUNT = new Money("EUR", 100);
  private static final Instant NOW = Instant.parse("2026-01-31T08:00:00Z");

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  void anIntentIsCommittedOnceAndThenFound() {
    Claim claim = claim();
    UUID order = UUID.randomUUID();
    Stored made = AUTHORIZATIONS.begin(claim, order, AMOUNT, "simulator", "tok_ok");
    Stored found = AUTHORIZATIONS.begin(claim, order, AMOUNT, "simulator", "tok_ok");
    assertThat(found.payment()).isEqualTo(made.payment());
    assertThat(found.token()).isEqualTo("tok_ok");
    assertThat(found.requestHash()).isEqualTo(claim.payloadHash());
    assertThat(STORE.find(claim.requestId()).orElseThrow().payment()).isEqualTo(made.payment());
  }

  @Test
  void whatIsSavedIsWhatIsRead() {
    Payment authorized = authorized();
    assertThat(find(authorized)).isEqualTo(authorized);
    assertThat(STORE.find(authorized.id()).orElseThrow().token()).isNull();
  }

  @Test
  void aChangeOfAnOlderRevisionIsNotSavedAndNeitherIsWhatGoesWithIt() {
    Payment authorized = authorized();
    Payment voiding = authorized.voiding(true);
    Operation gone = operation(Operation.Kind.VOID, authorized.id());
    assertThat(STORE.open(authorized, voiding, gone)).isTrue();
    Operation capture = operation(Operation.Kind.CAPTURE, authorized.id());
    assertThat(STORE.open(authorized, authorized.captureBegun(10), capture)).isFalse();
    assertThat(STORE.load(capture.requestId(), authorized.id()).operation()).isNull();
    assertThat(find(authorized)).isEqualTo(voiding);
  }

  @Test
  void aRequestIdOpensOneOperationOnly() {
    Payment authorized = authorized();
    Operation capture = operation(Operation.Kind.CAPTURE, authorized.id());
    Payment begun = authorized.captureBegun(10);
    assertThat(STORE.open(authorized, begun, capture)).isTrue();
    assertThat(STORE.open(begun, begun.captureBegun(10), capture)).isFalse();
    assertThat(find(authorized)).isEqualTo(begun);
  }

  @Test
  void aTombstoneIsNotLaidOverAPayment() {
    Payment authorized = authorized();
    Operation gone = operation(Operation.Kind.VOID, authorized.id());
    Payment tombstone = Payment.tombstone(authorized.id(), "simulator", NOW);
    assertThat(STORE.bury(tombstone, gone.done(PaymentProto.payment(tombstone)))).isFalse();
    assertThat(find(authorized)).isEqualTo(authorized);
  }

  @Test
  void theDatabaseRefusesToCaptureMoreThanIsHeld() {
    Payment authorized = authorized();
    Operation capture = operation(Operation.Kind.CAPTURE, authorized.id());
    assertRefused(
        () -> STORE.open(authorized, authorized.captureBegun(101), capture), "payments_check");
  }

  @Test
  void theDatabaseRefusesToRefundMoreThanWasCaptured() {
    Payment authorized = authorized();
    Operation refund = operation(Operation.Kind.REFUND, authorized.id());
    assertRefused(
        () -> STORE.open(authorized, authorized.refundBegun(1), refund), "payments_check");
  }

  @Test
  void theDatabaseRefusesACaptureOfWhatWasVoided() {
    Payment authorized = authorized();
    Payment voided = authorized.voided("ref", NOW);
    Operation gone = operation(Operation.Kind.VOID, authorized.id());
    assertThat(STORE.open(authorized, voided, gone.done(PaymentProto.payment(voided)))).isTrue();
    Operation capture = operation(Operation.Kind.CAPTURE, authorized.id());
    assertRefused(() -> STORE.open(voided, voided.captureBegun(1), capture), "payments_check");
  }

  @Test
  void theLedgerIsOnlyEverAddedTo() throws SQLException {
    authorized();
    for (String change : new String[] {"delete from ledger", "update ledger set amount = 1"}) {
      try (Connection connection = TEST_DATABASE.connect();
          Statement sql = connection.createStatement()) {
        assertThatThrownBy(() -> sql.execute(change)).hasMessageContaining("only ever added to");
      }
    }
  }

  @Test
  void unfinishedOperationsAreFoundAndFinishedOnesAreNot() {
    Payment authorized = authorized();
    Operation capture = operation(Operation.Kind.CAPTURE, authorized.id());
    Payment begun = authorized.captureBegun(10);
    STORE.open(authorized, begun, capture);
    assertThat(STORE.unfinishedCaptures(authorized.id(), 10))
        .extracting(Operation::requestId, Operation::amount)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(capture.requestId(), new Money("EUR", 10)));
    assertThat(STORE.unfinishedSince(3600, 10)).isEmpty();
    assertThat(STORE.unfinishedSince(0, 10))
        .extracting(Operation::requestId)
        .contains(capture.requestId());
    Payment captured = begun.captured(10, false, NOW);
    STORE.close(begun, captured, capture.done(PaymentProto.payment(captured)));
    assertThat(STORE.unfinishedCaptures(authorized.id(), 10)).isEmpty();
    assertThat(STORE.load(capture.requestId(), authorized.id()).operation().state())
        .isEqualTo(Operation.State.DONE);
  }

  private static Payment authorized() {
    Stored stored = AUTHORIZATIONS.begin(claim(), UUID.randomUUID(), AMOUNT, "simulator", "tok_ok");
    Instant now = stored.payment().createTime();
    Payment authorized = stored.payment().authorized("ref", NOW, now);
    assertThat(AUTHORIZATIONS.save(stored.payment(), authorized)).isTrue();
    assertThat(authorized.state()).isEqualTo(State.AUTHORIZED);
    return authorized;
  }

  private static Payment find(Payment payment) {
    return STORE.find(payment.id()).orElseThrow().payment();
  }

  private static Operation operation(Operation.Kind kind, UUID paymentId) {
    Money amount = kind == Operation.Kind.VOID ? null : new Money("EUR", 10);
    return Operation.wanted(claim(), kind, paymentId, amount, "");
  }

  private static Claim claim() {
    return new Claim("service/orders", "rpc", UUID.randomUUID(), new byte[] {1, 2, 3});
  }

  private static void assertRefused(ThrowingCallable write, String constraint) {
    assertThatThrownBy(write).hasMessageContaining(constraint);
  }
}
