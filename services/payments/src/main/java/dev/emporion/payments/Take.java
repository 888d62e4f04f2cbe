package dev.emporion.payments;

import dev.emporion.payments.Operation.Kind;
import dev.emporion.payments.Payment.State;
import dev.emporion.payments.PaymentProvider.Approved;
import dev.emporion.payments.PaymentProvider.Declined;
import dev.emporion.payments.PaymentProvider.Outcome;
import dev.emporion.payments.PaymentProvider.Unknown;
import dev.emporion.payments.PaymentStore.Found;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures and refunds: commit the intent, which reserves the amount; call the provider with the
 * operation's key; commit the result with ledger and event. Repeated like {@link Authorize}.
 */
final class Take {
  private static final Logger LOG = LoggerFactory.getLogger(Take.class);
  private static final int MAX_ATTEMPTS = 20;

  private final PaymentStore store;
  private final PaymentProvider provider;
  private final KeyWindow keys;
  private final InstantSource clock;

  Take(PaymentStore store, PaymentProvider provider, KeyWindow keys, InstantSource clock) {
    this.store = store;
    this.provider = provider;
    this.keys = keys;
    this.clock = clock;
  }

  /** Returns it finished, or throws why it was refused. */
  Operation run(Operation wanted) {
    Outcome outcome = null;
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Found found = store.load(wanted.requestId(), wanted.paymentId());
      Payment payment = found.payment();
      Operation operation = found.operation();
      if (operation == null) {
        Payment begun = begun(payment, wanted);
        if (!store.open(payment, begun, wanted)) {
          continue; // somebody changed the payment meanwhile
        }
        payment = begun;
        operation = wanted;
      }
      wanted.requireSame(operation);
      if (operation.isFinished()) {
        return accepted(operation);
      }
      if (outcome == null) {
        outcome = ask(operation, payment);
      }
      Optional<Operation> finished = finish(payment, operation, outcome);
      if (finished.isPresent()) {
        return accepted(finished.get());
      }
    }
    throw Refusals.contention();
  }

  /** An operator says how one ended that cannot be repeated any more. */
  Operation settle(UUID requestId, Outcome outcome) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Found found = store.load(requestId, requestId);
      Operation operation = found.operation();
      if (operation == null || operation.kind() == Kind.VOID) {
        throw Refusals.notFound(requestId);
      }
      if (operation.isFinished()) {
        return operation;
      }
      Optional<Operation> finished = finish(found.payment(), operation, outcome);
      if (finished.isPresent()) {
        return finished.get();
      }
    }
    throw Refusals.contention();
  }

  private static Operation accepted(Operation finished) {
    if (finished.state() == Operation.State.REFUSED) {
      throw Refusals.refused(finished);
    }
    return finished;
  }

  /** The payment with the amount reserved, or why that cannot be. */
  private Payment begun(Payment payment, Operation wanted) {
    if (payment == null) {
      throw Refusals.notFound(wanted.paymentId());
    }
    return wanted.kind() == Kind.CAPTURE
        ? captureBegun(payment, wanted)
        : refundBegun(payment, wanted);
  }

  private Payment captureBegun(Payment payment, Operation wanted) {
    if (!payment.isCapturable() && payment.state() != State.CAPTURED) {
      throw payment.isExpired(clock.instant()) ? Refusals.expired() : Refusals.state(payment);
    }
    if (!payment.hasRoomToCapture(wanted.amount())) {
      throw Refusals.exceeded(wanted.amount(), "of the hold");
    }
    return payment.captureBegun(wanted.amount().minor());
  }

  private static Payment refundBegun(Payment payment, Operation wanted) {
    if (!payment.hasRoomToRefund(wanted.amount())) {
      throw Refusals.exceeded(wanted.amount(), "of what was captured");
    }
    return payment.refundBegun(wanted.amount().minor());
  }

  private Outcome ask(Operation operation, Payment payment) {
    if (!keys.isOpen(operation.age())) {
      LOG.error(
          "the provider keeps no key as old as that of the {} of payment {}: look there, then run"
              + " payments settle --request-id {}",
          operation.kind(),
          payment.id(),
          operation.requestId());
      return new Unknown();
    }
    return operation.kind() == Kind.CAPTURE
        ? provider.capture(operation.key(), payment.reference(), operation.amount())
        : provider.refund(operation.key(), payment.reference(), operation.amount());
  }

  /** Commits what came of it; empty if somebody changed the payment meanwhile. */
  private Optional<Operation> finish(Payment payment, Operation operation, Outcome outcome) {
    Payment next =
        operation.kind() == Kind.CAPTURE
            ? captured(payment, operation.amount().minor(), outcome)
            : refunded(payment, operation.amount().minor(), outcome);
    Operation finished =
        outcome instanceof Declined declined
            ? operation.refused(declined.code())
            : operation.done(PaymentProto.payment(next));
    return store.close(payment, next, finished) ? Optional.of(finished) : Optional.empty();
  }

  private Payment captured(Payment payment, long minor, Outcome outcome) {
    return switch (outcome) {
      case Approved approved -> payment.captured(minor, approved.last(), Times.now(clock));
      case Declined declined -> payment.captureRefused(minor, Times.now(clock));
      case Unknown unknown -> throw Refusals.providerUnavailable();
    };
  }

  private Payment refunded(Payment payment, long minor, Outcome outcome) {
    return switch (outcome) {
      case Approved approved -> payment.refunded(minor, Times.now(clock));
      case Declined declined -> payment.refundRefused(minor);
      case Unknown unknown -> throw Refusals.providerUnavailable();
    };
  }
}
