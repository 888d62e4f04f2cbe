package dev.emporion.inventory;

import dev.emporion.platform.Ticker;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back holds whose time ran out. What is due stands in the database and is decided by its
 * clock, so any instance does it, also after a restart; rows that another one has at hand are
 * passed over.
 */
final class Expiry implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
  private static final int BATCH = 100;
  private static final int MAX_BATCHES = 100;

  private final ReservationStore reservations;
  private final Duration pause;
  private Ticker ticker;

  /**
   * @param seconds between two looks
   */
  Expiry(ReservationStore reservations, int seconds) {
    this.reservations = reservations;
    this.pause = Duration.ofSeconds(seconds);
  }

  void start() {
    ticker = Ticker.start("expiry of holds", pause, this::run);
  }

  private void run() {
    int expired = 0;
    for (int i = 0; i < MAX_BATCHES; i++) {
      int batch = reservations.expire(BATCH);
      expired += batch;
      if (batch < BATCH) {
        break;
      }
    }
    if (expired > 0) {
      LOG.info("gave back {} holds whose time ran out", expired);
    }
  }

  @Override
  public void close() {
    if (ticker != null) {
      ticker.close();
    }
  }
}
