package dev.emporion.audit;

import static dev.emporion.audit.SoundOrder.euros;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.common.v1.Books;
import dev.emporion.common.v1.Violation;
import dev.emporion.inventory.v1.ReservationState;
import dev.emporion.orders.v1.OrderBooks;
import dev.emporion.payments.v1.PaymentState;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditTest {
  private static final int PAGE = 2;
  private static final int ORDERS = 5;

  private FakeShop shop;
  private SoundOrder order;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private Pause pause = millis -> {};

  @BeforeEach
  void open() throws IOException {
    shop = new FakeShop();
    for (int i = 0; i < ORDERS; i++) {
      order = new SoundOrder(i).in(shop);
    }
    shop.books.put("inventory", Books.newBuilder().putCounts("movements", 7).build());
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void aSoundShopHasNoViolations() {
    assertThat(audit()).isZero();
    assertThat(lastLine()).isEqualTo("audit: orders=5 payments=5 movements=7 violations=0");
  }

  @Test
  void noMoreThanAPageIsAskedForAtOnce() {
    audit();
    assertThat(shop.largestPage).isEqualTo(PAGE);
  }

  @Test
  void whatAServiceFindsInItsOwnBooksIsNamed() {
    shop.books.put("payments", books("ledger-sums-to-zero"));
    assertThat(audit()).isEqualTo(1);
    assertThat(text()).contains("ledger-sums-to-zero  payments X  is broken");
    assertThat(lastLine()).endsWith("violations=1");
  }

  @Test
  void whatAServiceDoesNotFindAgainIsNoViolation() {
    shop.books.put("orders", books("saga-finished-parked-or-due"));
    pause = millis -> shop.books.remove("orders");
    assertThat(audit()).isZero();
  }

  @Test
  void aMismatchThatIsGoneAtTheNextLookIsNoViolation() {
    var sound = shop.reservations.remove(order.reservationId());
    change(active -> active.setActive(true));
    pause =
        millis -> {
          shop.reservations.put(order.reservationId(), sound);
          change(done -> done.setActive(false).setVersion(5));
        };
    assertThat(audit()).isZero();
    assertThat(text()).doesNotContain("not compared");
  }

  @Test
  void aMismatchOfAnOrderThatKeepsChangingIsUndecided() {
    shop.reservations.remove(order.reservationId());
    pause = millis -> change(next -> next.setVersion(next.getVersion() + 1));
    assertThat(audit()).isZero();
    assertThat(text()).contains("not compared", "orders=1 payments=0");
  }

  @Test
  void anOrderWithAParkedChangeIsUndecided() {
    change(parked -> parked.setActive(true).setParked(true).clearOpen());
    assertThat(audit()).isZero();
    assertThat(text()).contains("not compared", "orders=1 payments=0");
  }

  @Test
  void aPaymentWithoutAnOutcomeIsUndecided() {
    var waiting = shop.payments.get(order.paymentId()).toBuilder().setInFlight(true);
    waiting.getPaymentBuilder().setCapturedAmount(euros(0));
    shop.payments.put(order.paymentId(), waiting.build());
    assertThat(audit()).isZero();
    assertThat(text()).contains("not compared", "orders=1 payments=1");
  }

  @Test
  void aDeclinedRenewalLeavesNothingHeld() {
    change(unpaid -> unpaid.setPaymentProblem(true));
    assertThat(audit()).isEqualTo(1);
    assertThat(text()).contains("authorization-is-what-is-open", "(payment problem)");
    var voided = shop.payments.get(order.paymentId()).toBuilder();
    voided.getPaymentBuilder().setState(PaymentState.PAYMENT_STATE_VOIDED);
    shop.payments.put(order.paymentId(), voided.build());
    shop.authorizations.removeLast();
    shop.authorizations.add(
        order.authorization().toBuilder()
            .setState(dev.emporion.simulator.v1.AuthorizationState.AUTHORIZATION_STATE_VOIDED)
            .build());
    assertThat(audit()).isZero();
  }

  @Test
  void anOrderThatWasRejectedBeforeItsReservationNeedsNone() {
    shop.orders.put(order.orderId(), order.cancelled());
    shop.reservations.remove(order.reservationId());
    shop.payments.remove(order.paymentId());
    shop.shipments.remove(order.shipmentId());
    shop.authorizations.removeLast();
    assertThat(audit()).isZero();
  }

  @Test
  void aReleasedReservationHoldsNothing() {
    change(all -> all.clear().mergeFrom(order.cancelled()));
    shop.reservations.put(
        order.reservationId(),
        order.reservation().toBuilder()
            .setState(ReservationState.RESERVATION_STATE_RELEASED)
            .clearAllocations()
            .clearBackorders()
            .build());
    shop.payments.remove(order.paymentId());
    shop.shipments.remove(order.shipmentId());
    shop.authorizations.removeLast();
    assertThat(audit()).isZero();
  }

  @Test
  void readsAreRepeatedWhileNobodyAnswers() {
    shop.failures = 3;
    assertThat(audit()).isZero();
  }

  @Test
  void whatIsNeverAnsweredIsNotChecked() {
    shop.failures = Integer.MAX_VALUE;
    assertThat(audit()).isEqualTo(2);
    assertThat(text()).doesNotContain("audit:");
  }

  @Test
  void aRefusalIsNotRepeated() {
    shop.failures = 1;
    shop.failure = Status.PERMISSION_DENIED;
    assertThat(audit()).isEqualTo(2);
  }

  private void change(UnaryOperator<OrderBooks.Builder> change) {
    shop.orders.computeIfPresent(
        order.orderId(), (id, books) -> change.apply(books.toBuilder()).build());
  }

  private static Books books(String invariant) {
    return Books.newBuilder()
        .setViolationCount(1)
        .addViolations(
            Violation.newBuilder().setInvariant(invariant).setSubject("X").setMessage("is broken"))
        .build();
  }

  private int audit() {
    printed.reset();
    var out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    var config = new AuditConfig(shop.address, shop.address, "audit", PAGE, 10, 10, 1, 4, 1);
    return Main.check(config, new Report(out, false), pause);
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  private String lastLine() {
    return text().lines().toList().getLast();
  }
}
