package dev.emporion.orders;

import dev.emporion.orders.v1.PayIntent;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Begins the renewal of payments that are soon held no more. When each is due is in its order's
 * row: whichever instance is there then begins it.
 */
final class Renewals implements AutoCloseable {
  private static final Duration AGAIN = Duration.ofSeconds(10);
  private static final int BATCH = 100;
  private static final Caller ORDERS = Caller.service("orders");

  private final ChangeStore store;
  private final OrderChanges changes;
  private final ChangeSaga<Instant, PayIntent> renewal;
  private final InstantSource clock;
  private final Duration pause;
  private Ticker ticker;

  /**
   * @param pause between two looks for payments that are due
   */
  Renewals(
      ChangeStore store,
      OrderChanges changes,
      ChangeSaga<Instant, PayIntent> renewal,
      InstantSource clock,
      Duration pause) {
    this.store = store;
    this.changes = changes;
    this.renewal = renewal;
    this.clock = clock;
    this.pause = pause;
  }

  void start() {
    ticker = Ticker.start("payment renewal", pause, this::renew);
  }

  private void renew() {
    Instant now = clock.instant();
    for (ChangeStore.Due due : store.due(now, now.plus(AGAIN), BATCH)) {
      Caller.as(ORDERS, () -> begin(due));
    }
  }

  private void begin(ChangeStore.Due due) {
    String name = renewal.change().kind();
    var id = Ids.v5(due.orderId(), name + "/" + due.version());
    var claim = new Claim(ORDERS.name(), name, id, new byte[0]);
    try {
      changes.begin(renewal, due.renewAt(), new OrderChanges.Asked(claim, due.orderId(), ""));
    } catch (Failure refusal) {
      // Another change has the order, or there is no room: it is handed out again.
    }
  }

  @Override
  public void close() {
    if (ticker != null) {
      ticker.close();
    }
  }
}
