package dev.emporion.payments;

import dev.emporion.payments.v1.PaymentsServiceGrpc;
import dev.emporion.payments.v1.VoidRequest;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Failure;
import dev.emporion.platform.Ids;
import dev.emporion.platform.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up holds whose time ran out, so that our books do not tell of money that nobody holds any
 * more. It is a Void like any other, under a request id of the payment's own: several instances,
 * and the same one after its death, do it once.
 */
final class Expirer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Expirer.class);
  private static final Caller OURSELVES = Caller.service("payments");
  private static final int BATCH = 50;
  private static final int MAX_FORGOTTEN = 1000;

  private final ExpiryStore store;
  private final GiveUp giveUp;
  private final int seconds;
  private volatile boolean closing;
  private Ticker ticker;

  /**
   * @param seconds between two rounds
   */
  Expirer(ExpiryStore store, GiveUp giveUp, int seconds) {
    this.store = store;
    this.giveUp = giveUp;
    this.seconds = seconds;
  }

  void start() {
    ticker = Ticker.start("expirer", Duration.ofSeconds(seconds), this::run);
  }

  /** One round: all that is due, but for what the provider will not hear of now. */
  void run() {
    while (!closing && expire() == BATCH) {
      LOG.debug("{} holds ran out; there may be more", BATCH);
    }
    while (!closing && store.forget(MAX_FORGOTTEN) == MAX_FORGOTTEN) {
      LOG.debug("forgot {} holds that ran out", MAX_FORGOTTEN);
    }
  }

  /** Returns how many were given up. */
  private int expire() {
    int done = 0;
    List<UUID> due = store.due(BATCH);
    for (UUID paymentId : due) {
      done += expire(paymentId) ? 1 : 0;
    }
    return done;
  }

  private boolean expire(UUID paymentId) {
    try {
      giveUp.run(wanted(paymentId));
      LOG.info("the hold of payment {} ran out and was given up", paymentId);
      return true;
    } catch (Failure failure) {
      LOG.warn("the hold of payment {} ran out: {}", paymentId, failure.getMessage());
      return false;
    }
  }

  private static Operation wanted(UUID paymentId) {
    var request =
        VoidRequest.newBuilder()
            .setRequestId(requestId(paymentId).toString())
            .setPaymentId(paymentId.toString())
            .build();
    Claim claim =
        Caller.as(OURSELVES, () -> Claim.of(PaymentsServiceGrpc.getVoidMethod(), request));
    return Operation.wanted(claim, Operation.Kind.VOID, paymentId, null, "");
  }

  /** Of the Void that gives up what ran out. */
  static UUID requestId(UUID paymentId) {
    return Ids.v5(paymentId, "expire");
  }

  @Override
  public void close() {
    closing = true;
    if (ticker != null) {
      ticker.close();
    }
  }
}
