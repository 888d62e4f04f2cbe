package dev.emporion.audit;

/** Nothing can be said about the books; the message is one line that names the mend. */
final class CannotCheck extends RuntimeException {
  private static final long serialVersionUID = 1;

  CannotCheck(String message) {
    super(message);
  }
}
