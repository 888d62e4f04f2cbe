package dev.emporion.platform;

import static dev.emporion.platform.Refusals.refused;
import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.common.v1.ErrorReason;
import dev.emporion.platform.Lease.LostLease;
import dev.emporion.platform.Saga.Parked;
import dev.emporion.platform.Saga.Refused;
import io.grpc.Context;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sagas in one instance. */
class SagaRunnerTest {
  private static final Database DATABASE = Things.freshDatabase();
  private static final SagaConfig CONFIG = new SagaConfig(10, 1000, 100, 5, 5);

  private final Trip trip = new Trip(DATABASE);
  private final SagaRunner runner = trip.runner(CONFIG);
  private final ParkedSagas parked = new ParkedSagas(DATABASE);
  private final UUID id = Ids.newId();

  @BeforeEach
  void leaveNothingDue() {
    DATABASE.run(handle -> handle.execute("delete from sagas"));
  }

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  void an_undisturbed_saga_goes_through_its_steps_and_leaves_no_row() {
    String saved = trip.begin(runner, id).join();
    assertThat(saved).isEqualTo("done: new+flight+hotel").isEqualTo(trip.note(id));
    assertThat(trip.asked).containsExactly("flight", "hotel");
    assertThat(trip.requestIds.get("flight")).containsExactly(Ids.v5(id, "trip/flight/1"));
    assertThat(trip.sagas(id)).isZero();
    assertThat(runner.running()).isZero();
  }

  @Test
  void a_caller_who_leaves_cancels_nothing() {
    var seen = new ArrayList<Object>();
    trip.hotel =
        ask -> {
          seen.add(Caller.current());
          seen.add(Context.current().isCancelled());
        };
    var context = Context.current().withValue(Caller.KEY, Caller.customer("42")).withCancellation();
    var end = new ArrayList<CompletableFuture<String>>();
    context.run(
        () -> {
          context.cancel(null);
          end.add(trip.begin(runner, id));
        });
    end.getFirst().join();
    assertThat(seen).containsExactly(Caller.service("things"), false);
  }

  @Test
  void an_unanswered_step_is_asked_again_as_the_same_request() {
    trip.hotel =
        ask -> {
          if (ask.number() < 4) {
            throw unavailable();
          }
        };
    assertThat(trip.begin(runner, id).join()).isEqualTo("done: new+flight+hotel");
    assertThat(trip.asked).containsExactly("flight", "hotel", "hotel", "hotel", "hotel");
    assertThat(trip.requestIds.get("hotel")).hasSize(1);
    assertThat(trip.pauses).hasSize(3);
    assertThat(trip.pauses.get(0)).isBetween(50L, 100L);
    assertThat(trip.pauses.get(1)).isBetween(100L, 200L);
    assertThat(trip.pauses.get(2)).isBetween(200L, 400L);
  }

  @Test
  void a_refusal_goes_back_from_the_refused_step_itself() {
    trip.hotel = ask -> refuse("no rooms");
    assertThat(trip.begin(runner, id).join()).isEqualTo("refused: no rooms");
    assertThat(trip.note(id)).isEqualTo("refused: no rooms");
    assertThat(trip.asked).containsExactly("flight", "hotel", "undo hotel", "undo flight");
    assertThat(trip.requestIds.get("undo hotel")).containsExactly(Ids.v5(id, "trip/hotel/1/undo"));
    assertThat(trip.sagas(id)).isZero();
  }

  @Test
  void what_was_never_asked_is_not_undone() {
    trip.flight = ask -> refuse("no seats");
    assertThat(trip.begin(runner, id).join()).isEqualTo("refused: no seats");
    assertThat(trip.asked).containsExactly("flight", "undo flight");
  }

  @Test
  void a_compensation_knows_the_request_it_undoes() {
    var ids = new ArrayList<UUID>();
    trip.flight =
        ask -> {
          ids.add(ask.requestId());
          refuse("no seats");
        };
    trip.undoFlight = ask -> ids.add(ask.stepId());
    trip.begin(runner, id).join();
    assertThat(ids).hasSize(2).containsOnly(Ids.v5(id, "trip/flight/1"));
  }

  @Test
  void the_refusal_is_journaled_before_the_first_compensation() {
    trip.flight = ask -> refuse("no seats");
    var journaled = new ArrayList<String>();
    trip.undoFlight =
        ask ->
            journaled.add(
                trip.text(
                    "select convert_from(refusal, 'UTF8') from sagas where subject = :id", id));
    trip.begin(runner, id).join();
    assertThat(journaled).containsExactly("no seats");
  }

  @Test
  void a_compensation_that_fails_is_asked_again() {
    trip.hotel = ask -> refuse("no rooms");
    trip.undoFlight =
        ask -> {
          if (ask.number() == 1) {
            throw unavailable();
          }
        };
    trip.begin(runner, id).join();
    assertThat(trip.asked)
        .containsExactly("flight", "hotel", "undo hotel", "undo flight", "undo flight");
    assertThat(trip.requestIds.get("undo flight")).hasSize(1);
  }

  @Test
  void a_step_that_never_ends_is_parked_and_goes_on_when_an_operator_says_so() {
    trip.hotel =
        ask -> {
          throw unavailable();
        };
    assertThatThrownBy(trip.begin(runner, id)::join).hasCauseInstanceOf(Parked.class);
    assertThat(trip.text("select parked_reason from sagas where subject = :id", id))
        .startsWith("hotel: UNAVAILABLE");
    assertThat(trip.text("select attempts from sagas where subject = :id", id)).isEqualTo("5");

    trip.endLease(id);
    assertThat(runner.takeOver()).isZero();

    trip.hotel = ask -> {};
    parked.resume(id, claim(), new byte[0]);
    eventually(() -> assertThat(runner.takeOver()).isOne());
    eventually(() -> assertThat(trip.note(id)).isEqualTo("done: loaded+flight+hotel"));
    assertThat(trip.requestIds.get("hotel")).hasSize(1);
  }

