package dev.emporion.payments;

import static dev.emporion.payments.Payments.assertDies;
import static dev.emporion.payments.Payments.assertRefused;
import static dev.emporion.payments.Payments.authorization;
import static dev.emporion.payments.Payments.captureOf;
import static dev.emporion.payments.Payments.euros;
import static dev.emporion.payments.Payments.start;
import static dev.emporion.payments.Payments.voidOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import dev.emporion.payments.Payments.Running;
import dev.emporion.payments.ScriptedProvider.Call;
import dev.emporion.payments.v1.AuthorizeRequest;
import dev.emporion.payments.v1.LedgerEntry;
import dev.emporion.payments.v1.ListLedgerEntriesRequest;
import dev.emporion.payments.v1.ListPaymentsRequest;
import dev.emporion.payments.v1.Payment;
import dev.emporion.payments.v1.PaymentEvent;
import dev.emporion.payments.v1.PaymentState;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PaymentsServiceTest {
  private static final ScriptedProvider PROVIDER = new ScriptedProvider();
  private static final Payments PAYMENTS = Payments.with("payments-service-test", PROVIDER);

  @BeforeEach
  void forget() {
    PROVIDER.reset();
  }

  @AfterAll
  static void close() {
    PAYMENTS.assertConsistent();
    PAYMENTS.close();
  }

  @Test
  void anAuthorizationIsMadeAndRead() {
    AuthorizeRequest request = authorization(1240);
    Payment payment = PAYMENTS.authorize(request);
    assertThat(payment.getPaymentId()).isEqualTo(request.getRequestId());
    assertThat(payment.getOrderId()).isEqualTo(request.getOrderId());
    assertThat(payment.getState()).isEqualTo(PaymentState.PAYMENT_STATE_AUTHORIZED);
    assertThat(payment.getAmount()).isEqualTo(euros(1240));
    assertThat(payment.getCapturedAmount()).isEqualTo(euros(0));
    assertThat(payment.getProvider()).isEqualTo("scripted");
    assertThat(payment.getProviderReference()).isEqualTo("ref-1");
    assertThat(PAYMENTS.get(payment.getPaymentId())).isEqualTo(payment);
    assertThat(PAYMENTS.events(payment.getPaymentId()))
        .containsExactly(
            PaymentEvent.newBuilder()
                .setSequence(1)
                .setOccurTime(payment.getUpdateTime())
                .setPayment(payment)
                .build());
  }

  @Test
  void aRepetitionGetsThePaymentAsItNowStands() {
    AuthorizeRequest request = authorization(100);
    Payment first = PAYMENTS.authorize(request);
    assertThat(PAYMENTS.authorize(request)).isEqualTo(first);
    Payment captured = PAYMENTS.capture(captureOf(first.getPaymentId(), 100));
    assertThat(PAYMENTS.authorize(request)).isEqualTo(captured);
    assertThat(PROVIDER.calls(Call.AUTHORIZE)).isEqualTo(1);
  }

  @Test
  void aRequestIdServesOneAuthorization() {
    AuthorizeRequest request = authorization(100);
    PAYMENTS.authorize(request);
    assertRefused(
        () -> PAYMENTS.authorize(request.toBuilder().setAmount(euros(101)).build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
    assertRefused(
        () -> PAYMENTS.authorize(request.toBuilder().setPaymentToken("tok_other").build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
  }

  @Test
  void fiftyTwinsAreOneChargeOneTransactionAndFiftyEqualAnswers() throws Throwable {
    AuthorizeRequest request = authorization(100);
    var running = new ArrayList<Running<Payment>>();
    for (int i = 0; i < 50; i++) {
      running.add(start(() -> PAYMENTS.authorize(request)));
    }
    Payment first = running.getFirst().get();
    for (Running<Payment> one : running) {
      assertThat(one.get()).isEqualTo(first);
    }
    assertThat(PROVIDER.charges()).isEqualTo(1);
    assertThat(PAYMENTS.entries(first.getPaymentId())).hasSize(2);
    assertThat(PAYMENTS.events(first.getPaymentId())).hasSize(1);
  }

  @Test
  void aDeclineIsForGood() {
    AuthorizeRequest request = authorization(100);
    PROVIDER.decline("insufficient_funds");
    for (int i = 0; i < 2; i++) {
      var refusal =
          assertRefused(
              () -> PAYMENTS.authorize(request), Code.FAILED_PRECONDITION, "PAYMENT_DECLINED");
      assertThat(refusal.metadata()).containsEntry("decline_code", "insufficient_funds");
      PROVIDER.decline("");
    }
    assertThat(PAYMENTS.get(request.getRequestId()).getDeclineCode())
        .isEqualTo("insufficient_funds");
    assertThat(PAYMENTS.entries(request.getRequestId())).isEmpty();
    assertThat(PAYMENTS.events(request.getRequestId())).hasSize(1);
  }

  @Test
  void withoutAnAnswerItStaysPendingTellsNothingAndIsRepeated() {
    AuthorizeRequest request = authorization(100);
    PROVIDER.loseAnswer(Call.AUTHORIZE);
    var refusal =
        assertRefused(() -> PAYMENTS.authorize(request), Code.UNAVAILABLE, "PROVIDER_UNAVAILABLE");
    assertThat(refusal.detail(RetryInfo.class)).isPresent();
    Payment pending = PAYMENTS.get(request.getRequestId());
    assertThat(pending.getState()).isEqualTo(PaymentState.PAYMENT_STATE_PENDING);
    assertThat(PAYMENTS.events(request.getRequestId())).isEmpty();
    assertThat(PAYMENTS.entries(request.getRequestId())).isEmpty();
    assertThat(PAYMENTS.authorize(request).getState())
        .isEqualTo(PaymentState.PAYMENT_STATE_AUTHORIZED);
    assertThat(PROVIDER.charges()).isEqualTo(1);
  }

  @Test
  void whatNobodyRepeatsIsResolved() {
    String captured = PAYMENTS.authorize(authorization(100)).getPaymentId();
    PROVIDER.dieAfter(Call.CAPTURE);
    assertDies(() -> PAYMENTS.capture(captureOf(captured, 60)));
    String voided = PAYMENTS.authorize(authorization(100)).getPaymentId();
    PROVIDER.dieBefore(Call.GIVE_UP);
    assertDies(() -> PAYMENTS.giveUp(voidOf(voided)));
    PAYMENTS.age(1);
    PAYMENTS.resolve(PROVIDER);
    assertThat(PAYMENTS.get(captured).getCapturedAmount()).isEqualTo(euros(60));
    assertThat(PAYMENTS.get(voided).getState()).isEqualTo(PaymentState.PAYMENT_STATE_VOIDED);
    assertThat(PROVIDER.captured()).isEqualTo(60);
    assertThat(PROVIDER.live()).isEqualTo(40);
  }

  @Test
  void thePaymentTokenIsErasedWithTheOutcomeAndToldToNobody() {
    AuthorizeRequest request = authorization(100);
    PROVIDER.loseAnswer(Call.AUTHORIZE);
    var refusal =
        assertRefused(() -> PAYMENTS.authorize(request), Code.UNAVAILABLE, "PROVIDER_UNAVAILABLE");
    assertThat(refusal.toString()).doesNotContain("tok_");
    String stored =
        "select payment_token from payments where payment_id = '%s'"
            .formatted(request.getRequestId());
    assertThat(PAYMENTS.value(stored)).isEqualTo(request.getPaymentToken());
    Payment payment = PAYMENTS.authorize(request);
    assertThat(PAYMENTS.value(stored)).isNull();
    assertThat(payment.toString()).doesNotContain("tok_");
    assertThat(PAYMENTS.events(payment.getPaymentId()).toString()).doesNotContain("tok_");
  }

  @Test
  void amountsAndCurrenciesThatAreNoneAreRefusedByName() {
    var yen = com.google.type.Money.newBuilder().setCurrencyCode("JPY").setNanos(500_000_000);
    var refusal =
        assertRefused(
            () -> PAYMENTS.authorize(authorization(1).toBuilder().setAmount(yen).build()),
            Code.INVALID_ARGUMENT,
            "INVALID_VALUE");
    assertThat(refusal.detail(BadRequest.class).orElseThrow().getFieldViolations(0).getField())
        .isEqualTo("amount");
    var none = com.google.type.Money.newBuilder().setCurrencyCode("QQQ").setUnits(1);
    assertRefused(
        () -> PAYMENTS.authorize(authorization(1).toBuilder().setAmount(none).build()),
        Code.INVALID_ARGUMENT,
        "INVALID_VALUE");
    assertRefused(
        () -> PAYMENTS.authorize(authorization(1).toBuilder().clearPaymentToken().build()),
        Code.INVALID_ARGUMENT,
        "VIOLATED_FIELD");
  }

  @Test
  void aPaymentThatIsNotThereIsNotFound() {
    assertRefused(() -> PAYMENTS.get(Payments.id()), Code.NOT_FOUND, "PAYMENT_NOT_FOUND");
  }

  @Test
  void paymentsAreListedPageByPageNewestFirst() {
    String order = Payments.id();
    var ids = new ArrayList<String>();
    for (int i = 0; i < 7; i++) {
      var request = authorization(100).toBuilder().setOrderId(order).build();
      ids.add(PAYMENTS.authorize(request).getPaymentId());
      PAYMENTS.authorize(authorization(100));
    }
    PAYMENTS.giveUp(voidOf(ids.get(3)));
    assertThat(listPayments("order_id = " + order)).isEqualTo(ids.reversed());
    assertThat(listPayments("state = VOIDED AND order_id = " + order)).containsExactly(ids.get(3));
    assertThat(listPayments("create_time < \"2020-01-01T00:00:00Z\"")).isEmpty();
    assertRefused(() -> listPayments("token = x"), Code.INVALID_ARGUMENT, "INVALID_FILTER");
    assertRefused(
        () ->
            PAYMENTS
                .stub()
                .listPayments(ListPaymentsRequest.newBuilder().setPageToken("x").build()),
        Code.INVALID_ARGUMENT,
        "INVALID_PAGE_TOKEN");
  }

  @Test
  void theLedgerIsListedPageByPageNewestFirst() {
    AuthorizeRequest request = authorization(100);
    String id = PAYMENTS.authorize(request).getPaymentId();
    for (int i = 0; i < 3; i++) {
      PAYMENTS.capture(captureOf(id, 10));
    }
    List<LedgerEntry> entries = listEntries("payment_id = " + id);
    assertThat(entries).hasSize(14);
    assertThat(entries.getLast().getKind()).isEqualTo("authorize");
    assertThat(new HashSet<>(entries)).hasSize(14);
    assertThat(listEntries("order_id = " + request.getOrderId())).isEqualTo(entries);
    assertThat(listEntries("account = provider_receivable AND payment_id = " + id))
        .hasSize(3)
        .allMatch(entry -> entry.getAmount().equals(euros(10)));
    Set<String> transactions = new HashSet<>();
    entries.forEach(entry -> transactions.add(entry.getTransactionId()));
    assertThat(transactions).hasSize(7);
  }

  private static List<String> listPayments(String filter) {
    var ids = new ArrayList<String>();
    var request = ListPaymentsRequest.newBuilder().setFilter(filter).setPageSize(3);
    do {
      var page = PAYMENTS.stub().listPayments(request.build());
      page.getPaymentsList().forEach(payment -> ids.add(payment.getPaymentId()));
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return ids;
  }

  private static List<LedgerEntry> listEntries(String filter) {
    var entries = new ArrayList<LedgerEntry>();
    var request = ListLedgerEntriesRequest.newBuilder().setFilter(filter).setPageSize(3);
    do {
      var page = PAYMENTS.stub().listLedgerEntries(request.build());
      entries.addAll(page.getLedgerEntriesList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return entries;
  }
}
