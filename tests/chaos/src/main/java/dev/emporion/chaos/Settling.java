package dev.emporion.chaos;

import dev.emporion.orders.v1.Order;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Waits, after the last fault, until nothing is under way any more. */
final class Settling {
  /** In which nearly all must be decided. */
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final Duration LIMIT = Duration.ofSeconds(180);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final List<String> UNDER_WAY = List.of("PENDING", "CANCELLING");
  private static final int PERCENT = 100;

  private final Books books;
  private final Instant since;
  private List<Order> open = List.of();
  private long sagas;

  Settling(Books books, Instant since) {
    this.books = books;
    this.since = since;
  }

  /** Returns which share of these orders was decided soon enough, in percent. */
  double await(int orders) {
    // An instance that was just killed may not answer yet.
    Pauses.await(until(SOON), LOOK, this::isQuiet);
    double settled = PERCENT * (orders - open()) / (double) Math.max(1, orders);
    Pauses.await(until(LIMIT), LOOK, this::isQuiet);
    return settled;
  }

  private Duration until(Duration limit) {
    Duration left = Duration.between(Instant.now(), since.plus(limit));
    return left.isNegative() ? Duration.ZERO : left;
  }

  private boolean isQuiet() {
    try {
      var found = new ArrayList<Order>();
      UNDER_WAY.forEach(state -> found.addAll(books.orders("state = " + state)));
      open = found;
      sagas = books.sagas();
      return found.isEmpty() && sagas == 0;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /** How many orders were still under way when it was looked last, parked ones too. */
  int open() {
    return (int) Math.max(open.size(), sagas);
  }
}
