package dev.emporion.audit;

/**
 * Something that must always hold and does not.
 *
 * @param invariant which rule, of {@link Invariant} or of a service's CheckBooks
 * @param subject what breaks it, by ids
 * @param message what is wrong, with amounts
 */
record Finding(String invariant, String subject, String message) {

  static Finding of(Invariant invariant, String subject, String message, Object... values) {
    return new Finding(invariant.text(), subject, message.formatted(values));
  }

  /** Whether it is the same fault, maybe with other amounts. */
  boolean isStill(Finding before) {
    return invariant.equals(before.invariant) && subject.equals(before.subject);
  }
}
