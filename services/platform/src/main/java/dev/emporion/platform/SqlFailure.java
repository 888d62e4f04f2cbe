package dev.emporion.platform;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/** What a failure of the database means to the code that asked. */
enum SqlFailure {
  /** The transaction did not happen and may well succeed if it is run again. */
  REPEATABLE,
  /** The server is not there, or too busy; what was under way may have happened or not. */
  UNAVAILABLE,
  /** A text holds a NUL character, which protobuf allows and PostgreSQL does not. */
  UNSTORABLE_TEXT,
  /** A broken constraint, a mistake in a statement, or no failure of the database at all. */
  OTHER;

  static SqlFailure of(Throwable failure) {
    SQLException cause = cause(failure);
    if (cause == null) {
      return OTHER;
    }
    if (cause instanceof SQLTransientConnectionException) {
      return UNAVAILABLE; // the pool had no connection in time
    }
    return cause.getSQLState() == null ? OTHER : ofState(cause.getSQLState());
  }

  /** What the driver or the pool threw; null if neither did. */
  static SQLException cause(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException e) {
        return e;
      }
    }
    return null;
  }

  private static SqlFailure ofState(String state) {
    return switch (state) {
      case "40001", "40P01" -> REPEATABLE; // serialization failure, deadlock
      case "22021" -> UNSTORABLE_TEXT;
      case "57014" -> UNAVAILABLE; // statement_timeout
      case "57P01", "57P02", "57P03", "57P05" -> UNAVAILABLE; // shut down, crashed, starting, idle
      case "25006" -> UNAVAILABLE; // read only: a replica that was a primary a moment ago
      default -> ofClass(state.substring(0, 2));
    };
  }

  /** 08: connection; 53: out of disk, memory or connections; 58: the system under the server. */
  private static SqlFailure ofClass(String stateClass) {
    return switch (stateClass) {
      case "08", "53", "58" -> UNAVAILABLE;
      default -> OTHER;
    };
  }
}
