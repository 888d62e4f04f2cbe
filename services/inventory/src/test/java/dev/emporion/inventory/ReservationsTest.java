package dev.emporion.inventory;

import static dev.emporion.inventory.Inventory.allocations;
import static dev.emporion.inventory.Inventory.assertRefused;
import static dev.emporion.inventory.Inventory.commitOf;
import static dev.emporion.inventory.Inventory.hold;
import static dev.emporion.inventory.Inventory.line;
import static dev.emporion.inventory.Inventory.newId;
import static dev.emporion.inventory.Inventory.part;
import static dev.emporion.inventory.Inventory.releaseOf;
import static dev.emporion.inventory.Inventory.reservation;
import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.rpc.PreconditionFailure;
import com.google.rpc.PreconditionFailure.Violation;
import dev.emporion.inventory.v1.Reservation;
import dev.emporion.inventory.v1.ReservationEvent;
import dev.emporion.inventory.v1.ReservationState;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Failure;
import io.grpc.Status.Code;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReservationsTest {
  private static final Inventory INVENTORY = new Inventory("reservations-test");

  @AfterEach
  void audit() {
    INVENTORY.audit();
  }

  @AfterAll
  static void close() {
    INVENTORY.close();
  }

  @Test
  void locationsAreUsedByPriorityAndALineIsSplitWhenOneIsNotEnough() {
    String mug = INVENTORY.newSku(3, 5);

    assertThat(allocations(INVENTORY.reserve(reservation(line(mug, 2)))))
        .containsExactly("first 2/0");
    assertThat(allocations(INVENTORY.reserve(reservation(line(mug, 4)))))
        .containsExactly("first 1/0", "second 3/0");
    assertThat(allocations(INVENTORY.reserve(reservation(line(mug, 2)))))
        .containsExactly("second 2/0");
    assertThat(INVENTORY.stock(mug)).isEqualTo("3/3 5/5");
  }

  @Test
  void allLinesArePromisedOrNone() {
    String mug = INVENTORY.newSku(10, 0);
    String cap = INVENTORY.newSku(1, 1);

    Failure refusal =
        assertRefused(
            () -> INVENTORY.reserve(reservation(line(mug, 1), line(cap, 3), line("NEVER-SEEN", 1))),
            Code.FAILED_PRECONDITION,
            "OUT_OF_STOCK");

    assertThat(refusal.detail(PreconditionFailure.class).orElseThrow().getViolationsList())
        .extracting(Violation::getType, Violation::getSubject, Violation::getDescription)
        .containsExactly(
            tuple("OUT_OF_STOCK", cap, "2 available"),
            tuple("OUT_OF_STOCK", "NEVER-SEEN", "0 available"));
    assertThat(INVENTORY.stock(mug)).isEqualTo("10/0");
    assertThat(INVENTORY.stock(cap)).isEqualTo("1/0 1/0");
  }

  @Test
  void aRefusalSavesNothingSoTheSameRequestSucceedsWhenStockHasCome() {
    String mug = INVENTORY.newSku(1, 0);
    var request = reservation(line(mug, 2));
    assertRefused(() -> INVENTORY.reserve(request), Code.FAILED_PRECONDITION, "OUT_OF_STOCK");

    INVENTORY.stub.adjustStock(Inventory.adjustment(mug, "second", 1));

    assertThat(allocations(INVENTORY.reserve(request))).containsExactly("first 1/0", "second 1/0");
  }

  @Test
  void theReservationsIdIsTheRequestsIdAndItsOrderIsKept() {
    String mug = INVENTORY.newSku(1, 0);
    var request = reservation(line(mug, 1));

    Reservation made = INVENTORY.reserve(request);

    assertThat(made.getReservationId()).isEqualTo(request.getRequestId());
    assertThat(made.getOrderId()).isEqualTo(request.getOrderId());
    assertThat(made.getState()).isEqualTo(ReservationState.RESERVATION_STATE_ACTIVE);
    assertThat(made.hasExpireTime()).isFalse();
    assertThat(INVENTORY.get(made.getReservationId())).isEqualTo(made);
  }

  @Test
  void aRepeatedReserveTakesNothingMoreAndReturnsTheReservationAsItNowStands() {
    String mug = INVENTORY.newSku(2, 0);
    var request = reservation(line(mug, 2));
    Reservation made = INVENTORY.reserve(request);

    assertThat(INVENTORY.reserve(request)).isEqualTo(made);
    Reservation committed =
        INVENTORY.commit(commitOf(made.getReservationId(), part(mug, "first", 1)));
    assertThat(INVENTORY.reserve(request)).isEqualTo(committed);
    assertThat(INVENTORY.stock(mug)).isEqualTo("1/1");
  }

  @Test
  void aRequestIdStandsForOnePayloadAndOneCaller() {
    String mug = INVENTORY.newSku(9, 0);
    var request = reservation(line(mug, 1));
    INVENTORY.reserve(request);

    assertRefused(
        () -> INVENTORY.reserve(request.toBuilder().setLines(0, line(mug, 2)).build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
    Caller.as(
        Caller.service("orders"),
        () ->
            assertRefused(
                () -> INVENTORY.reserve(request), Code.ALREADY_EXISTS, "REQUEST_ID_REUSED"));
  }

  @Test
  void aReleaseGivesBackWhatIsHeldAndOnlyOnce() {
    String mug = INVENTORY.newSku(3, 4);
    Reservation made = INVENTORY.reserve(reservation(line(mug, 5)));
    var release = releaseOf(made.getReservationId());

    Reservation released = INVENTORY.stub.releaseReservation(release).getReservation();

    assertThat(released.getState()).isEqualTo(ReservationState.RESERVATION_STATE_RELEASED);
    assertThat(allocations(released)).containsExactly("first 3/0", "second 2/0");
    assertThat(INVENTORY.stub.releaseReservation(release).getReservation()).isEqualTo(released);
    assertThat(INVENTORY.release(made.getReservationId())).isEqualTo(released);
    assertThat(INVENTORY.get(made.getReservationId())).isEqualTo(released);
    assertThat(INVENTORY.stock(mug)).isEqualTo("3/0 4/0");
    assertRefused(
        () ->
            INVENTORY.stub.releaseReservation(
                release.toBuilder().setReservationId(newId()).build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
  }

  @Test
  void aReserveAfterItsReleaseIsRefused() {
    String mug = INVENTORY.newSku(1, 0);
    var request = reservation(line(mug, 1));
    INVENTORY.reserve(request);
    INVENTORY.release(request.getRequestId());

    assertRefused(
        () -> INVENTORY.reserve(request), Code.FAILED_PRECONDITION, "RESERVATION_RELEASED");
    assertThat(INVENTORY.stock(mug)).isEqualTo("1/0");
  }

  @Test
  void aReserveThatArrivesAfterTheReleaseOfAReservationNeverSeenIsRefused() {
    String mug = INVENTORY.newSku(1, 0);
    var late = reservation(line(mug, 1));
    var release = releaseOf(late.getRequestId());

    Reservation tombstone = INVENTORY.stub.releaseReservation(release).getReservation();

    assertThat(tombstone.getState()).isEqualTo(ReservationState.RESERVATION_STATE_RELEASED);
    assertThat(tombstone.getAllocationsList()).isEmpty();
    assertThat(INVENTORY.stub.releaseReservation(release).getReservation()).isEqualTo(tombstone);
    assertThat(INVENTORY.get(late.getRequestId())).isEqualTo(tombstone);
    assertRefused(() -> INVENTORY.reserve(late), Code.FAILED_PRECONDITION, "RESERVATION_RELEASED");
    assertThat(INVENTORY.stock(mug)).isEqualTo("1/0");
  }

  @Test
  void stockLeavesWithACommitInPartsOrAllThatIsLeft() {
    String mug = INVENTORY.newSku(3, 4);
    String id = INVENTORY.reserve(reservation(line(mug, 5))).getReservationId();
    var first = commitOf(id, part(mug, "first", 2), part(mug, "second", 1));

    Reservation partly = INVENTORY.commit(first);
    assertThat(partly.getState()).isEqualTo(ReservationState.RESERVATION_STATE_ACTIVE);
    assertThat(allocations(partly)).containsExactly("first 3/2", "second 2/1");
    assertThat(INVENTORY.stock(mug)).isEqualTo("1/1 3/1");

    Reservation wholly = INVENTORY.commit(commitOf(id));
    assertThat(wholly.getState()).isEqualTo(ReservationState.RESERVATION_STATE_COMMITTED);
    assertThat(INVENTORY.stock(mug)).isEqualTo("0/0 2/0");

    assertThat(INVENTORY.commit(first)).isEqualTo(partly);
    assertRefused(
        () -> INVENTORY.commit(first.toBuilder().clearLines().build()),
        Code.ALREADY_EXISTS,
        "REQUEST_ID_REUSED");
    assertRefused(
        () -> INVENTORY.commit(commitOf(id)), Code.FAILED_PRECONDITION, "RESERVATION_NOT_ACTIVE");
    assertThat(INVENTORY.release(id)).isEqualTo(wholly);
  }

  @Test
  void aReleaseAfterAPartialCommitGivesBackTheRest() {
    String mug = INVENTORY.newSku(5, 0);
    String id = INVENTORY.reserve(reservation(line(mug, 4))).getReservationId();
    INVENTORY.commit(commitOf(id, part(mug, "first", 1)));

    INVENTORY.release(id);

    assertThat(INVENTORY.stock(mug)).isEqualTo("4/0");
    assertRefused(
        () -> INVENTORY.commit(commitOf(id)), Code.FAILED_PRECONDITION, "RESERVATION_NOT_ACTIVE");
  }

  @Test
  void noMoreLeavesThanIsHeld() {
    String mug = INVENTORY.newSku(5, 5);
    String id = INVENTORY.reserve(reservation(line(mug, 4))).getReservationId();

    for (var tooMuch :
        List.of(part(mug, "first", 5), part(mug, "second", 1), part("CAP", "first", 1))) {
      assertRefused(
          () -> INVENTORY.commit(commitOf(id, tooMuch)),
          Code.FAILED_PRECONDITION,
          "RESERVATION_EXCEEDED");
    }
    assertRefused(
        () -> INVENTORY.commit(commitOf(newId())), Code.NOT_FOUND, "RESERVATION_NOT_FOUND");
    assertRefused(() -> INVENTORY.get(newId()), Code.NOT_FOUND, "RESERVATION_NOT_FOUND");
    assertThat(INVENTORY.stock(mug)).isEqualTo("5/4 5/0");
  }

  @Test
  void aHoldWhoseTimeRanOutIsGivenBackByItself() {
    String mug = INVENTORY.newSku(2, 0);
    var request = hold(line(mug, 2));
    Reservation made = INVENTORY.reserve(request);
    assertThat(made.getExpireTime().getSeconds() - made.getCreateTime().getSeconds())
        .isEqualTo(600);
    String forAnOrder =
        INVENTORY.reserve(reservation(line(INVENTORY.newSku(1, 0), 1))).getReservationId();

    INVENTORY.runOut(made.getReservationId());

    eventually(() -> assertThat(INVENTORY.stock(mug)).isEqualTo("2/0"));
    assertThat(INVENTORY.get(made.getReservationId()).getState())
        .isEqualTo(ReservationState.RESERVATION_STATE_EXPIRED);
    assertThat(INVENTORY.reserve(request).getState())
        .isEqualTo(ReservationState.RESERVATION_STATE_EXPIRED);
    assertThat(INVENTORY.get(forAnOrder).getState())
        .isEqualTo(ReservationState.RESERVATION_STATE_ACTIVE);
    assertRefused(
        () -> INVENTORY.commit(commitOf(made.getReservationId())),
        Code.FAILED_PRECONDITION,
        "RESERVATION_NOT_ACTIVE");
  }

  @Test
  void everyChangeIsAnEventWithTheReservationAsItThenStood() {
    String mug = INVENTORY.newSku(128, 9000);
    String cap = INVENTORY.newSku(1, 0);
    Reservation made = INVENTORY.reserve(hold(line(mug, 9128), line(cap, 1)));
    String id = made.getReservationId();
    Reservation committed = INVENTORY.commit(commitOf(id, part(cap, "first", 1)));
    Reservation released = INVENTORY.release(id);

    List<ReservationEvent> events = INVENTORY.events(id);

    assertThat(events)
        .extracting(ReservationEvent::getReservation)
        .containsExactly(made, committed, released);
    assertThat(events).extracting(ReservationEvent::getSequence).containsExactly(1, 2, 3);
    assertThat(events.getFirst().getOccurTime()).isEqualTo(made.getCreateTime());
  }
}
