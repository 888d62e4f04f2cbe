package dev.emporion.tests.crash;

import static dev.emporion.testing.Eventually.within;

import dev.emporion.orders.v1.GetOrderRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.platform.Failure;
import dev.emporion.tests.crash.Boundary.Way;
import dev.emporion.tests.crash.Scenario.Asked;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** One order's way through a scenario, with something that happens on it or not. */
final class Run {
  private static final int MAX_TRIES = 20;
  static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Set<Code> REPEATED =
      EnumSet.of(
          Code.UNAVAILABLE, Code.UNKNOWN, Code.INTERNAL, Code.DEADLINE_EXCEEDED, Code.ABORTED);

  private Run() {}

  /** The boundaries of a scenario in which nothing happens, and what is wrong afterwards. */
  record Recorded(List<Boundary> boundaries, List<String> wrong) {}

  static Recorded record(Cell cell, Scenario scenario) {
    Asked asked = scenario.prepare().apply(cell);
    cell.faults.watch();
    Told told = tell(asked);
    String orderId = told.orderId(asked);
    settled(cell, orderId);
    List<Boundary> passed = cell.faults.stop();
    return new Recorded(passed, wrong(cell, scenario, asked, orderId));
  }

  /** What is wrong after this happened there; nothing if all is well. */
  static List<String> disturbed(Cell cell, Scenario scenario, Boundary boundary, Way way) {
    Asked asked = scenario.prepare().apply(cell);
    cell.faults.arm(boundary, way);
    Told told = tell(asked);
    String orderId = told.orderId(asked);
    settled(cell, orderId);
    cell.faults.stop();
    cell.wake();
    settled(cell, orderId);
    var wrong = wrong(cell, scenario, asked, orderId);
    if (!cell.faults.happened()) {
      wrong.add("it never came by there");
    }
    return wrong;
  }

  private static List<String> wrong(Cell cell, Scenario scenario, Asked asked, String orderId) {
    var wrong = new ArrayList<>(Books.wrong(cell, orderId, scenario.end()));
    Told told = tell(asked);
    Scenario.End end = scenario.end();
    if (!Objects.equals(told.refusal(), end.refusal())) {
      wrong.add("the same request again is told " + told + " and not " + end);
    } else if (end.refusal() == null && !told.is(orderId, end.state())) {
      wrong.add("the same request again gets " + told.order());
    }
    return wrong;
  }

  /** What a client heard: the order, or the reason why not. */
  private record Told(Order order, String refusal) {
    String orderId(Asked asked) {
      return asked.orderId() == null ? order.getOrderId() : asked.orderId();
    }

    boolean is(String orderId, String state) {
      return order.getOrderId().equals(orderId)
          && order.getState().name().equals("ORDER_STATE_" + state);
    }
  }

  private static Told tell(Asked asked) {
    try {
      return new Told(insist(asked.send()), null);
    } catch (StatusRuntimeException e) {
      return new Told(null, Failure.from(e).reason());
    }
  }

  /** As a client does: the same request until it is answered. */
  static Order insist(Supplier<Order> request) {
    for (int i = 1; ; i++) {
      try {
        return request.get();
      } catch (StatusRuntimeException e) {
        if (i == MAX_TRIES || !REPEATED.contains(e.getStatus().getCode())) {
          throw e;
        }
      }
    }
  }

  /** The order when nobody works on it any more. */
  static Order settled(Cell cell, String orderId) {
    var leases = new Leases(cell, UUID.fromString(orderId));
    within(LIMIT, leases::requireNone);
    return get(cell, orderId);
  }

  static Order get(Cell cell, String orderId) {
    return cell.orders
        .getOrder(GetOrderRequest.newBuilder().setOrderId(orderId).build())
        .getOrder();
  }
}
