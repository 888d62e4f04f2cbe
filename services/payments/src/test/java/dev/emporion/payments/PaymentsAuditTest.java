package dev.emporion.payments;

import static dev.emporion.payments.Payments.assertDies;
import static dev.emporion.payments.Payments.assertRefused;
import static dev.emporion.payments.Payments.authorization;
import static dev.emporion.payments.Payments.captureOf;
import static dev.emporion.payments.Payments.refundOf;
import static dev.emporion.payments.Payments.start;
import static dev.emporion.payments.Payments.voidOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.emporion.common.v1.Violation;
import dev.emporion.payments.Payments.Running;
import dev.emporion.payments.ScriptedProvider.Call;
import dev.emporion.payments.v1.AuditPaymentsRequest;
import dev.emporion.payments.v1.CheckBooksRequest;
import dev.emporion.payments.v1.PaymentBooks;
import dev.emporion.platform.Caller;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator's audit asks: sound books are sound, and what is broken on purpose is found. */
class PaymentsAuditTest {
  private final ScriptedProvider provider = new ScriptedProvider();
  private Payments payments;
  private String id;

  @BeforeEach
  void capturedInPart() {
    payments = Payments.with("payments-audit-test", provider);
    id = payments.authorize(authorization(100)).getPaymentId();
    payments.capture(captureOf(id, 60));
    payments.refund(refundOf(id, 10));
  }

  @AfterEach
  void close() {
    payments.close();
  }

  @Test
  void soundBooksHaveNoViolationsWhateverIsUnderWay() {
    payments.giveUp(voidOf(Payments.id()));
    payments.giveUp(voidOf(payments.authorize(authorization(100)).getPaymentId()));
    provider.decline("card_declined");
    assertRefused(
        () -> payments.authorize(authorization(100)), Code.FAILED_PRECONDITION, "PAYMENT_DECLINED");
    provider.decline("");
    provider.dieAfter(Call.CAPTURE);
    assertDies(() -> payments.capture(captureOf(id, 10)));
    provider.dieAfter(Call.REFUND);
    assertDies(() -> payments.refund(refundOf(id, 10)));
    provider.dieAfter(Call.AUTHORIZE);
    var lost = authorization(100);
    assertDies(() -> payments.authorize(lost));
    provider.dieAfter(Call.GIVE_UP);
    assertDies(() -> payments.giveUp(voidOf(lost.getRequestId())));
    assertThat(payments.checkBooks().getViolationsList()).isEmpty();

    payments.age(1);
    payments.resolve(provider);

    var books = payments.checkBooks();
    assertThat(books.getViolationsList()).isEmpty();
    assertThat(books.getCountsMap())
        .containsEntry("payments", 5L)
        .containsEntry("operations", 7L)
        .containsEntry("ledger_entries", 18L);
  }

  @Test
  void thereIsNoFalseAlarmWhileMoneyMoves() throws Throwable {
    var stop = new AtomicBoolean();
    var writers = new ArrayList<Running<Integer>>();
    for (int i = 0; i < 4; i++) {
      writers.add(start(() -> moveMoneyUntil(stop)));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(payments.checkBooks().getViolationsList()).isEmpty();
    }
    stop.set(true);
    for (Running<Integer> writer : writers) {
      assertThat(writer.get()).isPositive();
    }
  }

  private int moveMoneyUntil(AtomicBoolean stop) {
    int rounds = 0;
    do {
      String payment = payments.authorize(authorization(100)).getPaymentId();
      payments.capture(captureOf(payment, 60));
      payments.refund(refundOf(payment, 10));
      payments.giveUp(voidOf(payment));
      rounds++;
    } while (!stop.get());
    return rounds;
  }

  @Test
  void anUnbalancedTransactionIsFound() {
    String transaction = payments.value("select transaction_id from ledger where kind = 'refund'");
    payments.sql(
        """
        create or replace view ledger_entries as
        select debit_entry_id as entry_id, transaction_id, debit_account as account, amount,
          currency, payment_id, order_id, kind, created_at from ledger
        union all
        select credit_entry_id, transaction_id, credit_account,
          -amount + case when kind = 'refund' then 3 else 0 end,
          currency, payment_id, order_id, kind, created_at from ledger
        """);
    assertThat(payments.checkBooks().getViolationsList())
        .containsExactly(
            Violation.newBuilder()
                .setInvariant("ledger-sums-to-zero")
                .setSubject(transaction)
                .setMessage("the entries of EUR sum to 3 minor units")
                .build());
  }

  @Test
  void aSumThatTheLedgerDoesNotHaveIsFound() {
    payments.sql("update payments set captured = 70, refunded = 10");
    assertFound(
        "ledger-agrees-with-payments",
        "AUTHORIZED: amount 100, captured 70, refunded 10; the ledger authorized 100, released 60,"
            + " captured 60, voided 0, refunded 10, moved elsewhere 0");
    assertFound(
        "operations-agree-with-payments",
        "AUTHORIZED: captured 70, capturing 0, refunded 10, refunding 0; its operations captured"
            + " 60, are capturing 0, refunded 10, are refunding 0; 0 voids done, 0 under way");
  }

  @Test
  void aHoldThatWasReleasedWithoutAnEntryIsFound() {
    payments.sql("update payments set state = 'VOIDED'");
    assertFound(
        "ledger-agrees-with-payments",
        "VOIDED: amount 100, captured 60, refunded 10; the ledger authorized 100, released 60,"
            + " captured 60, voided 0, refunded 10, moved elsewhere 0");
  }

