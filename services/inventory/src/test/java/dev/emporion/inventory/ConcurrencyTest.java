package dev.emporion.inventory;

import static dev.emporion.inventory.Inventory.adjustment;
import static dev.emporion.inventory.Inventory.commitOf;
import static dev.emporion.inventory.Inventory.hold;
import static dev.emporion.inventory.Inventory.less;
import static dev.emporion.inventory.Inventory.line;
import static dev.emporion.inventory.Inventory.patient;
import static dev.emporion.inventory.Inventory.reductionOf;
import static dev.emporion.inventory.Inventory.releaseOf;
import static dev.emporion.inventory.Inventory.reservation;
import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.inventory.v1.CommitReservationRequest;
import dev.emporion.inventory.v1.ReleaseReservationRequest;
import dev.emporion.inventory.v1.Reservation;
import dev.emporion.inventory.v1.ReservationState;
import dev.emporion.inventory.v1.ReserveLine;
import dev.emporion.inventory.v1.ReserveRequest;
import dev.emporion.inventory.v1.StockLevel;
import dev.emporion.platform.Failure;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two instances of the service on one database, and many callers of both. */
class ConcurrencyTest {
  private static final int THREADS = 32;
  private static final Inventory ONE = new Inventory("concurrency-test-1");
  private static final Inventory TWO = new Inventory("concurrency-test-2", ONE.testDatabase());

  @AfterEach
  void audit() {
    ONE.audit();
    assertThat(deadlocks()).as("deadlocks").isZero();
  }

  @AfterAll
  static void close() {
    TWO.close();
    ONE.close();
  }

  @Test
  void theLastUnitsAreSoldOnceAndToTheLast() throws Exception {
    String mug = ONE.newSku(13, 7);

    List<String> answers =
        atOnce(200, i -> () -> outcome(() -> instance(i).reserve(reservation(line(mug, 1)))));

    assertThat(answers).filteredOn("OK"::equals).hasSize(20);
    assertThat(answers).filteredOn("OUT_OF_STOCK"::equals).hasSize(180);
    assertThat(ONE.stock(mug)).isEqualTo("13/13 7/7");
  }

  @Test
  void demandsForTheSameSkusInOppositeOrdersDoNotStopEachOther() throws Exception {
    List<String> skus = skus(6, 40);

    List<String> answers =
        atOnce(
            200,
            i ->
                () -> {
                  List<String> mine = new ArrayList<>(skus);
                  Collections.shuffle(mine, new Random(i));
                  var lines = mine.subList(0, 3 + i % 3).stream().map(sku -> line(sku, 1));
                  return outcome(
                      () -> instance(i).reserve(reservation(lines.toArray(ReserveLine[]::new))));
                });

    assertThat(answers).containsOnly("OK", "OUT_OF_STOCK");
    // Somebody was refused, so of some SKU nothing is left.
    assertThat(skus).anySatisfy(sku -> assertThat(ONE.stock(sku)).isEqualTo("20/20 20/20"));
  }

  @Test
  void aRequestSentFiftyTimesAtOnceIsOneReservation() throws Exception {
    String mug = ONE.newSku(30, 0);
    ReserveRequest request = reservation(line(mug, 2));

    List<Reservation> answers = atOnce(50, i -> () -> instance(i).reserve(request));

    assertThat(answers).containsOnly(ONE.get(request.getRequestId()));
    assertThat(ONE.stock(mug)).isEqualTo("30/2");
  }

  @Test
  void aReserveAndItsReleaseThatRaceLeaveNothingHeld() throws Exception {
    String mug = ONE.newSku(100, 0);

    for (int round = 0; round < 25; round++) {
      ReserveRequest reserve = reservation(line(mug, 1));
      ReleaseReservationRequest release = releaseOf(reserve.getRequestId());
      List<String> answers =
          atOnce(
              8,
              i ->
                  () ->
                      i % 2 == 0
                          ? outcome(() -> instance(i / 2).reserve(reserve))
                          : outcome(() -> instance(i / 2).stub.releaseReservation(release)));

      assertThat(answers).containsAnyOf("OK").isSubsetOf("OK", "RESERVATION_RELEASED");
      assertThat(ONE.get(reserve.getRequestId()).getState())
          .isEqualTo(ReservationState.RESERVATION_STATE_RELEASED);
    }
    assertThat(ONE.stock(mug)).isEqualTo("100/0");
  }

