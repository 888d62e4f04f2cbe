package dev.emporion.platform;

import dev.emporion.common.v1.ErrorReason;
import io.grpc.Status;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Currency;
import java.util.stream.IntStream;

/**
 * An amount as a whole number of the currency's minor units (cents; yen; a thousandth of a dinar).
 * Everything is exact: what does not fit into a long is an {@link ArithmeticException}, what mixes
 * currencies an {@link IllegalArgumentException}. The contracts' bounds keep requests far from
 * both.
 *
 * @param currency ISO 4217, three capital letters
 */
public record Money(String currency, long minor) {
  private static final int NANO_DIGITS = 9;

  public Money {
    digits(currency);
  }

  public static Money zero(String currency) {
    return new Money(currency, 0);
  }

  /**
   * Digits after the point by ISO 4217: 2 for EUR, 0 for JPY, 3 for BHD. The table is the JDK's and
   * does not depend on the locale.
   *
   * @throws IllegalArgumentException no such currency, or one without an amount, like XXX
   */
  public static int digits(String currency) {
    int digits = Currency.getInstance(currency).getDefaultFractionDigits();
    if (digits < 0) {
      throw new IllegalArgumentException(currency + " has no minor unit");
    }
    return digits;
  }

  /**
   * A currency code in a request's field.
   *
   * @throws Failure INVALID_ARGUMENT / INVALID_VALUE: no currency of ISO 4217 that has amounts
   */
  public static String requireCurrency(String code, String field) {
    try {
      known(code);
      return code;
    } catch (IllegalArgumentException e) {
      throw invalid(field, e.getMessage());
    }
  }

  public Money plus(Money other) {
    return new Money(currency, Math.addExact(minor, sameCurrency(other).minor));
  }

  public Money minus(Money other) {
    return new Money(currency, Math.subtractExact(minor, sameCurrency(other).minor));
  }

  public Money times(long quantity) {
    return new Money(currency, Math.multiplyExact(minor, quantity));
  }

  public Money negate() {
    return new Money(currency, Math.negateExact(minor));
  }

  /**
   * The part numerator/denominator of this amount, 7.7 % being {@code part(77, 1000)}, rounded half
   * away from zero to the minor unit.
   */
  public Money part(long numerator, long denominator) {
    return new Money(currency, roundedPart(minor, numerator, denominator));
  }

  /** {@code amount * numerator / denominator}, rounded half away from zero. */
  static long roundedPart(long amount, long numerator, long denominator) {
    BigInteger divisor = BigInteger.valueOf(denominator).abs();
    BigInteger product = BigInteger.valueOf(amount).multiply(BigInteger.valueOf(numerator));
    if (denominator < 0) {
      product = product.negate();
    }
    BigInteger doubled = product.abs().shiftLeft(1).add(divisor).divide(divisor.shiftLeft(1));
    return (product.signum() < 0 ? doubled.negate() : doubled).longValueExact();
  }

  /**
   * Splits the amount in proportion to the weights, to the last minor unit: each share is rounded
   * towards zero, and the units left over go one by one to the shares with the largest remainder;
   * of equal remainders the earlier share is first. Weights that are all zero count as equal.
   *
   * @param weights not negative, at least one
   */
  public Money[] allocate(long... weights) {
    long[] shares =
        minor < 0 ? allocated(Math.negateExact(minor), weights) : allocated(minor, weights);
    return Arrays.stream(shares)
        .mapToObj(share -> new Money(currency, minor < 0 ? -share : share))
        .toArray(Money[]::new);
  }

  private static long[] allocated(long amount, long[] weights) {
    long total = 0;
    for (long weight : weights) {
      if (weight < 0) {
        throw new IllegalArgumentException("a negative weight");
      }
      total = Math.addExact(total, weight);
    }
    if (total == 0) {
      weights = new long[weights.length];
      Arrays.fill(weights, 1);
      total = weights.length;
    }
    return largestRemainder(amount, weights, total);
  }

  private static long[] largestRemainder(long amount, long[] weights, long total) {
    long[] shares = new long[weights.length];
    long[] remainders = new long[weights.length];
    long left = amount;
    for (int i = 0; i < weights.length; i++) {
      BigInteger[] split =
          BigInteger.valueOf(amount)
              .multiply(BigInteger.valueOf(weights[i]))
              .divideAndRemainder(BigInteger.valueOf(total));
      shares[i] = split[0].longValueExact();
      remainders[i] = split[1].longValueExact();
      left -= shares[i];
    }
    IntStream.range(0, weights.length)
        .boxed()
        .sorted(Comparator.comparingLong((Integer i) -> remainders[i]).reversed())
        .limit(left)
        .forEach(i -> shares[i]++);
    return shares;
  }

  public com.google.type.Money toProto() {
    long scale = power(digits(currency));
    return com.google.type.Money.newBuilder()
        .setCurrencyCode(currency)
        .setUnits(minor / scale)
        .setNanos((int) (minor % scale * power(NANO_DIGITS - digits(currency))))
        .build();
  }

  /**
   * The amount in a request's field.
   *
   * @param field its path in the request, for the refusal
   * @throws Failure INVALID_ARGUMENT / INVALID_VALUE: unknown currency, units and nanos of
   *     different signs, nanos that are not whole minor units, or an amount beyond 64 bits of them
   */
  public static Money fromProto(com.google.type.Money proto, String field) {
    try {
      return fromProto(proto);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw invalid(field, e.getMessage());
    }
  }

  /** An amount from a service of ours, which is right or a bug. */
  public static Money fromProto(com.google.type.Money proto) {
    int digits = known(proto.getCurrencyCode());
    long units = proto.getUnits();
    int nanos = proto.getNanos();
    if (Math.abs((long) nanos) >= power(NANO_DIGITS)
        || units > 0 && nanos < 0
        || units < 0 && nanos > 0) {
      throw new IllegalArgumentException("units and nanos contradict each other");
    }
    long step = power(NANO_DIGITS - digits);
    if (nanos % step != 0) {
      throw new IllegalArgumentException(
          proto.getCurrencyCode() + " has " + digits + " digits after the point");
    }
    long whole = Math.multiplyExact(units, power(digits));
    return new Money(proto.getCurrencyCode(), Math.addExact(whole, nanos / step));
  }

  private static int known(String currency) {
    try {
      return digits(currency);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("unknown currency '" + currency + "'", e);
    }
  }

  private static Failure invalid(String field, String description) {
    return Failure.of(
            Status.Code.INVALID_ARGUMENT,
            ErrorReason.ERROR_REASON_INVALID_VALUE,
            field + ": " + description)
        .field(field, description);
  }

  private static long power(int exponent) {
    long power = 1;
    for (int i = 0; i < exponent; i++) {
      power *= 10;
    }
    return power;
  }

  private Money sameCurrency(Money other) {
    if (!currency.equals(other.currency)) {
      throw new IllegalArgumentException(currency + " and " + other.currency + " do not add up");
    }
    return other;
  }

  /** {@code 12.40 EUR}, for messages and logs. */
  @Override
  public String toString() {
    return BigDecimal.valueOf(minor, digits(currency)).toPlainString() + " " + currency;
  }
}
