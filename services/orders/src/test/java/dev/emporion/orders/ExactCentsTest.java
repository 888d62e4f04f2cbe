package dev.emporion.orders;

import static dev.emporion.orders.Lines.eur;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.orders.History.Return;
import dev.emporion.orders.History.ReturnLine;
import dev.emporion.orders.v1.ReturnReason;
import dev.emporion.orders.v1.ReturnState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever part of an order leaves, comes back and is paid back in whatever order: to the cent. */
class ExactCentsTest {
  private static final int LIVES = 300;
  private static final int MAX_LINES = 5;
  private static final int MAX_QUANTITY = 9;
  private static final int STEPS = 30;
  private static final ReturnReason[] REASONS = {
    ReturnReason.RETURN_REASON_UNWANTED,
    ReturnReason.RETURN_REASON_DAMAGED,
    ReturnReason.RETURN_REASON_NOT_AS_DESCRIBED
  };
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  static LongStream seeds() {
    return LongStream.range(0, LIVES);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everythingThatWasTakenIsGivenBackWhenEverythingComesBack(long seed) {
    var life = new Life(new Random(seed));
    for (int i = 0; i < STEPS; i++) {
      life.step();
    }
    life.shipTheRest();
    assertThat(life.captured()).isEqualTo(life.total);
    life.returnTheRest();
    life.refundAll();

    assertThat(life.refunded()).isEqualTo(life.total);
    assertThat(RefundPlan.refundable(eur(0), life.payments)).isEqualTo(eur(0));
    assertThat(life.lines)
        .allSatisfy(line -> assertThat(line.units().returned()).isEqualTo(line.units().quantity()));
  }

  /** One order. Money is taken as it ships, under the payment before or a new one. */
  private static final class Life {
    private final Random random;
    private final List<History.Payment> payments = new ArrayList<>();
    private final List<Return> returns = new ArrayList<>();
    private final long total;
    private List<OrderLine> lines;

    Life(Random random) {
      this.random = random;
      this.lines = new ArrayList<>();
      int count = 1 + random.nextInt(MAX_LINES);
      for (int i = 1; i <= count; i++) {
        lines.add(
            Lines.line(
                i, 1 + random.nextInt(MAX_QUANTITY), random.nextInt(10_000), random.nextInt(500)));
      }
      total =
          lines.stream()
              .mapToLong(line -> UnitPrices.value(line, 0, line.units().quantity()).minor())
              .sum();
    }

    void step() {
      switch (random.nextInt(4)) {
        case 0 -> ship(random::nextInt);
        case 1 -> request(random::nextInt);
        case 2 ->
            returns.stream()
                .filter(one -> one.state() == ReturnState.RETURN_STATE_REQUESTED)
                .findAny()
                .ifPresent(one -> receive(one, random::nextInt));
        default ->
            returns.stream()
                .filter(one -> one.state() == ReturnState.RETURN_STATE_RECEIVED)
                .findAny()
                .ifPresent(this::refund);
      }
      assertThat(refunded()).isLessThanOrEqualTo(captured());
    }

    /** How many of so many. */
    private interface Part {
      int of(int bound);
    }

    private void ship(Part part) {
      long amount = 0;
      var next = new ArrayList<OrderLine>();
      for (OrderLine line : lines) {
        int from = line.units().shipped();
        int to = from + part.of(line.units().open() + 1);
        amount += UnitPrices.value(line, from, to).minor();
        next.add(line.with(line.units().ship(to - from)));
      }
      lines = next;
      take(amount);
    }

    private void take(long amount) {
      if (payments.isEmpty() || random.nextBoolean()) {
        payments.add(new History.Payment(UUID.randomUUID(), eur(amount), eur(0)));
      } else {
        History.Payment last = payments.removeLast();
        payments.add(
            new History.Payment(
                last.paymentId(), last.captured().plus(eur(amount)), last.refunded()));
      }
    }

    private void request(Part part) {
      var wanted = new ArrayList<ReturnLine>();
      for (OrderLine line : lines) {
        int units = part.of(Returning.returnable(line, returns) + 1);
        if (units > 0) {
          var reason = REASONS[random.nextInt(REASONS.length)];
          wanted.add(new ReturnLine(line.lineNumber(), units, reason, 0, 0));
        }
      }
      if (!wanted.isEmpty()) {
        returns.add(Return.requested(UUID.randomUUID(), wanted, NOW));
      }
    }

    private void receive(Return requested, Part part) {
      var received = new ArrayList<ReturnLine>();
      for (ReturnLine line : requested.lines()) {
        int restocked = part.of(line.quantity() + 1);
        int writtenOff = part.of(line.quantity() - restocked + 1);
        received.add(
            new ReturnLine(
                line.lineNumber(), line.quantity(), line.reason(), restocked, writtenOff));
      }
      var worth = Returning.worth(lines, returns, received);
      lines = Returning.counted(lines, received);
      returns.set(returns.indexOf(requested), requested.receive(received, worth, NOW));
    }

    private void refund(Return received) {
      for (RefundPlan.Part part : RefundPlan.of(received.worth().total(), payments).parts()) {
        payments.replaceAll(
            payment ->
                payment.paymentId().equals(part.paymentId())
                    ? new History.Payment(
                        payment.paymentId(),
                        payment.captured(),
                        payment.refunded().plus(part.amount()))
                    : payment);
      }
      returns.set(returns.indexOf(received), received.refund(received.worth().total()));
    }

    void shipTheRest() {
      ship(bound -> bound - 1);
    }

    void returnTheRest() {
      for (Return one : List.copyOf(returns)) {
        if (one.state() == ReturnState.RETURN_STATE_REQUESTED) {
          receive(one, bound -> bound - 1);
        }
      }
      request(bound -> bound - 1);
      if (!returns.isEmpty() && returns.getLast().state() == ReturnState.RETURN_STATE_REQUESTED) {
        receive(returns.getLast(), bound -> bound - 1);
      }
    }

    void refundAll() {
      List.copyOf(returns).stream()
          .filter(one -> one.state() == ReturnState.RETURN_STATE_RECEIVED)
          .forEach(this::refund);
    }

    long captured() {
      return payments.stream().mapToLong(payment -> payment.captured().minor()).sum();
    }

    long refunded() {
      return payments.stream().mapToLong(payment -> payment.refunded().minor()).sum();
    }
  }
}
