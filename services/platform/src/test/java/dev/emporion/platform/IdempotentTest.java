package dev.emporion.platform;

import static dev.emporion.platform.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Int32Value;
import dev.emporion.carts.v1.RemoveCartLineRequest;
import dev.emporion.common.v1.ErrorReason;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class IdempotentTest {
  private static final String RPC = "emporion.things.v1.ThingsService/Count";
  private static final Database DATABASE = Things.freshDatabase();

  private final Things things = new Things(DATABASE);
  private final UUID id = things.create(10);

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Test
  void a_write_saves_effect_event_and_answer() {
    assertThat(add(claim("x"), 5)).isEqualTo(15);
    assertThat(things.count(id)).isEqualTo(15);
    assertThat(things.version(id)).isEqualTo(2);
    assertThat(things.events(id)).isEqualTo(1);
  }

  @Test
  void a_repetition_gets_the_first_answer_whatever_happened_since() {
    Claim claim = claim("x");
    add(claim, 5);
    add(claim("y"), 100);
    assertThat(add(claim, 5)).isEqualTo(15);
    assertThat(things.count(id)).isEqualTo(115);
  }

  @Test
  void fifty_twins_at_once_have_one_effect_and_equal_answers() throws Exception {
    Claim claim = claim("x");
    assertThat(atOnce(50, i -> add(claim, 5))).hasSize(50).containsOnly(15);
    assertThat(things.count(id)).isEqualTo(15);
    assertThat(things.events(id)).isEqualTo(1);
  }

  @Test
  void different_writers_at_once_all_count() throws Exception {
    List<Integer> answers = atOnce(12, i -> add(claim("writer " + i), 1));
    assertThat(answers).doesNotHaveDuplicates();
    assertThat(things.count(id)).isEqualTo(22);
    assertThat(things.events(id)).isEqualTo(12);
  }

  @Test
  void the_same_request_id_with_another_payload_is_refused() {
    UUID requestId = Ids.newId();
    add(claim(requestId, "x"), 5);
    Failure failure =
        refused(ErrorReason.ERROR_REASON_REQUEST_ID_REUSED, () -> add(claim(requestId, "y"), 5));
    assertThat(failure.code()).isEqualTo(Status.Code.ALREADY_EXISTS);
    assertThat(failure.metadata()).containsEntry("request_id", requestId.toString());
  }

  @Test
  void another_callers_request_id_is_another_request() {
    UUID requestId = Ids.newId();
    add(claim(requestId, "x"), 5);
    Claim other = Caller.as(Caller.customer("42"), () -> Claim.of(RPC, request(requestId, "x")));
    assertThat(add(other, 5)).isEqualTo(20);
  }

  @Test
  void a_refusal_saves_nothing_so_that_the_same_request_may_succeed_later() {
    Claim claim = claim("x");
    refused(ErrorReason.ERROR_REASON_INVALID_VALUE, () -> write(claim, count -> refuse()));
    assertThat(add(claim, 5)).isEqualTo(15);
  }

  @Test
  void a_refusal_is_not_told_when_a_twin_finished_meanwhile() {
    Claim claim = claim("x");
    int answer =
        write(
            claim,
            count -> {
              add(claim, 5); // the twin, between our look and our refusal
              return refuse();
            });
    assertThat(answer).isEqualTo(15);
  }

  @Test
  void an_unknown_outcome_is_told_at_once() {
    var attempts = new AtomicInteger();
    refused(
        ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE,
        () ->
            write(
                claim("x"),
                count -> {
                  attempts.incrementAndGet();
                  throw Failure.of(
                      Status.Code.UNAVAILABLE,
                      ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE,
                      "gone");
                }));
    assertThat(attempts).hasValue(1);
  }

  @Test
  void who_is_never_fast_enough_is_told_of_contention() {
    refused(
        ErrorReason.ERROR_REASON_CONTENTION,
        () -> Idempotent.write(claim("x"), Int32Value.parser(), Attempt::stale));
  }

  @Test
  void a_broken_constraint_of_the_service_itself_is_not_taken_for_a_twin() {
    Throwable failure =
        org.assertj.core.api.Assertions.catchThrowable(() -> write(claim("x"), count -> -1));
    assertThat(Database.violated(failure, "things_count_not_negative")).isTrue();
  }

  private int add(Claim claim, int amount) {
    return write(claim, count -> count + amount);
  }

  private int write(Claim claim, IntUnaryOperator change) {
    return Idempotent.write(claim, Int32Value.parser(), () -> things.change(claim, id, change))
        .getValue();
  }

  private static int refuse() {
    throw Failure.of(Status.Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_INVALID_VALUE, "no");
  }

  private static Claim claim(String payload) {
    return claim(Ids.newId(), payload);
  }

  private static Claim claim(UUID requestId, String payload) {
    return Claim.of(RPC, request(requestId, payload));
  }

  private static RemoveCartLineRequest request(UUID requestId, String payload) {
    return RemoveCartLineRequest.newBuilder()
        .setRequestId(requestId.toString())
        .setCartId(payload)
        .build();
  }

  private static List<Integer> atOnce(int count, IntUnaryOperator call) throws Exception {
    var calls = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < count; i++) {
      int number = i;
      calls.add(() -> call.applyAsInt(number));
    }
    var answers = new ArrayList<Integer>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : threads.invokeAll(calls)) {
        answers.add(answer.get());
      }
    }
    return answers;
  }
}
