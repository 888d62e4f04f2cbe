package dev.emporion.together;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Orders are placed, edited, cancelled, shipped, delivered and sent back all the while: the audit
 * stays silent.
 */
class AuditUnderLoadTest {
  private static final int BUYERS = 4;
  private static final int AUDITS = 5;
  private static final int STOCK = 100_000;

  @TempDir static Path simulatorData;

  @Test
  void anAuditUnderLoadGivesNoFalseAlarm() throws Exception {
    var end = new AtomicBoolean();
    var lives = new AtomicInteger();
    try (var shop = new Shop(simulatorData);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Trade trade = new Trade(shop).open(STOCK);
      List<Future<Integer>> buyers = new ArrayList<>();
      for (int i = 0; i < BUYERS; i++) {
        int kind = i;
        buyers.add(threads.submit(() -> buy(trade, kind, end, lives)));
      }
      var auditor = new Auditor(shop);
      try {
        for (int i = 0; i < AUDITS || lives.get() < AUDITS * BUYERS; i++) {
          auditor.mustBeSound();
        }
      } finally {
        end.set(true);
      }
      int orders = 0;
      for (Future<Integer> buyer : buyers) {
        orders += buyer.get();
      }
      auditor.mustBeSound();
      assertThat(auditor.audit().lines().getLast()).contains("orders=" + orders + " ");
    }
  }

  private static Integer buy(Trade trade, int kind, AtomicBoolean end, AtomicInteger lives) {
    int orders = 0;
    while (!end.get()) {
      live(trade, kind + orders);
      orders++;
      lives.incrementAndGet();
    }
    return orders;
  }

  /** One order's life, of the kinds that there are. */
  private static void live(Trade trade, int kind) {
    switch (kind % 6) {
      case 0 -> trade.cancel(trade.order(2, "tok_ok"));
      case 1 -> trade.deliver(trade.ship(trade.order(2, "tok_ok"), 2));
      case 2 -> trade.cancel(trade.ship(trade.order(3, "tok_ok"), 1));
      case 3 -> trade.sendBack(trade.deliver(trade.ship(trade.order(2, "tok_ok"), 2)));
      case 4 -> trade.ship(trade.edit(trade.order(3, "tok_ok"), 2), 1);
      default -> trade.order(1, "tok_declined");
    }
  }
}
