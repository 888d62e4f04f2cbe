package dev.emporion.payments;

import dev.emporion.payments.Payment.State;
import dev.emporion.payments.PaymentProvider.Approved;
import dev.emporion.payments.PaymentProvider.Declined;
import dev.emporion.payments.PaymentProvider.Outcome;
import dev.emporion.payments.PaymentProvider.Unknown;
import dev.emporion.payments.PaymentStore.Found;
import dev.emporion.payments.PaymentStore.Stored;
import dev.emporion.payments.v1.ErrorReason;
import dev.emporion.platform.Failure;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Voids: gives up what is held and not captured, and sees to it that nothing is held later.
 *
 * <pre>
 *   never seen     a tombstone: an Authorize that comes later is refused
 *   PENDING        commit the intent, so that no Authorize can end well any more; find out under
 *                  its key what it came to (which makes a twin that is on its way a replay); give
 *                  up what that holds; VOIDED
 *   AUTHORIZED     commit the intent, so that no capture begins; end the captures that have begun;
 *                  give up the rest; VOIDED, or CAPTURED if nothing was left
 *   any other      nothing is held: as it is
 * </pre>
 */
final class GiveUp {
  private static final Logger LOG = LoggerFactory.getLogger(GiveUp.class);
  private static final int MAX_ATTEMPTS = 20;
  private static final int MAX_CAPTURES = 100;

  private final PaymentStore store;
  private final PaymentProvider provider;
  private final Authorize authorize;
  private final Take take;
  private final InstantSource clock;

  GiveUp(
      PaymentStore store,
      PaymentProvider provider,
      Authorize authorize,
      Take take,
      InstantSource clock) {
    this.store = store;
    this.provider = provider;
    this.authorize = authorize;
    this.take = take;
    this.clock = clock;
  }

  /** Returns it finished. */
  Operation run(Operation wanted) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Found found = store.load(wanted.requestId(), wanted.paymentId());
      boolean begun = found.operation() != null;
      if (begun) {
        wanted.requireSame(found.operation());
        if (found.operation().isFinished()) {
          return found.operation();
        }
      }
      Optional<Operation> finished =
          found.stored() == null ? bury(wanted) : giveUp(found.stored(), begun, wanted);
      if (finished.isPresent()) {
        return finished.get();
      }
    }
    throw Refusals.contention();
  }

  private Optional<Operation> bury(Operation wanted) {
    Payment tombstone = Payment.tombstone(wanted.paymentId(), provider.name(), Times.now(clock));
    Operation done = wanted.done(PaymentProto.payment(tombstone));
    return store.bury(tombstone, done) ? Optional.of(done) : Optional.empty();
  }

  /** Empty: somebody changed the payment meanwhile, or captures had to be ended first. */
  private Optional<Operation> giveUp(Stored stored, boolean begun, Operation wanted) {
    Payment payment = stored.payment();
    if (!payment.isOpen()) {
      return finish(payment, payment.voiding(false), begun, wanted);
    }
    if (!begun) {
      Payment intent = payment.voiding(true);
      if (!store.open(payment, intent, wanted)) {
        return Optional.empty();
      }
      payment = intent;
    }
    if (payment.sums().capturing() > 0) {
      endCaptures(payment);
      return Optional.empty();
    }
    String reference =
        payment.state() == State.PENDING ? heldReference(stored) : payment.reference();
    if (!reference.isEmpty()) {
      release(wanted, reference);
    }
    return finish(payment, payment.voided(reference, Times.now(clock)), true, wanted);
  }

  private Optional<Operation> finish(
      Payment payment, Payment next, boolean begun, Operation wanted) {
    Operation done = wanted.done(PaymentProto.payment(next));
    boolean saved = begun ? store.close(payment, next, done) : store.open(payment, next, done);
    return saved ? Optional.of(done) : Optional.empty();
  }

  /** What the provider holds under the authorization's key; empty if nothing. */
  private String heldReference(Stored stored) {
    Optional<Outcome> outcome = authorize.outcome(stored);
    return switch (outcome.orElse(new Declined(""))) {
      case Approved approved -> approved.reference();
      case Declined declined -> "";
      case Unknown unknown -> throw Refusals.providerUnavailable();
    };
  }

  private void release(Operation wanted, String reference) {
    switch (provider.giveUp(wanted.key(), reference)) {
      case Approved approved -> {}
      case Unknown unknown -> throw Refusals.providerUnavailable();
      case Declined declined -> {
        LOG.error("the provider will not give up {}: {}", reference, declined.code());
        throw Refusals.providerUnavailable();
      }
    }
  }

  /** Each under its own key, so that the rest that is given up is the true one. */
  private void endCaptures(Payment payment) {
    for (Operation capture : store.unfinishedCaptures(payment.id(), MAX_CAPTURES)) {
      try {
        take.run(capture);
      } catch (Failure failure) {
        if (!failure.is(ErrorReason.ERROR_REASON_CAPTURE_REFUSED)) {
          throw failure;
        }
      }
    }
  }
}
