package dev.emporion.payments;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** Times as the database keeps them: what is answered first is what is read later. */
final class Times {
  private Times() {}

  static Instant now(InstantSource clock) {
    return kept(clock.instant());
  }

  /** Somebody else's time; null if it is. */
  static Instant kept(Instant time) {
    return time == null ? null : time.truncatedTo(ChronoUnit.MICROS);
  }
}
