package dev.emporion.platform;

import io.grpc.Context;
import java.util.function.BiConsumer;

/**
 * Fields that belong on every log line of the work at hand, such as its order's id. They live in
 * the gRPC context, like the trace and the caller, so that a busy path pays for them only when it
 * logs; {@link JsonLines} writes them on each line, together with what is in SLF4J's MDC.
 */
public final class Log {
  private static final Context.Key<Scope> SCOPE = Context.key("emporion-log-fields");

  private Log() {}

  /** Runs the work, such as a saga, with one more field on each of its log lines. */
  public static void with(String key, String value, Runnable work) {
    Scope scope = new Scope(SCOPE.get());
    scope.note(key, value);
    scope.in(Context.current()).run(work);
  }

  /**
   * Adds a field to the log lines from here to the end of the RPC (or {@link #with}) that this
   * thread works for, the RPC's own line included: for an id that the request did not have yet.
   */
  public static void note(String key, String value) {
    Scope scope = SCOPE.get();
    if (scope != null) {
      scope.note(key, value);
    }
  }

  static void forEachField(BiConsumer<String, String> action) {
    for (Scope scope = SCOPE.get(); scope != null; scope = scope.outer) {
      for (Field field = scope.last; field != null; field = field.before) {
        action.accept(field.key, field.value);
      }
    }
  }

  private record Field(String key, String value, Field before) {}

  /**
   * The fields of one RPC or one {@link #with}: few, so a chain is the cheapest thing that does.
   */
  static final class Scope {
    private final Scope outer;
    private volatile Field last;

    Scope(Scope outer) {
      this.outer = outer;
    }

    synchronized void note(String key, String value) {
      last = new Field(key, value, last);
    }

    Context in(Context context) {
      return context.withValue(SCOPE, this);
    }
  }
}
