package dev.emporion.platform;

import static dev.emporion.platform.Refusals.refused;
import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.common.v1.ErrorReason;
import io.grpc.Context;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CombinerTest {
  private final ConcurrentLinkedQueue<List<Integer>> batches = new ConcurrentLinkedQueue<>();
  private final AtomicInteger entered = new AtomicInteger();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void end() {
    gate.countDown();
    threads.close();
  }

  @Test
  void a_lane_that_is_not_busy_runs_on_the_callers_own_thread() {
    var combiner =
        new Combiner<String, Integer, Thread>(
            10, 10, (lane, requests) -> List.of(Thread.currentThread()));
    assertThat(combiner.call("a", 1)).isSameAs(Thread.currentThread());
    assertThat(combiner.lanes()).isZero();
  }

  @Test
  void requests_that_come_while_a_batch_runs_are_the_next_batches() throws Exception {
    var combiner = new Combiner<String, Integer, Integer>(3, 10, this::gated);
    List<Future<Integer>> answers = queue(combiner, 6);
    gate.countDown();
    for (int i = 0; i < 6; i++) {
      assertThat(answers.get(i).get()).isEqualTo(i * 10);
    }
    assertThat(batches).containsExactly(List.of(0), List.of(1, 2, 3), List.of(4, 5));
    eventually(() -> assertThat(combiner.lanes()).isZero());
  }

  @Test
  void another_lane_does_not_wait() {
    var combiner = new Combiner<String, Integer, Integer>(3, 10, this::gated);
    queue(combiner, 1);
    assertThat(combiner.call("free", 7)).isEqualTo(70);
  }

  @Test
  void a_full_lane_refuses() throws Exception {
    var combiner = new Combiner<String, Integer, Integer>(3, 2, this::gated);
    queue(combiner, 3);
    refused(ErrorReason.ERROR_REASON_OVERLOADED, () -> combiner.call("busy", 4));
  }

  @Test
  void who_gives_up_in_the_queue_is_not_run() throws Exception {
    var combiner = new Combiner<String, Integer, Integer>(3, 10, this::gated);
    List<Future<Integer>> answers = queue(combiner, 2);
    try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
      Context.current()
          .withDeadlineAfter(1, TimeUnit.MILLISECONDS, timer)
          .run(() -> refused(ErrorReason.ERROR_REASON_OVERLOADED, () -> combiner.call("busy", 99)));
    }
    gate.countDown();
    assertThat(answers.getLast().get()).isEqualTo(10);
    assertThat(batches).containsExactly(List.of(0), List.of(1));
  }

  @Test
  void what_a_batch_throws_is_thrown_to_each_member_and_the_lane_goes_on() throws Exception {
    var combiner =
        new Combiner<String, Integer, Integer>(
            2,
            10,
            (lane, requests) -> {
              List<Integer> answers = gated(lane, requests);
              if (requests.contains(1)) {
                throw new IllegalStateException("bad batch");
              }
              return answers;
            });
    List<Future<Integer>> answers = queue(combiner, 4);
    gate.countDown();
    for (int i = 1; i <= 2; i++) {
      Future<Integer> answer = answers.get(i);
      assertThatThrownBy(answer::get)
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseMessage("bad batch");
    }
    assertThat(answers.get(3).get()).isEqualTo(30);
  }

  @Test
  void without_a_database_those_who_wait_are_told_with_the_batch() throws Exception {
    var combiner =
        new Combiner<String, Integer, Integer>(
            2,
            10,
            (lane, requests) -> {
              gated(lane, requests);
              throw Failure.of(
                  Status.Code.UNAVAILABLE,
                  ErrorReason.ERROR_REASON_DATABASE_UNAVAILABLE,
                  "no database");
            });
    List<Future<Integer>> answers = queue(combiner, 6);
    gate.countDown();
    for (Future<Integer> answer : answers) {
      assertThatThrownBy(answer::get).hasRootCauseMessage("no database");
    }
    assertThat(batches).containsExactly(List.of(0));
    eventually(() -> assertThat(combiner.lanes()).isZero());
  }

  @Test
  void a_batch_whose_statement_is_refused_is_run_one_by_one() throws Exception {
    var combiner =
        new Combiner<String, Integer, Integer>(
            10,
            10,
            (lane, requests) -> {
              List<Integer> answers = gated(lane, requests);
              if (requests.contains(2)) {
                throw new UnableToExecuteStatementException("two");
              }
              return answers;
            });
    List<Future<Integer>> answers = queue(combiner, 4);
    gate.countDown();
    assertThat(answers.get(1).get()).isEqualTo(10);
    assertThatThrownBy(() -> answers.get(2).get()).hasRootCauseMessage("two");
    assertThat(answers.get(3).get()).isEqualTo(30);
    assertThat(batches)
        .containsExactly(List.of(0), List.of(1, 2, 3), List.of(1), List.of(2), List.of(3));
  }

  @Test
  void under_load_every_request_is_answered_once_and_one_batch_runs_at_a_time() throws Exception {
    var inside = new AtomicInteger();
    var done = new AtomicInteger();
    var combiner =
        new Combiner<Integer, Integer, Integer>(
            8,
            1000,
            (lane, requests) -> {
              if (lane == 0) {
                assertThat(inside.incrementAndGet()).isEqualTo(1);
                Thread.yield();
                inside.decrementAndGet();
              }
              done.addAndGet(requests.size());
              return requests.stream().map(request -> request + 1).toList();
            });
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      int request = i;
      calls.add(() -> combiner.call(request % 2, request));
    }
    List<Future<Integer>> answers = threads.invokeAll(calls);
    for (int i = 0; i < 1000; i++) {
      assertThat(answers.get(i).get()).isEqualTo(i + 1);
    }
    assertThat(done).hasValue(1000);
    eventually(() -> assertThat(combiner.lanes()).isZero());
  }

  /** The first batch of the lane waits at the gate. */
  private List<Integer> gated(String lane, List<Integer> requests) {
    batches.add(requests);
    entered.incrementAndGet();
    if (lane.equals("busy") && requests.contains(0)) {
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return requests.stream().map(request -> request * 10).toList();
  }

  /** Requests 0, 1, 2, ... in this order; the first one is being run. */
  private List<Future<Integer>> queue(Combiner<String, Integer, Integer> combiner, int count) {
    var answers = new ArrayList<Future<Integer>>();
    for (int i = 0; i < count; i++) {
      int request = i;
      answers.add(threads.submit(() -> combiner.call("busy", request)));
      if (i == 0) {
        eventually(() -> assertThat(entered).hasValue(1));
      } else {
        eventually(() -> assertThat(combiner.waiting("busy")).isEqualTo(request));
      }
    }
    return answers;
  }
}
