package dev.emporion.orders;

import static dev.emporion.orders.Acts.back;
import static dev.emporion.orders.Acts.came;
import static dev.emporion.orders.Acts.edit;
import static dev.emporion.orders.Acts.goodwill;
import static dev.emporion.orders.Acts.keep;
import static dev.emporion.orders.Acts.refund;
import static dev.emporion.orders.Acts.units;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.orders.v1.CheckBooksRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderLine;
import dev.emporion.orders.v1.ReturnReason;
import dev.emporion.orders.v1.ReturnState;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Money;
import io.grpc.StatusRuntimeException;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders that are edited, shipped, sent back and refunded at random: the cents always add up. */
class RandomLivesTest {
  private static final int STEPS = 25;

  /** What may be refused on the way, because it was asked for at the wrong time. */
  private static final Set<String> REFUSALS =
      Set.of("ORDER_STATE", "QUANTITY_EXCEEDED", "RETURN_STATE", "AMOUNT_EXCEEDED");

  private static final OrdersFixture FIXTURE = new OrdersFixture();
  private static final OrdersFixture.Instance ORDERS = FIXTURE.instance();
  private static final Acts ACTS = new Acts(FIXTURE, ORDERS);

  private Order order;
  private Random random;

  @AfterAll
  static void close() {
    FIXTURE.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whatWasTakenIsWhatLeftAndNothingRoundsAway(long seed) {
    random = new Random(seed);
    FIXTURE.shop.payments.singleCapture = random.nextBoolean();
    FIXTURE.shop.unitPrice = cents(1 + random.nextInt(2_000));
    FIXTURE.shop.payments.captured.clear();
    FIXTURE.shop.payments.refunded.clear();
    order = ACTS.place(2 + random.nextInt(7));
    for (int i = 0; i < STEPS; i++) {
      try {
        step();
      } catch (StatusRuntimeException e) {
        assertThat(REFUSALS).contains(Failure.from(e).reason());
      }
      order = ACTS.get(order);
      booksAgree();
    }
    end(random.nextBoolean());
  }

  private void step() {
    int line = 1 + random.nextInt(2);
    switch (random.nextInt(7)) {
      case 0 -> editLine(line);
      case 1, 2 -> ACTS.ship(order, units(line, 1 + random.nextInt(2)));
      case 3 -> ACTS.send(back(order, line, 1 + random.nextInt(2), reason()));
      case 4 -> receiveLast();
      case 5 -> refundLast();
      default -> ACTS.deliver(order);
    }
  }

  private void editLine(int line) {
    int mugs = quantity(1);
    int teas = quantity(2);
    if (line == 1 && mugs > 1) {
      Money total = FIXTURE.shop.unitPrice.times(mugs + teas); // one unit less, one for delivery
      ACTS.send(edit(order, total, keep(1, mugs - 1)));
    }
  }

  private int quantity(int lineNumber) {
    return order.getLinesList().stream()
        .filter(line -> line.getLineNumber() == lineNumber)
        .mapToInt(OrderLine::getQuantity)
        .sum();
  }

  private ReturnReason reason() {
    return random.nextBoolean()
        ? ReturnReason.RETURN_REASON_UNWANTED
        : ReturnReason.RETURN_REASON_DAMAGED;
  }

  private void receiveLast() {
    if (order.getReturnsCount() > 0) {
      var line = order.getReturnsList().getLast().getLines(0);
      int restocked = random.nextInt(line.getQuantity() + 1);
      ACTS.send(came(order, came(line.getLineNumber(), restocked, line.getQuantity() - restocked)));
    }
  }

  private void refundLast() {
    if (order.getReturnsCount() > 0) {
      ACTS.send(refund(order));
    }
  }

  /** The rest leaves or is cancelled, then everything comes back and is paid back. */
  private void end(boolean cancelled) {
    if (open() > 0) {
      order = cancelled ? ACTS.cancel(order) : ACTS.ship(order);
    }
    booksAgree();
    for (var one : order.getReturnsList()) {
      if (one.getState() == ReturnState.RETURN_STATE_REQUESTED) {
        ACTS.send(came(order).setReturnId(one.getReturnId()));
      }
    }
    order = ACTS.get(order);
    for (OrderLine line : order.getLinesList()) {
      int kept = line.getShippedQuantity() - line.getReturnedQuantity();
      if (kept > 0) {
        order = ACTS.send(back(order, line.getLineNumber(), kept, reason()));
        order = ACTS.send(came(order));
      }
    }
    for (var one : order.getReturnsList()) {
      if (one.getState() == ReturnState.RETURN_STATE_RECEIVED) {
        order = ACTS.send(refund(order).setReturnId(one.getReturnId()));
      }
    }
    booksAgree();
    assertThat(order.getRefundedTotal()).isEqualTo(order.getCapturedTotal());
    if (!cancelled) {
      assertThat(order.getCapturedTotal()).isEqualTo(order.getTotal());
    }
    assertThat(FakePayments.sum(FIXTURE.shop.authorized)).isZero();
    assertThat(Requests.refusal(() -> ACTS.send(goodwill(order, cents(1)))).reason())
        .isIn("AMOUNT_EXCEEDED", "ORDER_STATE");
    assertThat(
            ORDERS
                .as("operator/o")
                .checkBooks(CheckBooksRequest.getDefaultInstance())
                .getBooks()
                .getViolationsList())
        .isEmpty();
  }

  private void booksAgree() {
    long shipped = order.getShipmentsList().stream().mapToLong(one -> minor(one.getAmount())).sum();
    long refunded =
        order.getReturnsList().stream()
            .filter(one -> one.getState() == ReturnState.RETURN_STATE_REFUNDED)
            .mapToLong(one -> minor(one.getRefundedAmount()))
            .sum();
    assertThat(minor(order.getCapturedTotal())).isEqualTo(shipped);
    assertThat(minor(order.getRefundedTotal())).isEqualTo(refunded).isLessThanOrEqualTo(shipped);
    assertThat(FakePayments.sum(FIXTURE.shop.payments.captured)).isEqualTo(shipped);
    assertThat(FakePayments.sum(FIXTURE.shop.payments.refunded)).isEqualTo(refunded);
    assertThat(FakePayments.sum(FIXTURE.shop.authorized) + shipped)
        .as("what is open is held")
        .isEqualTo(minor(order.getTotal()) - cancelledValue());
    assertThat(FIXTURE.shop.reserved.getOrDefault(order.getReservationId(), 0)).isEqualTo(open());
  }

  /** Nothing is cancelled but all that is open, at the end. */
  private long cancelledValue() {
    boolean cancelled =
        order.getLinesList().stream().anyMatch(line -> line.getCancelledQuantity() > 0);
    return cancelled ? minor(order.getTotal()) - minor(order.getCapturedTotal()) : 0;
  }

  private int open() {
    return order.getLinesList().stream()
        .mapToInt(
            line -> line.getQuantity() - line.getCancelledQuantity() - line.getShippedQuantity())
        .sum();
  }

  private static long minor(com.google.type.Money amount) {
    return Money.fromProto(amount).minor();
  }

  private static Money cents(long minor) {
    return new Money("EUR", minor);
  }
}
