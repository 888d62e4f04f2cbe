package dev.emporion.orders;

import com.google.protobuf.Message;
import dev.emporion.platform.Saga.Call;
import dev.emporion.platform.Saga.Compensation;
import dev.emporion.platform.Saga.Step;
import java.time.Duration;

/**
 * What the steps of a change work on and hand on.
 *
 * @param order as it was when the change began, and still is
 * @param number the change's: the order's version then
 * @param paying what the steps so far made of the order's
 */
record Work<I extends Message>(Order order, int number, I intent, Order.Paying paying) {

  /** A change that has just begun. */
  static <I extends Message> Work<I> of(Order order, I intent) {
    return new Work<>(order, order.version(), intent, order.paying());
  }

  Work<I> with(Order.Paying next) {
    return new Work<>(order, number, intent, next);
  }

  /**
   * A step whose request ids are this change's own.
   *
   * @param compensation null if there is nothing to undo
   */
  static <I extends Message> Step<Work<I>> step(
      String name, Duration deadline, Call<Work<I>> call, Compensation<Work<I>> compensation) {
    return new Step<>(name, deadline, call, compensation, Work::number);
  }
}
