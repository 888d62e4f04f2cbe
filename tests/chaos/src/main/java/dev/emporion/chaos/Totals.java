package dev.emporion.chaos;

import com.google.type.Money;

/** Amounts of EUR as cents, and as text. */
final class Totals {
  private static final int CENTS = 100;
  private static final int NANOS_OF_A_CENT = 10_000_000;

  private Totals() {}

  static Money eur(long units) {
    return Money.newBuilder().setCurrencyCode("EUR").setUnits(units).build();
  }

  static long cents(Money money) {
    return money.getUnits() * CENTS + money.getNanos() / NANOS_OF_A_CENT;
  }

  static String text(Money money) {
    return money.getCurrencyCode() + " " + text(cents(money));
  }

  static String text(long cents) {
    return "%d.%02d".formatted(cents / CENTS, Math.abs(cents % CENTS));
  }
}
