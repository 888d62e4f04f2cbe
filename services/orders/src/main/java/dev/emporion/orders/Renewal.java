package dev.emporion.orders;

import com.google.protobuf.Timestamp;
import dev.emporion.payments.v1.Payment;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * When payments are to be renewed: a tenth of the time that the provider holds them, but a day at
 * most, before it ends. To the millisecond: what is read back equals what was written.
 */
final class Renewal {
  private static final int TENTH = 10;
  private static final Duration LONGEST_MARGIN = Duration.ofDays(1);

  /** From a hold to its renewal, as of the payment seen last; null before, and if holds last. */
  private volatile Duration usual;

  /** A guess for a payment that will be asked for now; null if there is none to make. */
  Instant guess(Instant now) {
    Duration after = usual;
    return after == null ? null : now.plus(after);
  }

  /** The guess where it is good enough, so that nothing changes; null if the hold lasts. */
  Instant of(Payment payment, Instant guess) {
    Instant exact = of(payment);
    if (exact == null || guess == null) {
      return exact;
    }
    Duration off = Duration.between(guess, exact).abs();
    return off.compareTo(margin(payment).dividedBy(2)) <= 0 ? guess : exact;
  }

  /** When this payment is to be renewed; null if it lasts. */
  Instant of(Payment payment) {
    if (!payment.hasExpireTime()) {
      usual = null;
      return null;
    }
    Instant end =
        time(payment.getExpireTime()).minus(margin(payment)).truncatedTo(ChronoUnit.MILLIS);
    usual = Duration.between(time(payment.getCreateTime()), end).truncatedTo(ChronoUnit.MILLIS);
    return end;
  }

  private static Duration margin(Payment payment) {
    Duration tenth =
        Duration.between(time(payment.getCreateTime()), time(payment.getExpireTime()))
            .dividedBy(TENTH);
    return tenth.compareTo(LONGEST_MARGIN) < 0 ? tenth : LONGEST_MARGIN;
  }

  private static Instant time(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
