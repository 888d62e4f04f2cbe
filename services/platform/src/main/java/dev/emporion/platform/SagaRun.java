package dev.emporion.platform;

import dev.emporion.platform.Saga.Ask;
import dev.emporion.platform.Saga.Moment;
import dev.emporion.platform.Saga.Refused;
import dev.emporion.platform.Saga.Step;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One saga on its way, under one lease. */
final class SagaRun<S> {
  private static final Logger LOG = LoggerFactory.getLogger(SagaRun.class);
  private static final int MAX_REASON_LENGTH = 500;

  private final SagaRunner runner;
  private final Saga<S> saga;
  private final Lease lease;
  private final CompletableFuture<S> end = new CompletableFuture<>();
  final long startedNanos = System.nanoTime();
  private volatile boolean lost;
  private boolean goesBack;
  private boolean committed;

  /**
   * @param committed whether an earlier run may have asked for a step that cannot be undone
   */
  SagaRun(SagaRunner runner, Saga<S> saga, Lease lease, boolean committed) {
    this.runner = runner;
    this.saga = saga;
    this.lease = lease;
    this.committed = committed;
  }

  Lease lease() {
    return lease;
  }

  /** Completes when this run is over. */
  CompletableFuture<S> end() {
    return end;
  }

  /** Somebody else has it: no further step is begun. */
  void lose() {
    lost = true;
  }

  boolean isLost() {
    return lost;
  }

  /**
   * Goes to the end, whichever.
   *
   * @param known what to work on; null: load it
   * @param refusal the reason to go back for, of a saga taken over; null: go forward
   * @return what was saved
   */
  S run(S known, byte[] refusal) {
    goesBack = refusal != null;
    S state = known == null ? insist("load", number -> saga.load().apply(lease)) : known;
    if (refusal != null) {
      // Which step refused is not journaled: a step that was never asked takes a tombstone as well.
      return back(state, saga.steps().size() - 1, refusal);
    }
    for (int i = 0; i < saga.steps().size(); i++) {
      try {
        requireCommitted(i);
        state = forward(saga.steps().get(i), state);
      } catch (Refused e) {
        goesBack = true;
        commit("refusal", () -> journal(e.reason()));
        return back(state, i, e.reason());
      }
    }
    S done = state;
    return commit("finish", () -> saga.finish().save(done, lease));
  }

  /**
   * Journals, before the first step that cannot be undone, that it may have been asked for. Whoever
   * takes the saga over begins anew from the first step, and could not tell otherwise.
   */
  private void requireCommitted(int index) {
    if (!committed && saga.steps().get(index).compensation() == null) {
      if (index > 0) { // a saga that begins with such a step is never abandoned
        commit("committed", this::journalCommitted);
      }
      committed = true;
    }
  }

  private S journalCommitted() {
    runner.store().commit(lease);
    return null;
  }

  private S journal(byte[] reason) {
    runner.store().refuse(lease, reason);
    return null;
  }

  private S forward(Step<S> step, S state) {
    UUID id = stepId(step, state, "");
    return insist(
        step.name(),
        number -> {
          runner.failpoint().at(lease, step.name(), Moment.BEFORE_CALL);
          S next = step.call().call(state, new Ask(lease, id, id, step.deadline(), number));
          runner.failpoint().at(lease, step.name(), Moment.AFTER_CALL);
          return next;
        });
  }

  /** From the refused step itself: a late twin of its call must find that it is over. */
  private S back(S state, int from, byte[] refusal) {
    for (int i = from; i >= 0; i--) {
      if (saga.steps().get(i).compensation() != null) {
        undo(saga.steps().get(i), state);
      }
    }
    return commit("reject", () -> saga.reject().save(state, lease, refusal));
  }

  private void undo(Step<S> step, S state) {
    UUID undoId = stepId(step, state, "/undo");
    UUID id = stepId(step, state, "");
    settle(
        step.name() + "/undo",
        number -> {
          runner.failpoint().at(lease, step.name(), Moment.BEFORE_UNDO);
          step.compensation().undo(state, new Ask(lease, undoId, id, step.deadline(), number));
          runner.failpoint().at(lease, step.name(), Moment.AFTER_UNDO);
          return state;
        });
  }

  private S commit(String name, Supplier<S> write) {
    return settle(
        name,
        number -> {
          runner.failpoint().at(lease, name, Moment.BEFORE_COMMIT);
          S saved = write.get();
          runner.failpoint().at(lease, name, Moment.AFTER_COMMIT);
          return saved;
        });
  }

  private UUID stepId(Step<S> step, S state, String suffix) {
    int generation = step.generation().applyAsInt(state);
    return Ids.v5(lease.subject(), saga.kind() + "/" + step.name() + "/" + generation + suffix);
  }

  /** What cannot be refused: going back and saving must succeed in the end. */
  private S settle(String name, IntFunction<S> work) {
    return insist(
        name,
        number -> {
          try {
            return work.apply(number);
          } catch (Refused e) {
            throw new IllegalStateException(name + " cannot be refused", e);
          }
        });
  }

  /** Asks until there is an answer; without one within the tries, parks. */
  private S insist(String name, IntFunction<S> work) {
    for (int number = 1; ; number++) {
      if (lost) {
        throw new Lease.LostLease(lease);
      }
      try {
        return work.apply(number);
      } catch (Refused | Lease.LostLease e) {
        throw e;
      } catch (RuntimeException e) {
        if (number >= runner.config().maxTries()) {
          throw park(name, e, number);
        }
        if (Integer.bitCount(number) == 1) { // at tries 1, 2, 4, 8, ...: thousands may wait
          LOG.warn("{}: {} failed {} times: {}", saga.kind(), name, number, e.toString());
        }
        runner.pause(number);
      }
    }
  }

  /** Whether everything that may have been done, by earlier runs too, can be undone. */
  private boolean isAbandonable() {
    boolean beginsCommitted = saga.steps().getFirst().compensation() == null;
    return !goesBack && !committed && !beginsCommitted;
  }

  private Saga.Parked park(String name, RuntimeException cause, int tries) {
    String reason = name + ": " + cause;
    LOG.error("{} {}: parked at {}", saga.kind(), lease.subject(), name, cause);
    String told = reason.substring(0, Math.min(reason.length(), MAX_REASON_LENGTH));
    runner.store().park(lease, name, told, tries, isAbandonable());
    return new Saga.Parked(reason);
  }
}
