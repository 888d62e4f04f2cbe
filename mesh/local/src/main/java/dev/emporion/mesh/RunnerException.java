package dev.emporion.mesh;

/** Something a person can mend; the message is one line that says how. */
public final class RunnerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RunnerException(String message) {
    super(message);
  }

  public RunnerException(String message, Throwable cause) {
    super(message, cause);
  }
}
