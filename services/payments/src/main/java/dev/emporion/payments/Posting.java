package dev.emporion.payments;

import dev.emporion.payments.Payment.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One transaction of the ledger: an amount from one account to another. It has two entries, debit
 * and credit, and cannot be out of balance.
 *
 * @param minor above 0, in minor units of the payment's currency
 */
record Posting(Kind kind, Account debit, Account credit, long minor) {

  enum Kind {
    AUTHORIZE,
    CAPTURE,
    VOID,
    REFUND;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** As the ledger has it. */
    String label() {
      return label;
    }
  }

  enum Account {
    /** What providers hold for us at buyers' banks: its balance is the sum of all live holds. */
    AUTHORIZED_FUNDS,
    /** The other side of holds: what we may take, and owe goods or release for. */
    AUTHORIZATION_OBLIGATIONS,
    /** What providers took for us, less what they gave back. */
    PROVIDER_RECEIVABLE,
    /** What was sold. */
    SALES_CLEARING,
    /** What was given back. */
    REFUNDS;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** As the ledger has it. */
    String label() {
      return label;
    }
  }

  /** What a change of a payment means to the books; often nothing. */
  static List<Posting> between(Payment before, Payment after) {
    var postings = new ArrayList<Posting>();
    if (before.state() == State.PENDING && after.state() == State.AUTHORIZED) {
      postings.add(hold(after.amount().minor()));
    }
    long captured = after.sums().captured() - before.sums().captured();
    if (captured > 0) {
      postings.add(release(Kind.CAPTURE, captured));
      postings.add(
          new Posting(Kind.CAPTURE, Account.PROVIDER_RECEIVABLE, Account.SALES_CLEARING, captured));
    }
    if (before.state() == State.AUTHORIZED && after.state() == State.VOIDED) {
      postings.add(release(Kind.VOID, after.amount().minor() - after.sums().captured()));
    }
    long refunded = after.sums().refunded() - before.sums().refunded();
    if (refunded > 0) {
      postings.add(
          new Posting(Kind.REFUND, Account.REFUNDS, Account.PROVIDER_RECEIVABLE, refunded));
    }
    return postings;
  }

  private static Posting hold(long minor) {
    return new Posting(
        Kind.AUTHORIZE, Account.AUTHORIZED_FUNDS, Account.AUTHORIZATION_OBLIGATIONS, minor);
  }

  private static Posting release(Kind kind, long minor) {
    return new Posting(kind, Account.AUTHORIZATION_OBLIGATIONS, Account.AUTHORIZED_FUNDS, minor);
  }
}
