package dev.emporion.audit;

import com.google.type.Money;
import dev.emporion.payments.v1.Payment;
import dev.emporion.payments.v1.PaymentState;
import dev.emporion.simulator.v1.Authorization;
import dev.emporion.simulator.v1.AuthorizationState;
import java.util.ArrayList;
import java.util.List;

/** What must hold between a payment with no outcome outstanding and the provider's record. */
final class PaymentChecks {
  private final PaymentFile file;
  private final Payment payment; // one without an id if there is none
  private final List<Finding> findings = new ArrayList<>();

  private PaymentChecks(PaymentFile file) {
    this.file = file;
    this.payment =
        file.payment().map(books -> books.getPayment()).orElse(Payment.getDefaultInstance());
  }

  static List<Finding> of(PaymentFile file) {
    var checks = new PaymentChecks(file);
    if (file.payment().isEmpty()) {
      checks.chargeHasAPayment();
    } else {
      checks.chargedOnce();
      checks.providerAgrees();
    }
    return checks.findings;
  }

  private void chargeHasAPayment() {
    for (Authorization one : file.authorizations()) {
      if (isCharge(one)) {
        findings.add(
            Finding.of(
                Invariant.CHARGE_HAS_A_PAYMENT,
                "authorization " + one.getAuthorizationId(),
                "%s under key %s for order %s, and there is no payment",
                text(one),
                one.getIdempotencyKey(),
                one.getMerchantReference()));
      }
    }
  }

  private void chargedOnce() {
    long charges = file.authorizations().stream().filter(PaymentChecks::isCharge).count();
    if (charges > 1) {
      add(Invariant.CHARGED_ONCE, "the provider has %d charges: %s", charges, provider());
    }
  }

  private void providerAgrees() {
    boolean agrees =
        file.authorizations().stream().anyMatch(this::agrees)
            || file.authorizations().isEmpty() && isNowhere();
    if (!agrees) {
      add(
          Invariant.PROVIDER_AGREES_WITH_PAYMENTS,
          "we have %s, the provider %s",
          ours(),
          provider());
    }
  }

  /** Given up or declined before the provider heard of it. */
  private boolean isNowhere() {
    boolean ended =
        payment.getState() == PaymentState.PAYMENT_STATE_VOIDED
            || payment.getState() == PaymentState.PAYMENT_STATE_DECLINED;
    return ended && Amounts.isNothing(payment.getCapturedAmount());
  }

  private boolean agrees(Authorization there) {
    return fits(there)
        && Amounts.same(payment.getAmount(), there.getAmount())
        && Amounts.same(payment.getCapturedAmount(), there.getCapturedAmount())
        && Amounts.same(payment.getRefundedAmount(), there.getRefundedAmount())
        && payment.getOrderId().equals(there.getMerchantReference());
  }

  /** A hold that ran out is given up here a moment later than there. */
  private boolean fits(Authorization there) {
    AuthorizationState state = there.getState();
    return switch (payment.getState()) {
      case PAYMENT_STATE_AUTHORIZED ->
          state == AuthorizationState.AUTHORIZATION_STATE_HELD
              || state == AuthorizationState.AUTHORIZATION_STATE_EXPIRED
                  && payment.getExpireTime().equals(there.getExpireTime());
      case PAYMENT_STATE_DECLINED -> state == AuthorizationState.AUTHORIZATION_STATE_DECLINED;
      case PAYMENT_STATE_CAPTURED -> state == AuthorizationState.AUTHORIZATION_STATE_CAPTURED;
      case PAYMENT_STATE_VOIDED -> state != AuthorizationState.AUTHORIZATION_STATE_HELD;
      case PAYMENT_STATE_PENDING, PAYMENT_STATE_UNSPECIFIED, UNRECOGNIZED -> false;
    };
  }

  private static boolean isCharge(Authorization one) {
    return one.getState() == AuthorizationState.AUTHORIZATION_STATE_HELD
        || !Amounts.isNothing(one.getCapturedAmount());
  }

  private String ours() {
    String state = payment.getState().name().substring("PAYMENT_STATE_".length());
    return text(
        state, payment.getAmount(), payment.getCapturedAmount(), payment.getRefundedAmount());
  }

  private String provider() {
    return file.authorizations().isEmpty()
        ? "nothing"
        : String.join("; ", file.authorizations().stream().map(PaymentChecks::text).toList());
  }

  private static String text(Authorization one) {
    String state = one.getState().name().substring("AUTHORIZATION_STATE_".length());
    return text(state, one.getAmount(), one.getCapturedAmount(), one.getRefundedAmount());
  }

  private static String text(String state, Money amount, Money captured, Money refunded) {
    return "%s %s (captured %s, refunded %s)"
        .formatted(state, Amounts.text(amount), Amounts.text(captured), Amounts.text(refunded));
  }

  private void add(Invariant invariant, String message, Object... values) {
    findings.add(Finding.of(invariant, "payment " + payment.getPaymentId(), message, values));
  }
}