  @Test
  void what_is_parked_is_listed_with_the_step_that_did_not_end() {
    trip.hotel =
        ask -> {
          throw unavailable();
        };
    assertThatThrownBy(trip.begin(runner, id)::join).hasCauseInstanceOf(Parked.class);
    assertThat(parked.list("list", 0, "").rows())
        .singleElement()
        .satisfies(
            saga -> {
              assertThat(saga.subject()).isEqualTo(id);
              assertThat(saga.step()).isEqualTo("hotel");
              assertThat(saga.attempts()).isEqualTo(5);
              assertThat(saga.abandonable()).isTrue();
            });
  }

  @Test
  void what_is_abandoned_goes_back_from_its_last_step() {
    trip.flight =
        ask -> {
          throw unavailable();
        };
    assertThatThrownBy(trip.begin(runner, id)::join).hasCauseInstanceOf(Parked.class);
    assertThat(parked.abandon(id, "given up".getBytes(), claim(), new byte[0])).isOne();
    assertThat(runner.takeOver()).isOne();
    eventually(() -> assertThat(trip.note(id)).isEqualTo("refused: given up"));
    assertThat(trip.asked).endsWith("undo hotel", "undo flight");
  }

  @Test
  void what_goes_back_is_not_abandoned() {
    trip.hotel = ask -> refuse("no rooms");
    trip.undoFlight =
        ask -> {
          throw unavailable();
        };
    assertThatThrownBy(trip.begin(runner, id)::join).hasCauseInstanceOf(Parked.class);
    assertThat(parked.list("list", 0, "").rows())
        .singleElement()
        .satisfies(saga -> assertThat(saga.step()).isEqualTo("flight/undo"))
        .satisfies(saga -> assertThat(saga.goesBack()).isTrue());
    assertThat(parked.abandon(id, new byte[0], claim(), new byte[0])).isZero();
  }

  @Test
  void what_may_have_done_what_cannot_be_undone_is_not_abandoned_wherever_it_is_parked()
      throws Exception {
    Trip bound = new Trip(DATABASE, false);
    SagaRunner runner = bound.runner(CONFIG);
    bound.hotel =
        ask -> {
          bound.endLease(id); // the instance dies here, for all that anybody knows
          bound.flight =
              again -> {
                throw unavailable();
              };
          runner.takeOver();
          throw new IllegalStateException("nobody hears of it");
        };
    assertThatThrownBy(bound.begin(runner, id)::join).hasCauseInstanceOf(LostLease.class);
    eventually(() -> assertThat(parked.list("list", 0, "").rows()).hasSize(1));
    assertThat(parked.list("list", 0, "").rows().getFirst().step()).isEqualTo("flight");
    assertThat(parked.abandon(id, new byte[0], claim(), new byte[0])).isZero();
  }

  private static Claim claim() {
    return new Claim("operator/x", "things/Resume", UUID.randomUUID(), new byte[1]);
  }

  @Test
  void what_cannot_be_refused_is_parked_when_it_is() {
    trip.hotel = ask -> refuse("no rooms");
    trip.undoFlight = ask -> refuse("no way back");
    assertThatThrownBy(trip.begin(runner, id)::join)
        .hasCauseInstanceOf(Parked.class)
        .hasMessageContaining("flight/undo cannot be refused");
  }

  @Test
  void an_instance_has_a_bound_of_sagas() throws Exception {
    var gate = new CountDownLatch(1);
    trip.flight = ask -> await(gate);
    SagaRunner small = trip.runner(new SagaConfig(10, 1000, 1, 5, 5));
    small.requireCapacity();
    var running = trip.begin(small, id);
    refused(ErrorReason.ERROR_REASON_OVERLOADED, small::requireCapacity);

    UUID other = Ids.newId();
    trip.insert(small, small.newLease(other, "trip"));
    trip.endLease(other);
    assertThat(small.takeOver()).isZero();
    gate.countDown();
    running.get(5, TimeUnit.SECONDS);
    assertThat(small.takeOver()).isOne();
    eventually(() -> assertThat(trip.sagas(other)).isZero());
  }

  @Test
  void a_stop_lets_what_runs_end_and_gives_back_what_waits() throws Exception {
    var gate = new CountDownLatch(1);
    var waiting = new CountDownLatch(1);
    UUID stuck = Ids.newId();
    trip.flight =
        ask -> {
          if (ask.lease().subject().equals(stuck)) {
            waiting.countDown();
            throw unavailable();
          }
          await(gate);
        };
    var stopped = new SagaRunner(DATABASE, CONFIG, Caller.GUEST, List.of(trip.saga));
    var running = trip.begin(stopped, id);
    var left = trip.begin(stopped, stuck);
    await(waiting);
    Thread closing = Thread.startVirtualThread(stopped::close);
    assertThatThrownBy(() -> left.get(5, TimeUnit.SECONDS)).hasMessageContaining("stopping");
    gate.countDown();
    closing.join();
    assertThat(running.join()).isEqualTo("done: new+flight+hotel");

    trip.flight = ask -> {};
    assertThat(runner.takeOver()).isOne();
    eventually(() -> assertThat(trip.note(stuck)).isEqualTo("done: loaded+flight+hotel"));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void refuse(String reason) {
    throw new Refused(reason.getBytes(StandardCharsets.UTF_8));
  }

  private static Failure unavailable() {
    return Failure.of(
        Status.Code.UNAVAILABLE, ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE, "not now");
  }
}
