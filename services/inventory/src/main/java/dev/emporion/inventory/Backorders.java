package dev.emporion.inventory;

import dev.emporion.platform.Ticker;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives what is in stock to those who wait for it, where the transaction that brought it in did
 * not: holds that ran out, rows that others had at hand, more waiting than one transaction serves.
 * All of it stands in the database, so any instance does it, also after a restart.
 */
final class Backorders implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Backorders.class);
  private static final int MAX_BATCHES = 100;

  private final BackorderStore store;
  private final Duration pause;
  private Ticker ticker;

  /**
   * @param seconds between two looks
   */
  Backorders(BackorderStore store, int seconds) {
    this.store = store;
    this.pause = Duration.ofSeconds(seconds);
  }

  void start() {
    ticker = Ticker.start("backorders", pause, this::run);
  }

  private void run() {
    int served = store.servable().stream().mapToInt(this::serve).sum();
    if (served > 0) {
      LOG.info("{} reservations got units that they waited for", served);
    }
  }

  private int serve(String sku) {
    int served = 0;
    for (int i = 0; i < MAX_BATCHES; i++) {
      int batch = store.allocate(sku);
      if (batch == 0) {
        break;
      }
      served += batch;
    }
    return served;
  }

  @Override
  public void close() {
    if (ticker != null) {
      ticker.close();
    }
  }
}
