package dev.emporion.audit;

import com.google.type.Money;

/** Amounts as they come from services; an unset one, of a tombstone for instance, is nothing. */
final class Amounts {
  private static final String NOTHING = "0";

  private Amounts() {}

  static boolean isNothing(Money amount) {
    return amount.getUnits() == 0 && amount.getNanos() == 0;
  }

  static boolean same(Money one, Money other) {
    if (isNothing(one) || isNothing(other)) {
      return isNothing(one) && isNothing(other);
    }
    return one.getCurrencyCode().equals(other.getCurrencyCode())
        && one.getUnits() == other.getUnits()
        && one.getNanos() == other.getNanos();
  }

  static Money plus(Money one, Money other) {
    if (isNothing(one) || isNothing(other)) {
      return isNothing(one) ? other : one;
    }
    return ours(one).plus(ours(other)).toProto();
  }

  static Money minus(Money one, Money other) {
    return isNothing(other) ? one : ours(one).minus(ours(other)).toProto();
  }

  /** {@code 12.40 EUR}. */
  static String text(Money amount) {
    return amount.getCurrencyCode().isEmpty() ? NOTHING : ours(amount).toString();
  }

  private static dev.emporion.platform.Money ours(Money amount) {
    return dev.emporion.platform.Money.fromProto(amount);
  }
}
