package dev.emporion.platform;

import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.platform.Lease.LostLease;
import dev.emporion.platform.Saga.Failpoint;
import dev.emporion.platform.Saga.Moment;
import dev.emporion.platform.Saga.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sagas between instances that die, sleep and stop. */
class SagaTakeOverTest {
  private static final Database DATABASE = Things.freshDatabase();
  private static final SagaConfig CONFIG = new SagaConfig(60, 1000, 100, 5, 5);

  /** Renews after a sixth of a second. */
  private static final SagaConfig SHORT_LEASE = new SagaConfig(1, 1000, 100, 5, 5);

  private final Trip trip = new Trip(DATABASE);
  private final SagaRunner first = trip.runner(CONFIG);
  private final SagaRunner second = trip.runner(CONFIG);
  private final UUID id = Ids.newId();

  @BeforeEach
  void leaveNothingDue() {
    DATABASE.run(handle -> handle.execute("delete from sagas"));
  }

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  /** The process ends here. */
  private static final class Died extends Error {
    private static final long serialVersionUID = 1;
  }

  private static Failpoint dieAt(String name, Moment moment) {
    return (lease, at, now) -> {
      if (at.equals(name) && now == moment) {
        throw new Died();
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "flight, BEFORE_CALL",
    "flight, AFTER_CALL",
    "hotel, BEFORE_CALL",
    "hotel, AFTER_CALL",
    "finish, BEFORE_COMMIT",
    "finish, AFTER_COMMIT",
  })
  void wherever_an_instance_dies_another_one_ends_the_saga_once(String name, Moment moment) {
    dies(name, moment);
    assertThat(trip.note(id)).startsWith("done: ").endsWith("+flight+hotel");
    assertNothingIsDoneTwice();
  }

  @ParameterizedTest
  @CsvSource({
    "flight, AFTER_CALL",
    "hotel, BEFORE_CALL",
    "refusal, BEFORE_COMMIT",
    "refusal, AFTER_COMMIT",
    "hotel, BEFORE_UNDO",
    "hotel, AFTER_UNDO",
    "flight, BEFORE_UNDO",
    "flight, AFTER_UNDO",
    "reject, BEFORE_COMMIT",
    "reject, AFTER_COMMIT",
  })
  void wherever_an_instance_dies_on_the_way_back_another_one_ends_it(String name, Moment moment) {
    trip.hotel =
        ask -> {
          throw new Refused("full".getBytes());
        };
    dies(name, moment);
    assertThat(trip.note(id)).isEqualTo("refused: full");
    assertThat(trip.asked).contains("undo flight", "undo hotel");
    assertNothingIsDoneTwice();
  }

  private void dies(String name, Moment moment) {
    SagaRunner mortal = trip.runner(CONFIG, dieAt(name, moment));
    assertThatThrownBy(trip.begin(mortal, id)::join).hasCauseInstanceOf(Died.class);
    trip.endLease(id);
    second.takeOver();
    eventually(() -> assertThat(trip.ends(id)).isOne());
    eventually(() -> assertThat(second.running()).isZero());
  }

  private void assertNothingIsDoneTwice() {
    assertThat(trip.sagas(id)).isZero();
    assertThat(trip.ends(id)).isOne();
    assertThat(trip.requestIds.values()).allSatisfy(ids -> assertThat(ids).hasSize(1));
  }

  @Test
  void a_lease_that_has_not_ended_is_left_alone() {
    trip.insert(first, first.newLease(id, "trip"));
    assertThat(second.takeOver()).isZero();
  }

  @Test
  void an_instance_that_slept_and_woke_writes_nothing() throws Exception {
    var asleep = new CountDownLatch(1);
    var sleep = new CountDownLatch(1);
    var once = new AtomicBoolean(true);
    trip.hotel =
        ask -> {
          if (once.getAndSet(false)) {
            asleep.countDown();
            await(sleep);
          }
        };
    var slept = trip.begin(first, id);
    await(asleep);
    trip.endLease(id);
    assertThat(second.takeOver()).isOne();
    eventually(() -> assertThat(trip.note(id)).isEqualTo("done: loaded+flight+hotel"));
    sleep.countDown();
    assertThatThrownBy(slept::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(LostLease.class);
    assertThat(trip.ends(id)).isOne();
  }

  @Test
  void a_lost_lease_writes_neither_refusal_nor_parking() throws Exception {
    trip.hotel =
        ask -> {
          trip.endLease(id);
          second.takeOver();
          trip.hotel = again -> {};
          throw new Refused("full".getBytes());
        };
    assertThatThrownBy(trip.begin(first, id)::join).hasCauseInstanceOf(LostLease.class);
    eventually(() -> assertThat(trip.ends(id)).isOne());
  }

  @Test
  void two_instances_that_look_at_once_take_each_saga_once() throws Exception {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      UUID due = Ids.newId();
      ids.add(due);
      trip.insert(first, first.newLease(due, "trip"));
      trip.endLease(due);
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var one = threads.submit(first::takeOver);
      var other = threads.submit(second::takeOver);
      assertThat(one.get() + other.get()).isEqualTo(40);
    }
    for (UUID due : ids) {
      eventually(() -> assertThat(trip.ends(due)).isOne());
    }
    assertThat(trip.asked).hasSize(80);
  }

  @Test
  void what_takes_long_keeps_its_lease() {
    SagaRunner first = trip.runner(SHORT_LEASE);
    var gate = new CountDownLatch(1);
    trip.hotel = ask -> await(gate);
    var running = trip.begin(first, id);
    trip.endLease(id);
    // A saga that is only a moment old is not worth a statement yet.
    eventually(
        () -> {
          first.renew();
          assertThat(trip.text("select lease_until > now() from sagas where subject = :id", id))
              .isEqualTo("t");
        });
    assertThat(second.takeOver()).isZero();
    gate.countDown();
    assertThat(running.join()).isEqualTo("done: new+flight+hotel");
  }

  @Test
  void who_cannot_renew_asks_for_nothing_more() throws Exception {
    SagaRunner first = trip.runner(SHORT_LEASE);
    var asked = new CountDownLatch(1);
    var gate = new CountDownLatch(1);
    trip.flight =
        ask -> {
          asked.countDown();
          await(gate);
        };
    var running = trip.begin(first, id);
    await(asked);
    trip.end(new Lease(id, "trip", epoch()), "ended by another");
    eventually(
        () -> {
          first.renew();
          assertThat(first.isLost(id)).isTrue();
        });
    gate.countDown();
    assertThatThrownBy(running::get).hasCauseInstanceOf(LostLease.class);
    assertThat(trip.asked).containsExactly("flight");
  }

  @Test
  void a_lease_of_an_ended_saga_fits_no_later_one_of_the_same_subject() {
    Lease old = first.newLease(id, "trip");
    trip.insert(first, old);
    trip.end(old, "ended");
    Lease later = first.newLease(id, "trip");
    DATABASE.run(
        handle ->
            first
                .bind(
                    handle.createUpdate(
                        """
                        insert into sagas (subject, kind, epoch, owner, lease_until)
                        values (:subject, :kind, :epoch, :owner, now())
                        """),
                    later)
                .execute());
    assertThatThrownBy(() -> trip.end(old, "again")).isInstanceOf(LostLease.class);
    assertThat(trip.sagas(id)).isOne();
  }

  private int epoch() {
    return Integer.parseInt(trip.text("select epoch from sagas where subject = :id", id));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
