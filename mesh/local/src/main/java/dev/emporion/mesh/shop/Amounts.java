package dev.emporion.mesh.shop;

import com.google.type.Money;
import java.math.BigDecimal;
import java.util.Currency;

/** Amounts as people write them. */
final class Amounts {
  private static final int NANO_DIGITS = 9;

  private Amounts() {}

  static Money money(String currency, String amount) {
    BigDecimal value = new BigDecimal(amount);
    return Money.newBuilder()
        .setCurrencyCode(currency)
        .setUnits(value.longValue())
        .setNanos(value.remainder(BigDecimal.ONE).movePointRight(NANO_DIGITS).intValueExact())
        .build();
  }

  /** {@code EUR 12.90}, with as many decimals as the currency has. */
  static String text(Money money) {
    return money.getCurrencyCode() + " " + value(money).toPlainString();
  }

  /** The number, with as many decimals as the currency has. */
  static BigDecimal value(Money money) {
    int digits = Currency.getInstance(money.getCurrencyCode()).getDefaultFractionDigits();
    return BigDecimal.valueOf(money.getUnits())
        .add(BigDecimal.valueOf(money.getNanos(), NANO_DIGITS))
        .setScale(digits);
  }
}
