package dev.emporion.platform;

import java.time.Duration;

/**
 * Forgets the answers of requests that nobody will repeat any more. The contract promises 24 hours;
 * twice that leaves room for clocks and long retries.
 */
public final class Housekeeping implements AutoCloseable {
  private static final int KEEP_HOURS = 48;
  private static final int BATCH = 1000;
  private static final int MAX_BATCHES = 200;
  private static final Duration PAUSE = Duration.ofMinutes(10);

  private final Database database;
  private Ticker ticker;

  public Housekeeping(Database database) {
    this.database = database;
  }

  public void start() {
    ticker = Ticker.start("housekeeping", PAUSE, this::run);
  }

  /** One round, in batches small enough that nothing waits for them. */
  int run() {
    int deleted = 0;
    for (int i = 0; i < MAX_BATCHES; i++) {
      int rows = deleteBatch();
      deleted += rows;
      if (rows < BATCH) {
        break;
      }
    }
    return deleted;
  }

  private int deleteBatch() {
    return database.run(
        handle ->
            handle
                .createUpdate(
                    """
                    delete from requests where ctid = any(array(
                      select ctid from requests
                      where created_at < now() - make_interval(hours => :hours)
                      limit :batch for update skip locked))
                    """)
                .bind("hours", KEEP_HOURS)
                .bind("batch", BATCH)
                .execute());
  }

  @Override
  public void close() {
    if (ticker != null) {
      ticker.close();
    }
  }
}
