package dev.emporion.payments;

import dev.emporion.payments.Payment.State;
import dev.emporion.payments.PaymentProvider.Approved;
import dev.emporion.payments.PaymentProvider.Declined;
import dev.emporion.payments.PaymentProvider.Outcome;
import dev.emporion.payments.PaymentProvider.Unknown;
import dev.emporion.payments.PaymentStore.Stored;
import dev.emporion.platform.Claim;
import dev.emporion.platform.Money;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds an amount. Like everything that is done with money, in this order:
 *
 * <pre>
 *   1  commit the intent      payment PENDING
 *   2  call the provider      key: the payment's id; holding no connection
 *   3  commit the result      AUTHORIZED or DECLINED, with ledger and event
 * </pre>
 *
 * Whoever comes with the same request id goes on where the last one stopped, at the same time too:
 * the key makes it one charge, the revision makes it one result. A result is never saved over a
 * Void that was committed meanwhile; that Void finds out about the charge by the same key and ends
 * it.
 */
final class Authorize {
  private static final Logger LOG = LoggerFactory.getLogger(Authorize.class);
  private static final int MAX_ATTEMPTS = 5;

  private final PaymentStore store;
  private final AuthorizationStore authorizations;
  private final PaymentProvider provider;
  private final KeyWindow keys;
  private final InstantSource clock;

  Authorize(
      PaymentStore store,
      AuthorizationStore authorizations,
      PaymentProvider provider,
      KeyWindow keys,
      InstantSource clock) {
    this.store = store;
    this.authorizations = authorizations;
    this.provider = provider;
    this.keys = keys;
    this.clock = clock;
  }

  Payment run(Claim claim, UUID orderId, Money amount, String token) {
    Stored stored = authorizations.begin(claim, orderId, amount, provider.name(), token);
    if (!stored.payment().isTombstone()) {
      claim.requireSamePayload(stored.requestHash());
    }
    Outcome outcome = null;
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Payment payment = stored.payment();
      if (payment.state() != State.PENDING || payment.voiding()) {
        return usable(payment);
      }
      if (outcome == null) {
        outcome = outcome(stored).orElseGet(() -> lost(payment));
      }
      Payment next = ended(payment, outcome);
      if (authorizations.save(payment, next)) {
        return usable(next);
      }
      stored = store.find(payment.id()).orElseThrow(); // a twin or a Void was faster
    }
    throw Refusals.contention();
  }

  /**
   * How it ended at the provider, made to end if need be; empty if the key is too old for that and
   * the provider knows nothing of it.
   */
  Optional<Outcome> outcome(Stored stored) {
    Payment payment = stored.payment();
    String key = payment.authorizationKey();
    return keys.isOpen(stored.age())
        ? Optional.of(provider.authorize(key, payment.orderId(), payment.amount(), stored.token()))
        : provider.find(key);
  }

  private Payment ended(Payment payment, Outcome outcome) {
    return switch (outcome) {
      case Approved approved ->
          payment.authorized(approved.reference(), Times.kept(approved.until()), Times.now(clock));
      case Declined declined -> payment.declined(declined.code(), Times.now(clock));
      case Unknown unknown -> throw Refusals.providerUnavailable();
    };
  }

  /** The payment as it now stands, or the same refusal each time. */
  private static Payment usable(Payment payment) {
    return switch (payment.state()) {
      case AUTHORIZED, CAPTURED -> {
        if (payment.voiding()) {
          throw Refusals.voided(payment);
        }
        yield payment;
      }
      case DECLINED -> throw Refusals.declined(payment);
      case PENDING, VOIDED -> throw Refusals.voided(payment);
    };
  }

  private static Outcome lost(Payment payment) {
    LOG.error(
        "the provider keeps no key as old as that of payment {} and does not know it; void it",
        payment.id());
    return new Unknown();
  }
}
