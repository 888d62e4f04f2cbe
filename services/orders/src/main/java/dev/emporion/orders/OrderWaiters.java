package dev.emporion.orders;

import dev.emporion.platform.Changes;
import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** Those who wait for an order to change. They hold a virtual thread and no connection. */
final class OrderWaiters {
  /** How long before the caller's deadline the answer leaves. */
  private static final Duration MARGIN = Duration.ofMillis(250);

  /** How often a watch looks whether its caller is still there. */
  private static final Duration WATCH_LOOK = Duration.ofSeconds(1);

  private final Changes changes;
  private final Duration longestWait;

  /**
   * @param longestWait of a caller for its answer, whatever its deadline
   */
  OrderWaiters(Changes changes, Duration longestWait) {
    this.changes = changes;
    this.longestWait = longestWait;
  }

  /** Says that the order changed. */
  void tell(Order order) {
    changes.publish(order.orderId(), order.version());
  }

  /** How long the caller of this RPC waits for an answer. */
  Duration patience() {
    Deadline deadline = Context.current().getDeadline();
    if (deadline == null) {
      return longestWait;
    }
    long nanos = deadline.timeRemaining(TimeUnit.NANOSECONDS) - MARGIN.toNanos();
    return Duration.ofNanos(Math.clamp(nanos, 0, longestWait.toNanos()));
  }

  /** The order when no saga moves it any more, or as it is when the caller's patience ends. */
  Order settled(UUID orderId, Supplier<Order> load) {
    return until(orderId, load, Order::version, Order::isMoving);
  }

  /**
   * Something of an order, read again with each change of it while it is moving and the caller has
   * the patience.
   */
  <T> T until(UUID orderId, Supplier<T> load, ToIntFunction<T> version, Predicate<T> moving) {
    long end = System.nanoTime() + patience().toNanos();
    try (var subscription = changes.subscribe(orderId)) {
      T now = load.get();
      while (moving.test(now)
          && subscription.await(
              version.applyAsInt(now), Duration.ofNanos(end - System.nanoTime()))) {
        now = load.get();
      }
      return now;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return load.get();
    }
  }

  /** Hands on the order now and after each change, until it is over or the caller has left. */
  void watch(UUID orderId, Supplier<Order> load, Consumer<Order> send) {
    Context call = Context.current();
    try (var subscription = changes.subscribe(orderId)) {
      Order order = load.get();
      send.accept(order);
      while (!order.isOver() && !call.isCancelled()) {
        if (subscription.await(order.version(), WATCH_LOOK)) {
          order = load.get();
          send.accept(order);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