  @Test
  void anEntryOfAnotherOrderOrAccountIsFound() {
    payments.sql("alter table ledger disable trigger all");
    payments.sql("update ledger set order_id = gen_random_uuid() where kind = 'refund'");
    assertThat(found("ledger-agrees-with-payments"))
        .extracting(Violation::getSubject, Violation::getMessage)
        .containsExactly(
            tuple(
                id,
                "AUTHORIZED: amount 100, captured 60, refunded 10; the ledger authorized 100,"
                    + " released 60, captured 60, voided 0, refunded 0, moved elsewhere 0"),
            tuple(
                id,
                "no such payment: amount 0, captured 0, refunded 0; the ledger authorized 0,"
                    + " released 0, captured 0, voided 0, refunded 10, moved elsewhere 0"));
    payments.sql(
        "update ledger set debit_account = 'pocket', order_id = p.order_id from payments p"
            + " where kind = 'refund'");
    assertFound(
        "ledger-agrees-with-payments",
        "AUTHORIZED: amount 100, captured 60, refunded 10; the ledger authorized 100,"
            + " released 60, captured 60, voided 0, refunded 0, moved elsewhere 10");
  }

  @Test
  void aLostPaymentIsFoundByItsEntriesItsOperationsAndItsEvents() {
    payments.sql("delete from payments");
    assertThat(payments.checkBooks().getViolationsList())
        .extracting(Violation::getInvariant, Violation::getSubject)
        .containsExactly(
            tuple("ledger-agrees-with-payments", id),
            tuple("operations-agree-with-payments", id),
            tuple("one-event-a-change", id));
  }

  @Test
  void aLostOperationIsFound() {
    payments.sql("delete from operations where kind = 'REFUND'");
    assertFound(
        "operations-agree-with-payments",
        "AUTHORIZED: captured 60, capturing 0, refunded 10, refunding 0; its operations captured"
            + " 60, are capturing 0, refunded 0, are refunding 0; 0 voids done, 0 under way");
  }

  @Test
  void aPaymentThatIsVoidingForNobodyIsFound() {
    payments.sql("update payments set voiding = true");
    assertThat(found("operations-agree-with-payments")).hasSize(1);
    assertThat(payments.checkBooks().getViolationCount()).isOne();
  }

  @Test
  void aLostEventIsFound() {
    payments.sql("delete from outbox where sequence = 2");
    assertFound("one-event-a-change", "changed 3 times, told 2 times, the last event is number 3");
  }

  @Test
  void paymentsAreReadPageByPageWithoutTombstones() {
    var made = new ArrayList<>(List.of(id));
    for (int i = 0; i < 4; i++) {
      made.add(payments.authorize(authorization(100)).getPaymentId());
      payments.giveUp(voidOf(Payments.id()));
    }

    var found = new ArrayList<String>();
    var page = AuditPaymentsRequest.newBuilder().setPageSize(2);
    List<PaymentBooks> rows;
    do {
      rows = payments.audit(page.build());
      rows.forEach(row -> found.add(row.getPayment().getPaymentId()));
      page.setAfterPaymentId(found.getLast());
    } while (rows.size() == 2);

    assertThat(found).containsExactlyElementsOf(made.stream().sorted().toList());
    assertThat(payments.audit(AuditPaymentsRequest.getDefaultInstance())).hasSize(5);
  }

  @Test
  void aPaymentIsReadByItsIdWithTheKeyThatTheProviderHas() {
    assertThat(
            payments.audit(
                AuditPaymentsRequest.newBuilder()
                    .addPaymentIds(id)
                    .addPaymentIds(Payments.id())
                    .build()))
        .containsExactly(
            PaymentBooks.newBuilder()
                .setPayment(payments.get(id))
                .setAuthorizationKey(id)
                .setInFlight(false)
                .build());
  }

  @Test
  void whatHasNoOutcomeIsInFlight() {
    provider.dieAfter(Call.CAPTURE);
    assertDies(() -> payments.capture(captureOf(id, 10)));
    assertThat(payments.audit(id).getInFlight()).isTrue();
    var lost = authorization(100);
    provider.loseAnswer(Call.AUTHORIZE);
    assertRefused(() -> payments.authorize(lost), Code.UNAVAILABLE, "PROVIDER_UNAVAILABLE");
    assertThat(payments.audit(lost.getRequestId()).getInFlight()).isTrue();
  }

  @Test
  void nobodyButAnOperatorMayAsk() {
    for (Caller caller : List.of(Caller.GUEST, Caller.merchant("m"), Caller.service("orders"))) {
      Caller.as(
          caller,
          () -> {
            assertRefused(
                () -> payments.stub().checkBooks(CheckBooksRequest.getDefaultInstance()),
                Code.PERMISSION_DENIED,
                "CALLER_NOT_ALLOWED");
            assertRefused(
                () -> payments.stub().auditPayments(AuditPaymentsRequest.getDefaultInstance()),
                Code.PERMISSION_DENIED,
                "CALLER_NOT_ALLOWED");
          });
    }
  }

  private void assertFound(String invariant, String message) {
    assertThat(found(invariant))
        .containsExactly(
            Violation.newBuilder()
                .setInvariant(invariant)
                .setSubject(id)
                .setMessage(message)
                .build());
  }

  private List<Violation> found(String invariant) {
    return payments.checkBooks().getViolationsList().stream()
        .filter(violation -> violation.getInvariant().equals(invariant))
        .toList();
  }
}
