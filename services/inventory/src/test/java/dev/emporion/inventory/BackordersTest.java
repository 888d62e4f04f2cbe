package dev.emporion.inventory;

import static dev.emporion.inventory.Inventory.adjustment;
import static dev.emporion.inventory.Inventory.allocations;
import static dev.emporion.inventory.Inventory.assertRefused;
import static dev.emporion.inventory.Inventory.backorders;
import static dev.emporion.inventory.Inventory.commitOf;
import static dev.emporion.inventory.Inventory.hold;
import static dev.emporion.inventory.Inventory.less;
import static dev.emporion.inventory.Inventory.line;
import static dev.emporion.inventory.Inventory.part;
import static dev.emporion.inventory.Inventory.patient;
import static dev.emporion.inventory.Inventory.reductionOf;
import static dev.emporion.inventory.Inventory.reservation;
import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.PreconditionFailure;
import com.google.rpc.PreconditionFailure.Violation;
import dev.emporion.inventory.v1.Reservation;
import dev.emporion.inventory.v1.ReservationEvent;
import dev.emporion.inventory.v1.ReservationState;
import io.grpc.Status.Code;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Promises of what has still to come in, and what becomes of them. */
class BackordersTest {
  private static final Inventory INVENTORY = new Inventory("backorders-test");

  @AfterEach
  void audit() {
    INVENTORY.audit();
  }

  @AfterAll
  static void close() {
    INVENTORY.close();
  }

  @Test
  void whatIsMissingIsPromisedAsBackordered() {
    String mug = INVENTORY.newSku(3, 2);
    var request = reservation(patient(mug, 9), patient("NEVER-SEEN", 1));

    Reservation made = INVENTORY.reserve(request);

    assertThat(allocations(made)).containsExactly("first 3/0", "second 2/0");
    assertThat(made.getBackordersList())
        .extracting(one -> one.getSku() + " " + one.getQuantity())
        .containsExactlyInAnyOrder(mug + " 4", "NEVER-SEEN 1");
    assertThat(made.getState()).isEqualTo(ReservationState.RESERVATION_STATE_ACTIVE);
    assertThat(INVENTORY.stock(mug)).isEqualTo("3/3 2/2");
    assertThat(INVENTORY.get(made.getReservationId())).isEqualTo(made);
    assertThat(INVENTORY.reserve(request)).isEqualTo(made);
    assertThat(events(made)).containsExactly(made);
    INVENTORY.release(made.getReservationId());
  }

  @Test
  void whatIsThereIsPromisedAsEver() {
    String mug = INVENTORY.newSku(3, 2);

    Reservation made = INVENTORY.reserve(reservation(patient(mug, 5)));

    assertThat(allocations(made)).containsExactly("first 3/0", "second 2/0");
    assertThat(made.getBackordersList()).isEmpty();
  }

  @Test
  void oneLineThatMayNotWaitRefusesAllOfThem() {
    String mug = INVENTORY.newSku(1, 0);
    String cap = INVENTORY.newSku(1, 0);

    var refusal =
        assertRefused(
            () -> INVENTORY.reserve(reservation(patient(mug, 2), line(cap, 2))),
            Code.FAILED_PRECONDITION,
            "OUT_OF_STOCK");

    assertThat(refusal.detail(PreconditionFailure.class).orElseThrow().getViolationsList())
        .extracting(Violation::getSubject)
        .containsExactly(cap);
    assertThat(INVENTORY.stock(mug)).isEqualTo("1/0");
  }

  @Test
  void whatComesInGoesToWhoWaitedLongestBeforeAnybodyElseCanTakeIt() {
    String mug = INVENTORY.newSku(0, 0);
    Reservation first = INVENTORY.reserve(reservation(patient(mug, 3)));
    Reservation second = INVENTORY.reserve(reservation(patient(mug, 2)));

    var answer = INVENTORY.stub.adjustStock(adjustment(mug, "second", 4));

    assertThat(answer.getStockLevel().getOnHand()).isEqualTo(4);
    Reservation served = INVENTORY.get(first.getReservationId());
    assertThat(allocations(served)).containsExactly("second 3/0");
    assertThat(served.getBackordersList()).isEmpty();
    Reservation partly = INVENTORY.get(second.getReservationId());
    assertThat(allocations(partly)).containsExactly("second 1/0");
    assertThat(backorders(partly)).containsExactly(1);
    assertThat(events(first)).containsExactly(first, served);
    assertThat(events(second)).containsExactly(second, partly);
    INVENTORY.stub.adjustStock(adjustment(mug, "first", 5));
    assertThat(allocations(INVENTORY.get(second.getReservationId())))
        .containsExactly("first 1/0", "second 1/0");
    assertThat(INVENTORY.stock(mug)).isEqualTo("5/1 4/4");
  }

