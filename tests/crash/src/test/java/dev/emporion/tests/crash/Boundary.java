package dev.emporion.tests.crash;

/**
 * A place where a service hands over to another one or to its database: the last moment before, or
 * the first after.
 *
 * @param where for instance {@code payments: commit of payments, ledger, outbox}, or {@code orders:
 *     call of inventory/Reserve}
 * @param occurrence 1 for the first time in a scenario
 */
record Boundary(String where, int occurrence, Moment moment) {
  /** Before it, or after it but before anybody knows. */
  enum Moment {
    BEFORE,
    AFTER
  }

  /** What happens there. */
  enum Way {
    /** The process goes no further. */
    DIES,
    /** The request is lost, or the answer to it. */
    ANSWER_LOST,
    /** The process stands still until others have done its work, then goes on. */
    PAUSES
  }

  @Override
  public String toString() {
    return moment.name().toLowerCase(java.util.Locale.ROOT)
        + " "
        + where
        + (occurrence == 1 ? "" : " (" + occurrence + ")");
  }
}
