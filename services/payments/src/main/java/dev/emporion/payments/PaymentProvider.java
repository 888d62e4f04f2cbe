package dev.emporion.payments;

import dev.emporion.platform.Money;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Somebody who takes money for us. Each mutation has a key: the same key has one effect and one
 * answer for as long as the provider keeps keys. Every call has a deadline.
 */
interface PaymentProvider {
  /** The decline code of a capture that came after the hold ran out. */
  String EXPIRED = "authorization_expired";

  /** What the provider said. */
  sealed interface Outcome {}

  /**
   * It is done.
   *
   * @param reference the provider's name for the authorization
   * @param until when what is not captured is held; null if it does not say
   * @param last of a capture: whether the rest was given up with it
   */
  record Approved(String reference, Instant until, boolean last) implements Outcome {
    /** Where nothing is said of a hold. */
    static Approved of(String reference) {
      return new Approved(reference, null, false);
    }
  }

  /** It is refused for good, and the same key will be refused again. */
  record Declined(String code) implements Outcome {}

  /** No answer: it may be done, or not, or yet to come. */
  record Unknown() implements Outcome {}

  /** As it is stored with payments, "simulator". */
  String name();

  /** Holds an amount. */
  Outcome authorize(String key, UUID orderId, Money amount, String token);

  /** Takes part or all of a hold. */
  Outcome capture(String key, String reference, Money amount);

  /** Gives up the rest of a hold; approved, too, where nothing is held any more. */
  Outcome giveUp(String key, String reference);

  /** Gives back part or all of what was taken. */
  Outcome refund(String key, String reference, Money amount);

  /** How the authorization under a key ended; empty if the provider has none. */
  Optional<Outcome> find(String key);
}
