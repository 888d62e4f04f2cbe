package dev.emporion.platform;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * A saga as a table: its steps in order, each with what undoes it, and the two ways to end.
 *
 * <p>Nothing is journaled between steps: a saga that is taken over asks them all again, from the
 * first, under the same request ids, and gets the same answers.
 *
 * @param <S> what the steps work on and hand on; immutable
 * @param kind its name in {@code sagas.kind}
 * @param load reads what to work on, for a saga that is taken over
 * @param finish saves the end, and {@link Lease#requireHeld} of whether it did: one statement that
 *     locks the row of {@code sagas} under the lease, changes what the saga is about only if it got
 *     the lock, and deletes the row only if it changed that
 * @param reject the same for a saga that was refused, after the compensations
 */
public record Saga<S>(
    String kind, Function<Lease, S> load, List<Step<S>> steps, Finish<S> finish, Reject<S> reject) {

  public Saga {
    steps = List.copyOf(steps);
  }

  /** Asks another service for something; returns what the next step works on. */
  @FunctionalInterface
  public interface Call<S> {
    /**
     * Returns when it is done. What it throws other than {@link Refused} leaves open whether it is
     * done, and it is asked again.
     */
    S call(S state, Ask ask);
  }

  /**
   * Undoes a step, or makes sure that it cannot happen any more if it never did. After a take-over
   * the state is as loaded, without what the steps handed on: it goes by {@link Ask#stepId}.
   */
  @FunctionalInterface
  public interface Compensation<S> {
    void undo(S state, Ask ask);
  }

  /** Saves a good end; returns what it saved. */
  @FunctionalInterface
  public interface Finish<S> {
    S save(S state, Lease lease);
  }

  /** Saves a refused end; the reason is what {@link Refused} held. */
  @FunctionalInterface
  public interface Reject<S> {
    S save(S state, Lease lease, byte[] reason);
  }

  /**
   * A step.
   *
   * @param deadline of one try; the call applies it
   * @param call the way forward
   * @param compensation the way back; null if there is nothing to undo
   * @param generation tells apart intents of the same step for the same subject, such as a second
   *     authorization with another card
   */
  public record Step<S>(
      String name,
      Duration deadline,
      Call<S> call,
      Compensation<S> compensation,
      ToIntFunction<S> generation) {

    public Step(String name, Duration deadline, Call<S> call, Compensation<S> compensation) {
      this(name, deadline, call, compensation, state -> 1);
    }
  }

  /**
   * One try of a step.
   *
   * @param requestId the request_id to send, the same at each try: UUIDv5 of the subject and {@code
   *     kind/step/generation}, a compensation's with {@code /undo} behind
   * @param stepId the request id of the forward call, also for a compensation
   * @param deadline how long it may take
   * @param number 1 for the first try
   */
  public record Ask(Lease lease, UUID requestId, UUID stepId, Duration deadline, int number) {}

  /** The step was decided: no. The saga goes backwards from it. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient byte[] reason;

    /**
     * @param reason journaled, and given to {@link Reject}, by whichever instance
     */
    public Refused(byte[] reason) {
      super("refused", null, false, false);
      this.reason = reason;
    }

    public byte[] reason() {
      return reason;
    }
  }

  /** The saga was put aside for an operator: a step did not end within its tries. */
  public static final class Parked extends RuntimeException {
    private static final long serialVersionUID = 1;

    Parked(String reason) {
      super(reason, null, false, false);
    }
  }

  /** Where a test may let the process die. */
  public enum Moment {
    BEFORE_CALL,
    AFTER_CALL,
    BEFORE_UNDO,
    AFTER_UNDO,
    BEFORE_COMMIT,
    AFTER_COMMIT
  }

  /**
   * Is told of each boundary; throws to die there. Commits are committed, refusal, finish and
   * reject.
   */
  @FunctionalInterface
  public interface Failpoint {
    Failpoint NONE = (lease, name, moment) -> {};

    void at(Lease lease, String name, Moment moment);
  }
}
