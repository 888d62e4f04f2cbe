package dev.emporion.platform;

/** How one attempt at a write ended; see {@link Idempotent}. */
public sealed interface Attempt<A> {

  /** Saved: effect, event and this answer, in one statement. */
  record Done<A>(A answer) implements Attempt<A> {}

  /** Finished before, by an earlier request with the same claim. */
  record Replay<A>(SavedAnswer saved) implements Attempt<A> {}

  /** Somebody changed the row between the look and the save; nothing was written. */
  record Stale<A>() implements Attempt<A> {}

  static <A> Attempt<A> done(A answer) {
    return new Done<>(answer);
  }

  static <A> Attempt<A> replay(SavedAnswer saved) {
    return new Replay<>(saved);
  }

  static <A> Attempt<A> stale() {
    return new Stale<>();
  }

  /** What the save's count of rows says: one is done, none is stale. */
  static <A> Attempt<A> saved(int rows, A answer) {
    return rows == 0 ? stale() : done(answer);
  }
}
