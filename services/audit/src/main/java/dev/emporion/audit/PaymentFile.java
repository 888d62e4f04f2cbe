package dev.emporion.audit;

import dev.emporion.payments.v1.PaymentBooks;
import dev.emporion.simulator.v1.Authorization;
import java.util.List;
import java.util.Optional;

/**
 * One payment, as both sides have it.
 *
 * @param key that its authorization was asked for with
 * @param payment empty if payments does not know it
 * @param authorizations what the provider has under the key
 */
record PaymentFile(String key, Optional<PaymentBooks> payment, List<Authorization> authorizations) {

  /** Whether something was asked for whose outcome payments does not know yet. */
  boolean isChanging() {
    return payment.map(PaymentBooks::getInFlight).orElse(false);
  }

  /** Equal as long as the payment did not change. */
  String stamp() {
    return payment.map(books -> books.getPayment().getUpdateTime().toString()).orElse("none");
  }
}
