package dev.emporion.payments;

import java.time.Duration;

/**
 * How long a call to the provider may be repeated under its key: while the provider keeps it. After
 * that the same key would take the money a second time.
 *
 * @param kept by the provider
 */
record KeyWindow(Duration kept) {
  /** A call has to have ended before its key does. */
  private static final Duration MARGIN = Duration.ofMinutes(10);

  /**
   * @param age of the intent, by the database's clock
   */
  boolean isOpen(Duration age) {
    return age.compareTo(kept.minus(MARGIN)) < 0;
  }
}
