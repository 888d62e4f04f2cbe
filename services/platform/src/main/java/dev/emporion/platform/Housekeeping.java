package dev.emporion.platform;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets the answers of requests that nobody will repeat any more, and whatever else a service has
 * that expires. The contract promises 24 hours; twice that leaves room for clocks and long retries.
 */
public final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final int KEEP_HOURS = 48;
  private static final int BATCH = 1000;
  private static final int MAX_BATCHES = 200;
  private static final Duration PAUSE = Duration.ofMinutes(10);

  private record Chore(String what, IntUnaryOperator deleteBatch) {}

  private final Database database;
  private final List<Chore> chores = new ArrayList<>();
  private Ticker ticker;

  public Housekeeping(Database database) {
    this.database = database;
    chores.add(new Chore("answers of requests", this::deleteRequests));
  }

  /**
   * Something else to delete, in batches of at most the size given, each one statement.
   *
   * @param what for the log
   * @param deleteBatch deletes up to so many rows and says how many there were
   */
  public Housekeeping also(String what, IntUnaryOperator deleteBatch) {
    chores.add(new Chore(what, deleteBatch));
    return this;
  }

  public void start() {
    ticker = Ticker.start("housekeeping", PAUSE, this::run);
  }

  /** One round, in batches small enough that nothing waits for them. */
  void run() {
    for (Chore chore : chores) {
      int deleted = run(chore);
      if (deleted > 0) {
        LOG.info("deleted {} {}", deleted, chore.what);
      }
    }
  }

  private static int run(Chore chore) {
    int deleted = 0;
    for (int i = 0; i < MAX_BATCHES; i++) {
      int rows = chore.deleteBatch.applyAsInt(BATCH);
      deleted += rows;
      if (rows < BATCH) {
        break;
      }
    }
    return deleted;
  }

  private int deleteRequests(int batch) {
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
                .bind("batch", batch)
                .execute());
  }

  @Override
  public void close() {
    if (ticker != null) {
      ticker.close();
    }
  }
}
