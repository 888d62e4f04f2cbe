package dev.emporion.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.emporion.inventory.Reservation.Allocation;
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

  private static Claim claim(String caller, byte[] hash) {
    return new Claim(caller, "Reserve", MADE.reservationId(), hash);
  }

  private static String reason(ThrowingCallable call) {
    return catchThrowableOfType(Failure.class, call).reason();
  }
}