  @Test
  void aCommitAndAReleaseThatRaceBothCountEveryUnitOnce() throws Exception {
    String mug = ONE.newSku(100, 0);

    for (int round = 0; round < 25; round++) {
      String id = ONE.reserve(reservation(line(mug, 3))).getReservationId();
      CommitReservationRequest commit = commitOf(id, Inventory.part(mug, "first", 1));
      atOnce(
          6,
          i ->
              () ->
                  i % 3 == 0
                      ? outcome(() -> instance(i / 3).release(id))
                      : outcome(() -> instance(i).commit(commit)));
    }
    int onHand = ONE.levels(mug).getFirst().getOnHand();
    assertThat(ONE.stock(mug)).isEqualTo(onHand + "/0");
  }

  @Test
  void anAdjustmentSentManyTimesAtOnceIsBookedOnce() throws Exception {
    String mug = ONE.newSku(1, 0);
    for (String location : List.of("first", "second")) {
      var request = adjustment(mug, location, 5);

      var answers = atOnce(20, i -> () -> instance(i).stub.adjustStock(request));

      assertThat(answers.stream().distinct()).hasSize(1);
    }
    assertThat(ONE.stock(mug)).isEqualTo("6/0 5/0");
  }

  @Test
  void whatComesInWhileManyWaitAndMoreComeIsPromisedOnceAndToTheLast() throws Exception {
    String mug = ONE.newSku(5, 0);

    List<String> answers =
        atOnce(
            120,
            i ->
                () ->
                    i % 3 == 2
                        ? outcome(
                            () ->
                                instance(i)
                                    .stub
                                    .adjustStock(
                                        adjustment(mug, i % 2 == 0 ? "first" : "second", 2)))
                        : outcome(() -> instance(i).reserve(reservation(patient(mug, 2)))));

    assertThat(answers).containsOnly("OK");
    // 160 are promised, and there are 85.
    eventually(() -> assertThat(reserved(mug)).isEqualTo(85));
    assertThat(waiting(mug)).isEqualTo(75);
    atOnce(5, i -> () -> instance(i).stub.adjustStock(adjustment(mug, "first", 16)));
    eventually(() -> assertThat(waiting(mug)).isZero());
    assertThat(reserved(mug)).isEqualTo(160);
  }

  @Test
  void aReleaseAndWhatComesInForItRaceAndNothingIsLost() throws Exception {
    for (int round = 0; round < 15; round++) {
      String mug = ONE.newSku(1, 0);
      String taken = ONE.reserve(reservation(line(mug, 1))).getReservationId();
      String first = ONE.reserve(reservation(patient(mug, 2))).getReservationId();
      String second = TWO.reserve(reservation(patient(mug, 3))).getReservationId();
      List<Callable<?>> calls =
          List.of(
              () -> ONE.release(taken),
              () -> TWO.release(first),
              () -> ONE.stub.adjustStock(adjustment(mug, "second", 2)),
              () -> TWO.reduce(reductionOf(second, less(mug, 1))));

      assertThat(atOnce(4, i -> () -> outcome(calls.get(i)))).containsOnly("OK");

      eventually(() -> assertThat(reserved(mug)).isEqualTo(2));
      assertThat(waiting(mug)).isZero();
    }
  }

  private static int reserved(String sku) {
    return ONE.levels(sku).stream().mapToInt(StockLevel::getReserved).sum();
  }

  private static int waiting(String sku) {
    return Integer.parseInt(
        ONE.rows(
                "select coalesce(sum(quantity), 0) from reservation_backorders where sku = '%s'"
                    .formatted(sku))
            .getFirst());
  }

