package dev.emporion.payments;

import dev.emporion.platform.Failure;
import dev.emporion.platform.Ticker;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats captures, refunds and voids that have had no outcome for a while, because whoever asked
 * for them may not come back soon: a saga that is parked, an operator. Two instances that repeat
 * the same one do no harm. Authorizations are left to their order's saga, which voids or repeats
 * them.
 */
final class Resolver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Resolver.class);
  private static final int BATCH = 50;

  private final PaymentStore store;
  private final Take take;
  private final GiveUp giveUp;
  private final int seconds;
  private Ticker ticker;

  /**
   * @param seconds how old an intent gets first
   */
  Resolver(PaymentStore store, Take take, GiveUp giveUp, int seconds) {
    this.store = store;
    this.take = take;
    this.giveUp = giveUp;
    this.seconds = seconds;
  }

  void start() {
    ticker = Ticker.start("resolver", Duration.ofSeconds(seconds), this::run);
  }

  /** One round. */
  void run() {
    for (Operation operation : store.unfinishedSince(seconds, BATCH)) {
      try {
        Operation end = resolve(operation);
        LOG.info("{} {} is {}", operation.kind(), operation.requestId(), end.state());
      } catch (Failure failure) {
        LOG.info("{} {}: {}", operation.kind(), operation.requestId(), failure.getMessage());
      }
    }
  }

  private Operation resolve(Operation operation) {
    return switch (operation.kind()) {
      case CAPTURE, REFUND -> take.run(operation);
      case VOID -> giveUp.run(operation);
    };
  }

  @Override
  public void close() {
    if (ticker != null) {
      ticker.close();
    }
  }
}
