package dev.emporion.orders;

import com.google.protobuf.Message;
import dev.emporion.platform.Lease;
import dev.emporion.platform.Saga;
import java.time.InstantSource;

/**
 * A kind of change with the saga that makes it: the change's steps, and its two ends.
 *
 * @param <R> what asks for it
 */
record ChangeSaga<R, I extends Message>(Change<R, I> change, Saga<Work<I>> saga) {

  static <R, I extends Message> ChangeSaga<R, I> of(
      Change<R, I> change, ChangeStore store, OrderWaiters waiters, InstantSource clock) {
    var ends = new Ends<>(change, store, waiters, clock);
    return new ChangeSaga<>(
        change,
        new Saga<>(
            change.kind(),
            lease -> store.load(lease, change.intents()),
            change.steps(),
            ends::finish,
            ends::refuse));
  }

  /** How the saga of a change ends. */
  private record Ends<R, I extends Message>(
      Change<R, I> change, ChangeStore store, OrderWaiters waiters, InstantSource clock) {

    Work<I> finish(Work<I> work, Lease lease) {
      var now = clock.instant();
      Order next = work.order().end(now, order -> change.apply(work, order, now));
      return save(work, next, null, lease);
    }

    /** The order is as it was before, but for its version. */
    Work<I> refuse(Work<I> work, Lease lease, byte[] refusal) {
      return save(work, work.order().end(clock.instant(), order -> {}), refusal, lease);
    }

    private Work<I> save(Work<I> work, Order next, byte[] refusal, Lease lease) {
      store.end(new ChangeStore.End(work.order(), next, work.number(), refusal), lease);
      waiters.tell(next);
      return work;
    }
  }
}
