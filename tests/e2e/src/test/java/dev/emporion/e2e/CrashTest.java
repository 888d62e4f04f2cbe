package dev.emporion.e2e;

import static dev.emporion.e2e.RacesTest.atOnce;
import static dev.emporion.testing.Eventually.within;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.orders.v1.GetOrderRequest;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderState;
import dev.emporion.orders.v1.OrdersServiceGrpc;
import dev.emporion.orders.v1.PlaceOrderRequest;
import dev.emporion.pricing.v1.Quote;
import dev.emporion.simulator.v1.Authorization;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** kill -9 of orders in the middle of 500 orders. */
class CrashTest {
  private static final int ORDERS = 500;
  private static final int CLIENTS = 16;

  private final RunningSystem system = RunningSystem.shared();
  private final Shopper shop = new Shopper(system);

  @Test
  void everyAcknowledgedOrderIsFinishedWithOneAuthorizationAndNothingIsLeftOver() throws Exception {
    shop.sell("CRASH", 12, ORDERS);
    Quote quote = shop.quote("CRASH", 1);
    List<PlaceOrderRequest> requests =
        atOnce(ORDERS, i -> () -> Shopper.request(shop.cart("CRASH", 1), quote));
    Map<String, String> acknowledged = placeWhileOrdersDies(requests);
    assertThat(acknowledged).as("killed in the middle").hasSizeBetween(1, ORDERS - 1);

    // The other instances take over; nobody asks for these orders again.
    List<String> ids = List.copyOf(acknowledged.values());
    within(
        Duration.ofSeconds(60),
        () ->
            assertThat(atOnce(ids.size(), i -> () -> state(ids.get(i))))
                .containsOnly(OrderState.ORDER_STATE_CONFIRMED));

    // All are asked for again under their request ids: none is lost, none is there twice.
    List<Order> orders = atOnce(ORDERS, i -> () -> shop.place(0, requests.get(i)));
    assertThat(orders)
        .allMatch(order -> order.getState() == OrderState.ORDER_STATE_CONFIRMED)
        .extracting(Order::getOrderId)
        .doesNotHaveDuplicates()
        .containsAll(ids);
    Map<String, Long> authorizations =
        shop.providersRecord("").stream()
            .collect(groupingBy(Authorization::getMerchantReference, counting()));
    assertThat(orders).allMatch(order -> authorizations.get(order.getOrderId()) == 1);
    var level = shop.availability("CRASH").getStockLevels(0);
    assertThat(level.getReserved()).isEqualTo(ORDERS);
    assertThat(level.getAvailable()).isZero();
  }

  /** Returns order ids by request id of what was answered before the kill. */
  private Map<String, String> placeWhileOrdersDies(List<PlaceOrderRequest> requests)
      throws InterruptedException {
    Map<String, String> acknowledged = new ConcurrentHashMap<>();
    var half = new Semaphore(0);
    var next = new AtomicInteger();
    try (Instance dying = system.startOrders(1)) {
      var stub = OrdersServiceGrpc.newBlockingStub(dying.channel());
      Runnable client =
          () -> {
            for (int i = next.getAndIncrement(); i < ORDERS; i = next.getAndIncrement()) {
              try {
                Order order = stub.placeOrder(requests.get(i)).getOrder();
                acknowledged.put(requests.get(i).getRequestId(), order.getOrderId());
              } catch (StatusRuntimeException e) {
                // Not acknowledged: what became of it is for the rest of the test to find out.
              }
              half.release();
            }
          };
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(Thread.startVirtualThread(client));
      }
      half.acquire(ORDERS / 2);
      dying.kill();
      for (Thread thread : clients) {
        thread.join();
      }
    }
    return acknowledged;
  }

  private OrderState state(String orderId) {
    return shop.orders(1)
        .getOrder(GetOrderRequest.newBuilder().setOrderId(orderId).build())
        .getOrder()
        .getState();
  }
}
