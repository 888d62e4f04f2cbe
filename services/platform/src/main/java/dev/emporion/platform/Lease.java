package dev.emporion.platform;

import java.util.UUID;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * The right to move a saga on, until somebody takes it over. Each take-over adds one to the epoch,
 * and each write names the epoch it was made under, so that an instance that slept and woke writes
 * nothing. A new saga begins at a random epoch, so that a lease of an earlier saga of the same
 * subject fits no later one.
 *
 * @param subject what the saga is about; one saga at a time
 * @param kind which saga
 */
public record Lease(UUID subject, String kind, int epoch) {

  /** Binds :subject and :epoch, for {@code where subject = :subject and epoch = :epoch}. */
  public <S extends SqlStatement<S>> S bind(S statement) {
    return statement.bind("subject", subject).bind("epoch", epoch);
  }

  /**
   * Ends the saga quietly where a write found no row under this lease.
   *
   * @throws LostLease somebody else moves the saga on, or has ended it
   */
  public void requireHeld(boolean written) {
    if (!written) {
      throw new LostLease(this);
    }
  }

  /** Somebody else has the saga; nothing is wrong and nothing is to be done. */
  public static final class LostLease extends RuntimeException {
    private static final long serialVersionUID = 1;

    LostLease(Lease lease) {
      super(lease + " was taken over", null, false, false);
    }
  }
}
