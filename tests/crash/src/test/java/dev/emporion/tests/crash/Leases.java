package dev.emporion.tests.crash;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Looks whether anybody still works on an order, and ends the lease of who did nothing for a while:
 * nobody waits for real ones here.
 */
final class Leases {
  private static final Duration SILENCE = Duration.ofMillis(500);

  private final Cell cell;
  private final UUID orderId;
  private int epoch;
  private long since;

  Leases(Cell cell, UUID orderId) {
    this.cell = cell;
    this.orderId = orderId;
  }

  void requireNone() {
    List<Integer> epochs =
        cell.databases
            .get("orders")
            .run(
                handle ->
                    handle
                        .createQuery("select epoch from sagas where subject = :id")
                        .bind("id", orderId)
                        .mapTo(Integer.class)
                        .list());
    if (epochs.isEmpty()) {
      return;
    }
    if (epochs.getFirst() != epoch) {
      epoch = epochs.getFirst();
      since = System.nanoTime();
    } else if (!cell.faults.undisturbed() && System.nanoTime() - since > SILENCE.toNanos()) {
      cell.endLeases();
      since = System.nanoTime();
    }
    throw new AssertionError("there is a saga of order " + orderId);
  }
}