  @Test
  void whateverHappensAtOnceTheBooksAreRight() throws Exception {
    List<String> skus = skus(4, 60);
    List<List<String>> all =
        atOnce(
            THREADS,
            i ->
                () -> {
                  if (i < 2) {
                    return booksWhileOthersWrite(instance(i));
                  }
                  var random = new Random(i);
                  var mine = new ArrayList<String>();
                  var answers = new ArrayList<String>();
                  for (int step = 0; step < 40; step++) {
                    answers.add(outcome(() -> somethingWith(instance(i), skus, mine, random)));
                  }
                  return answers;
                });

    assertThat(all.stream().flatMap(List::stream).distinct())
        .isSubsetOf(
            "OK",
            "OUT_OF_STOCK",
            "INSUFFICIENT_STOCK",
            "RESERVATION_NOT_ACTIVE",
            "RESERVATION_EXCEEDED",
            "RESERVATION_RELEASED");
  }

  private static List<String> booksWhileOthersWrite(Inventory inventory) {
    for (int look = 0; look < 20; look++) {
      assertThat(inventory.books().getViolationsList()).isEmpty();
    }
    return List.of();
  }

  private static Object somethingWith(
      Inventory inventory, List<String> skus, List<String> mine, Random random) {
    String sku = skus.get(random.nextInt(skus.size()));
    String other =
        skus.get((skus.indexOf(sku) + 1 + random.nextInt(skus.size() - 1)) % skus.size());
    String id = mine.isEmpty() ? null : mine.get(random.nextInt(mine.size()));
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> {
        int quantity = 1 + random.nextInt(4);
        Reservation made =
            inventory.reserve(
                random.nextBoolean()
                    ? reservation(line(sku, quantity), line(other, 1))
                    : hold(line(other, 1), line(sku, quantity)));
        mine.add(made.getReservationId());
        return made;
      }
      case 10 -> {
        Reservation made =
            inventory.reserve(
                random.nextBoolean()
                    ? reservation(patient(sku, 30), line(other, 1))
                    : hold(patient(other, 9), patient(sku, 9)));
        mine.add(made.getReservationId());
        return made;
      }
      case 11 -> {
        return id == null ? "nothing" : inventory.reduce(reductionOf(id, less(sku, 1)));
      }
      case 4, 5 -> {
        return id == null ? "nothing" : inventory.release(id);
      }
      case 6 -> {
        return id == null ? "nothing" : inventory.commit(commitOf(id));
      }
      case 7 -> {
        return id == null
            ? "nothing"
            : inventory.commit(commitOf(id, Inventory.part(sku, "first", 1)));
      }
      case 8 -> {
        if (id != null && inventory.get(id).hasExpireTime()) {
          inventory.sql(
              """
              update reservations set due_at = now()
              where reservation_id = '%s' and due_at is not null
              """
                  .formatted(id));
        }
        return "nothing";
      }
      default -> {
        return inventory.stub.adjustStock(
            adjustment(sku, random.nextBoolean() ? "first" : "second", random.nextInt(19) - 6 | 1));
      }
    }
  }

  private static Inventory instance(int i) {
    return i % 2 == 0 ? ONE : TWO;
  }

  private static List<String> skus(int count, int units) {
    return IntStream.range(0, count).mapToObj(i -> ONE.newSku(units / 2, units / 2)).toList();
  }

  private interface Numbered<T> {
    Callable<T> call(int i);
  }

  private static <T> List<T> atOnce(int calls, Numbered<T> numbered) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<T>();
      var all = IntStream.range(0, calls).mapToObj(numbered::call).toList();
      for (Future<T> answer : threads.invokeAll(all)) {
        answers.add(answer.get());
      }
      return answers;
    }
  }

  private static String outcome(Callable<?> call) throws Exception {
    try {
      call.call();
      return "OK";
    } catch (StatusRuntimeException e) {
      return Failure.from(e).reason();
    }
  }

  private static int deadlocks() {
    return Integer.parseInt(
        ONE.rows("select deadlocks from pg_stat_database where datname = current_database()")
            .getFirst());
  }
}