  @Test
  void aRepeatedReceiptIsBookedOnceAlthoughSomebodyWaitedForIt() {
    String mug = INVENTORY.newSku(0, 0);
    INVENTORY.reserve(reservation(patient(mug, 3)));
    var receipt = adjustment(mug, "first", 2);

    var answer = INVENTORY.stub.adjustStock(receipt);

    assertThat(INVENTORY.stub.adjustStock(receipt)).isEqualTo(answer);
    assertThat(INVENTORY.stock(mug)).isEqualTo("2/2");
  }

  @Test
  void whatIsReleasedOrReducedGoesToWhoWaits() {
    String mug = INVENTORY.newSku(5, 0);
    String cap = INVENTORY.newSku(1, 0);
    String all = INVENTORY.reserve(reservation(line(mug, 5), line(cap, 1))).getReservationId();
    String waits = INVENTORY.reserve(reservation(patient(mug, 4))).getReservationId();

    INVENTORY.reduce(reductionOf(all, less(mug, 1)));
    assertThat(allocations(INVENTORY.get(waits))).containsExactly("first 1/0");
    INVENTORY.release(all);

    assertThat(allocations(INVENTORY.get(waits))).containsExactly("first 4/0");
    assertThat(INVENTORY.stock(mug)).isEqualTo("5/4");
    assertThat(INVENTORY.events(waits)).hasSize(3);
  }

  @Test
  void whatAHoldThatRanOutGivesBackGoesToWhoWaits() {
    String mug = INVENTORY.newSku(2, 0);
    String runsOut = INVENTORY.reserve(hold(line(mug, 2))).getReservationId();
    String waits = INVENTORY.reserve(hold(patient(mug, 1))).getReservationId();

    INVENTORY.runOut(runsOut);

    eventually(() -> assertThat(INVENTORY.stock(mug)).isEqualTo("2/1"));
    assertThat(allocations(INVENTORY.get(waits))).containsExactly("first 1/0");
  }

  @Test
  void whatWaitsNeverLeavesAndKeepsTheReservationActive() {
    String mug = INVENTORY.newSku(1, 0);
    String id = INVENTORY.reserve(reservation(patient(mug, 2))).getReservationId();

    Reservation partly = INVENTORY.commit(commitOf(id));

    assertThat(allocations(partly)).containsExactly("first 1/1");
    assertThat(backorders(partly)).containsExactly(1);
    assertThat(partly.getState()).isEqualTo(ReservationState.RESERVATION_STATE_ACTIVE);
    for (var request : List.of(commitOf(id), commitOf(id, part(mug, "first", 1)))) {
      assertRefused(
          () -> INVENTORY.commit(request), Code.FAILED_PRECONDITION, "RESERVATION_EXCEEDED");
    }
    INVENTORY.stub.adjustStock(adjustment(mug, "first", 1));
    assertThat(INVENTORY.commit(commitOf(id)).getState())
        .isEqualTo(ReservationState.RESERVATION_STATE_COMMITTED);
  }

  @Test
  void aReleaseAndTheEndOfAHoldDropWhatWaits() {
    String mug = INVENTORY.newSku(1, 0);
    String released = INVENTORY.reserve(reservation(patient(mug, 5))).getReservationId();
    String expired = INVENTORY.reserve(hold(patient(mug, 5))).getReservationId();

    INVENTORY.runOut(expired);
    assertThat(INVENTORY.release(released).getBackordersList()).isEmpty();

    eventually(
        () ->
            assertThat(INVENTORY.get(expired).getState())
                .isEqualTo(ReservationState.RESERVATION_STATE_EXPIRED));
    assertThat(INVENTORY.get(expired).getBackordersList()).isEmpty();
    INVENTORY.stub.adjustStock(adjustment(mug, "first", 9));
    assertThat(INVENTORY.stock(mug)).isEqualTo("10/0");
  }

