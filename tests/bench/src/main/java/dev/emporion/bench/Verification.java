package dev.emporion.bench;

import dev.emporion.orders.v1.GetOrderRequest;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.orders.v1.OrdersServiceGrpc;
import dev.emporion.orders.v1.OrdersServiceGrpc.OrdersServiceFutureStub;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Whether every order that was answered for is there, and CONFIRMED. */
final class Verification {
  private static final int AT_ONCE = 64;
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final OrdersServiceFutureStub orders;
  private final Map<OrderState, Integer> states = new EnumMap<>(OrderState.class);
  private int lost;

  Verification(Target target) {
    this.orders = OrdersServiceGrpc.newFutureStub(target.channel(0));
  }

  /** What was found; an order that is still PENDING has some time to end. */
  record Found(int orders, int confirmed, int lost) {
    boolean isWell() {
      return confirmed == orders;
    }
  }

  Found check(Collection<String> acknowledged) throws InterruptedException {
    long end = System.nanoTime() + LIMIT_NANOS;
    List<String> left = look(List.copyOf(acknowledged));
    while (!left.isEmpty() && System.nanoTime() < end) {
      left = look(left);
    }
    return new Found(
        acknowledged.size(), states.getOrDefault(OrderState.ORDER_STATE_CONFIRMED, 0), lost);
  }

  /** Returns those that are not decided. */
  private List<String> look(List<String> ids) throws InterruptedException {
    var pending = new ArrayList<String>();
    for (int from = 0; from < ids.size(); from += AT_ONCE) {
      List<String> some = ids.subList(from, Math.min(from + AT_ONCE, ids.size()));
      var asked =
          some.stream()
              .map(id -> orders.getOrder(GetOrderRequest.newBuilder().setOrderId(id).build()))
              .toList();
      for (int i = 0; i < asked.size(); i++) {
        try {
          OrderState state = asked.get(i).get().getOrder().getState();
          if (state == OrderState.ORDER_STATE_PENDING) {
            pending.add(some.get(i));
          } else {
            states.merge(state, 1, Integer::sum);
          }
        } catch (ExecutionException e) {
          countLost(e);
        }
      }
    }
    return pending;
  }

  private void countLost(ExecutionException failure) {
    if (failure.getCause() instanceof StatusRuntimeException answer
        && answer.getStatus().getCode() == Status.Code.NOT_FOUND) {
      lost++;
    } else {
      throw new BenchException("an order could not be read: " + failure.getCause().getMessage());
    }
  }
}
