package dev.emporion.testing;

/** PostgreSQL on this machine could not be prepared, started or stopped; the message says why. */
public final class LocalPostgresException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LocalPostgresException(String message) {
    super(message);
  }

  public LocalPostgresException(String message, Throwable cause) {
    super(message, cause);
  }
}
