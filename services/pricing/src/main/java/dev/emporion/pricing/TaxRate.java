package dev.emporion.pricing;

import dev.emporion.platform.Money;
import java.math.BigDecimal;

/**
 * A tax rate.
 *
 * @param millionths 19 % is 190,000; exact, since rates have six decimals at most
 */
record TaxRate(long millionths) {
  static final long ONE = 1_000_000;
  static final TaxRate ZERO = new TaxRate(0);
  private static final int DECIMALS = 6;

  /** A decimal fraction such as "0.19". */
  static TaxRate parse(String fraction) {
    return new TaxRate(new BigDecimal(fraction).movePointRight(DECIMALS).longValueExact());
  }

  /** The tax that a price holds already: gross * rate / (1 + rate), half up. */
  Money in(Money gross) {
    return gross.part(millionths, ONE + millionths);
  }

  /** The tax that comes on top of a price: net * rate, half up. */
  Money on(Money net) {
    return net.part(millionths, ONE);
  }

  /** A decimal fraction such as "0.19", without trailing zeros. */
  @Override
  public String toString() {
    return BigDecimal.valueOf(millionths, DECIMALS).stripTrailingZeros().toPlainString();
  }
}