  @Test
  void aReductionGivesBackWhatWaitsFirstThenFromTheLocationUsedLast() {
    String mug = INVENTORY.newSku(2, 2);
    String id = INVENTORY.reserve(reservation(patient(mug, 6))).getReservationId();
    var reduction = reductionOf(id, less(mug, 3));

    Reservation reduced = INVENTORY.reduce(reduction);

    assertThat(backorders(reduced)).isEmpty();
    assertThat(allocations(reduced)).containsExactly("first 2/0", "second 1/0");
    assertThat(INVENTORY.reduce(reduction)).isEqualTo(reduced);
    assertThat(INVENTORY.get(id)).isEqualTo(reduced);
    assertThat(INVENTORY.stock(mug)).isEqualTo("2/2 2/1");
    assertRefused(
        () -> INVENTORY.reduce(reductionOf(id, less(mug, 4))),
        Code.FAILED_PRECONDITION,
        "RESERVATION_EXCEEDED");
    assertRefused(
        () -> INVENTORY.reduce(reduction.toBuilder().setLines(0, less(mug, 1)).build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
    assertThat(INVENTORY.reduce(reductionOf(id, less(mug, 3))).getState())
        .isEqualTo(ReservationState.RESERVATION_STATE_RELEASED);
    assertRefused(
        () -> INVENTORY.reduce(reductionOf(id, less(mug, 1))),
        Code.FAILED_PRECONDITION,
        "RESERVATION_NOT_ACTIVE");
    assertRefused(
        () -> INVENTORY.reduce(reductionOf(Inventory.newId(), less(mug, 1))),
        Code.NOT_FOUND,
        "RESERVATION_NOT_FOUND");
  }

  /** Its share waits for it, until an instance that was not there before finds it. */
  @Test
  void aReservationThatIsBusyIsPassedOverAndServedLaterByWhoeverIsThere() throws Exception {
    var database = Inventory.emptyDatabase();
    String mug = "MUG-WHITE";
    String busy;
    try (Connection other = database.connect()) {
      try (var before = new Inventory("backorders-before", database)) {
        before.location("first", 10);
        busy = before.reserve(reservation(patient(mug, 3))).getReservationId();
        String second = before.reserve(reservation(patient(mug, 4))).getReservationId();
        lock(other, busy);

        before.stub.adjustStock(adjustment(mug, "first", 5));

        assertThat(backorders(before.get(busy))).containsExactly(3);
        assertThat(allocations(before.get(second))).containsExactly("first 2/0");
      }
      other.commit();
    }
    try (var after = new Inventory("backorders-after", database)) {
      eventually(() -> assertThat(allocations(after.get(busy))).containsExactly("first 3/0"));
      after.audit();
    }
  }

  @Test
  void moreThanOneTransactionServesAreServedInTheirOrder() {
    String mug = INVENTORY.newSku(0, 0);
    List<String> waiting = new ArrayList<>();
    IntStream.range(0, 130)
        .forEach(
            i -> waiting.add(INVENTORY.reserve(reservation(patient(mug, 1))).getReservationId()));

    INVENTORY.stub.adjustStock(adjustment(mug, "first", 120));

    eventually(() -> assertThat(INVENTORY.stock(mug)).isEqualTo("120/120"));
    assertThat(waiting.subList(0, 120))
        .allSatisfy(id -> assertThat(backorders(INVENTORY.get(id))).isEmpty());
    assertThat(waiting.subList(120, 130))
        .allSatisfy(id -> assertThat(backorders(INVENTORY.get(id))).containsExactly(1));
  }

  private static void lock(Connection connection, String reservationId) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement sql = connection.createStatement()) {
      sql.execute(
          "select from reservations where reservation_id = '%s' for update"
              .formatted(reservationId));
    }
  }

  private static List<Reservation> events(Reservation reservation) {
    return INVENTORY.events(reservation.getReservationId()).stream()
        .map(ReservationEvent::getReservation)
        .toList();
  }
}
