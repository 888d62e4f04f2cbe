package dev.emporion.chaos;

import dev.emporion.mesh.shop.Shop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients at a time, each of whom fulfils one wish after the other. */
final class Load {
  private final Settings settings;
  private final Shelf shelf;
  private final Pace pace;
  private final Journal journal;
  private final Violations violations;
  private final Patience patience;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger unanswered = new AtomicInteger();

  Load(
      Settings settings,
      Shelf shelf,
      Pace pace,
      Journal journal,
      Violations violations,
      Patience patience) {
    this.settings = settings;
    this.shelf = shelf;
    this.pace = pace;
    this.journal = journal;
    this.violations = violations;
    this.patience = patience;
  }

  /** Begins; {@link #await} waits for the end. */
  void start(List<Shop> shops) {
    for (int i = 0; i < settings.clients(); i++) {
      Shop shop = shops.get(i % shops.size());
      threads.execute(() -> shop(shop));
    }
    threads.shutdown();
  }

  private void shop(Shop shop) {
    try {
      for (int number = pace.nextOrder(); number >= 0; number = pace.nextOrder()) {
        Wish wish = Wish.draw(settings.seed(), number, shelf);
        if (!new Customer(shop, wish, journal, violations, patience).buy()) {
          unanswered.incrementAndGet();
        }
        ended.incrementAndGet();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      violations.add("a client failed: %s", e);
    }
  }

  /** Returns whether every client came to its end in time. */
  boolean await(Duration limit) throws InterruptedException {
    boolean ended = threads.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
    threads.shutdownNow();
    return ended;
  }

  /** Whether no client is there any more. */
  boolean isOver() {
    return threads.isTerminated();
  }

  /** Wishes that were fulfilled, refused or given up. */
  int ended() {
    return ended.get();
  }

  /** Of those, the ones that were never answered. */
  int unanswered() {
    return unanswered.get();
  }
}
