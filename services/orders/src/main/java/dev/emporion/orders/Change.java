package dev.emporion.orders;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.emporion.platform.Saga.Step;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One kind of change of an order: when it may be, what it does elsewhere, what it leaves.
 * Everything around that is the same for all and is done by {@link OrderChanges} and {@link
 * ChangeSaga}.
 *
 * @param <R> what asks for it
 * @param <I> what its saga needs to know, from {@code journal.proto}; it is stored when it begins
 */
interface Change<R, I extends Message> {
  /** Its name, in {@code order_changes.kind}, {@code sagas.kind} and its steps' ids; for good. */
  String kind();

  Parser<I> intents();

  /**
   * Decides whether the order, which no change is moving, may be changed so, and what exactly is to
   * be done. It may ask other services, but changes nothing.
   *
   * @return empty if there is nothing to do: the order is as asked for already
   * @throws dev.emporion.platform.Failure the refusal; it leaves no trace
   */
  Optional<I> plan(Order order, R request);

  /** The order's state while this is under way. */
  default OrderState meanwhile(Order order) {
    return order.state();
  }

  /** Whether asking for it while one of its kind is under way is asking for that one. */
  default boolean joins() {
    return false;
  }

  /**
   * What it asks of other services. A step that is refused throws {@link
   * dev.emporion.platform.Saga.Refused} with a {@code google.rpc.Status}: the refusal of the
   * change, made by {@link Refusals}.
   */
  List<Step<Work<I>>> steps();

  /** Leaves in the order what was done; the state follows from its lines and shipments. */
  void apply(Work<I> work, OrderDraft order, Instant now);
}
