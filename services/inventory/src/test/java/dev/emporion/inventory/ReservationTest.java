package dev.emporion.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.emporion.inventory.Reservation.Allocation;
import dev.emporion.inventory.Reservation.Backorder;
import dev.emporion.inventory.Reservation.Place;
import dev.emporion.inventory.Reservation.State;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ReservationTest {
  private static final Place MUG = new Place("MUG", "berlin");
  private static final Place CAP = new Place("CAP", "berlin");
  private static final byte[] HASH = {1};
  private static final Instant NOW = Instant.parse("2026-01-31T08:00:00Z");
  private static final Reservation MADE =
      new Reservation(
          UUID.randomUUID(),
          "service/orders",
          HASH,
          UUID.randomUUID(),
          State.ACTIVE,
          1,
          List.of(new Allocation(MUG, 5, 0), new Allocation(CAP, 2, 0)),
          List.of(),
          null,
          NOW);

  @Test
  void whatIsActiveHoldsWhatHasNotLeft() {
    Reservation partly = MADE.commit(Map.of(MUG, 3));

    assertThat(partly.state()).isEqualTo(State.ACTIVE);
    assertThat(partly.version()).isEqualTo(2);
    assertThat(partly.allocations())
        .containsExactly(new Allocation(MUG, 5, 3), new Allocation(CAP, 2, 0));
    assertThat(partly.allocations()).extracting(partly::held).containsExactly(2, 2);
    assertThat(partly.release().allocations())
        .extracting(partly.release()::held)
        .containsExactly(0, 0);
  }

  @Test
  void itIsCommittedWhenTheLastUnitLeaves() {
    Reservation wholly = MADE.commit(Map.of(MUG, 5)).commit(Map.of());

    assertThat(wholly.state()).isEqualTo(State.COMMITTED);
    assertThat(wholly.version()).isEqualTo(3);
    assertThat(wholly.allocations())
        .containsExactly(new Allocation(MUG, 5, 5), new Allocation(CAP, 2, 2));
  }

  @Test
  void noMoreLeavesThanIsLeft() {
    Reservation partly = MADE.commit(Map.of(MUG, 3));

    assertThat(reason(() -> partly.commit(Map.of(MUG, 3)))).isEqualTo("RESERVATION_EXCEEDED");
    assertThat(reason(() -> partly.commit(Map.of(new Place("MUG", "hamburg"), 1))))
        .isEqualTo("RESERVATION_EXCEEDED");
  }

  @Test
  void nothingLeavesAReservationThatEnded() {
    for (Reservation ended : List.of(MADE.release(), MADE.expire(), MADE.commit(Map.of()))) {
      assertThat(reason(() -> ended.commit(Map.of()))).isEqualTo("RESERVATION_NOT_ACTIVE");
    }
  }

  @Test
  void aReleaseOfWhatEndedChangesNothing() {
    for (Reservation ended : List.of(MADE.release(), MADE.expire(), MADE.commit(Map.of()))) {
      assertThat(ended.release()).isSameAs(ended);
    }
  }

  @Test
  void aRepetitionGetsItAsItStandsUnlessItWasReleased() {
    Claim same = claim("service/orders", HASH);

    assertThat(MADE.replay(same)).isSameAs(MADE);
    assertThat(MADE.expire().replay(same).state()).isEqualTo(State.EXPIRED);
    assertThat(MADE.commit(Map.of()).replay(same).state()).isEqualTo(State.COMMITTED);
    assertThat(reason(() -> MADE.release().replay(same))).isEqualTo("RESERVATION_RELEASED");
  }

  @Test
  void anotherPayloadOrCallerIsToldThatTheIdIsTaken() {
    assertThat(reason(() -> MADE.replay(claim("service/orders", new byte[] {2}))))
        .isEqualTo("REQUEST_ID_REUSED");
    assertThat(reason(() -> MADE.release().replay(claim("guest", HASH))))
        .isEqualTo("REQUEST_ID_REUSED");
  }

  @Test
  void aTombstoneRefusesWhoeverComes() {
    Reservation tombstone = Reservation.tombstone(UUID.randomUUID(), "service/orders", NOW);

    assertThat(reason(() -> tombstone.replay(claim("service/orders", HASH))))
        .isEqualTo("RESERVATION_RELEASED");
    assertThat(tombstone.release()).isSameAs(tombstone);
  }

  @Test
  void whatWaitsKeepsItOpenAndDoesNotLeave() {
    Reservation waiting = waitingFor(2).commit(Map.of());

    assertThat(waiting.state()).isEqualTo(State.ACTIVE);
    assertThat(waiting.backordered("MUG")).isEqualTo(2);
    assertThat(reason(() -> waiting.commit(Map.of()))).isEqualTo("RESERVATION_EXCEEDED");
    assertThat(waiting.release().backorders()).isEmpty();
    assertThat(waiting.expire().backorders()).isEmpty();
  }

  @Test
  void whatComesInIsAllocated() {
    Place hamburg = new Place("MUG", "hamburg");

    Reservation partly = waitingFor(4).commit(Map.of(MUG, 1)).allocate(Map.of(MUG, 1, hamburg, 2));

    assertThat(partly.allocations())
        .containsExactly(
            new Allocation(CAP, 2, 0), new Allocation(MUG, 6, 1), new Allocation(hamburg, 2, 0));
    assertThat(partly.backorders()).containsExactly(new Backorder("MUG", 1));
    assertThat(partly.allocate(Map.of(MUG, 1)).backorders()).isEmpty();
  }

  @Test
  void whatWaitsIsGivenBackFirstThenWhatWasUsedLast() {
    Place hamburg = new Place("MUG", "hamburg");
    Map<String, Integer> priorities = Map.of("berlin", 1, "hamburg", 2);
    Reservation waiting = waitingFor(4).allocate(Map.of(hamburg, 2));

    Reservation reduced = waiting.reduce(Map.of("MUG", 3), priorities);

    assertThat(reduced.backorders()).isEmpty();
    assertThat(reduced.allocations())
        .containsExactly(
            new Allocation(CAP, 2, 0), new Allocation(MUG, 5, 0), new Allocation(hamburg, 1, 0));
    assertThat(reduced.reduce(Map.of("MUG", 2), priorities).allocations())
        .containsExactly(new Allocation(CAP, 2, 0), new Allocation(MUG, 4, 0));
    assertThat(waiting.reduce(Map.of("MUG", 3), Map.of("berlin", 2, "hamburg", 1)).allocations())
        .containsExactly(
            new Allocation(CAP, 2, 0), new Allocation(MUG, 4, 0), new Allocation(hamburg, 2, 0));
  }

  @Test
  void whatLeftIsNotGivenBackAndWhatIsEmptyIsOver() {
    Map<String, Integer> priorities = Map.of("berlin", 1);
    Reservation partly = MADE.commit(Map.of(MUG, 3));

    assertThat(reason(() -> partly.reduce(Map.of("MUG", 3), priorities)))
        .isEqualTo("RESERVATION_EXCEEDED");
    assertThat(reason(() -> partly.reduce(Map.of("HAT", 1), priorities)))
        .isEqualTo("RESERVATION_EXCEEDED");
    Reservation left = partly.reduce(Map.of("MUG", 2, "CAP", 2), priorities);
    assertThat(left.state()).isEqualTo(State.COMMITTED);
    assertThat(left.allocations()).containsExactly(new Allocation(MUG, 3, 3));
    Reservation nothing = MADE.reduce(Map.of("MUG", 5, "CAP", 2), priorities);
    assertThat(nothing.state()).isEqualTo(State.RELEASED);
    assertThat(reason(() -> nothing.reduce(Map.of("MUG", 1), priorities)))
        .isEqualTo("RESERVATION_NOT_ACTIVE");
  }

  private static Reservation waitingFor(int mugs) {
    return new Reservation(
        MADE.reservationId(),
        MADE.caller(),
        HASH,
        MADE.orderId(),
        State.ACTIVE,
        1,
        MADE.allocations(),
        List.of(new Backorder("MUG", mugs)),
        null,
        NOW);
  }

  private static Claim claim(String caller, byte[] hash) {
    return new Claim(caller, "Reserve", MADE.reservationId(), hash);
  }

  private static String reason(ThrowingCallable call) {
    return catchThrowableOfType(Failure.class, call).reason();
  }
}
