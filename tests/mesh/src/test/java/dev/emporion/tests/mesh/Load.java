package dev.emporion.tests.mesh;

import static dev.emporion.testing.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.mesh.model.Address;
import dev.emporion.mesh.shop.Buyer;
import dev.emporion.mesh.shop.Shop;
import dev.emporion.orders.v1.Order;
import dev.emporion.orders.v1.OrderState;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Buyers who order without a pause and never repeat a call: what the mesh does not mend they see.
 * Ends with {@link #close}.
 */
final class Load implements AutoCloseable {
  private static final int MAX_ORDERS = 20_000;
  private static final int END_SECONDS = 60;
  private static final Duration GO_ON_LIMIT = Duration.ofSeconds(60);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger orders = new AtomicInteger();
  private final Shop shop;
  private volatile boolean ending;

  private Load(Address gateway) {
    shop = Shop.at(gateway.toString());
  }

  static Load of(int buyers, Driver mesh) {
    Load load = new Load(mesh.gateway());
    for (int i = 0; i < buyers; i++) {
      load.threads.execute(load::buy);
    }
    load.awaitOrders(buyers);
    return load;
  }

  private void buy() {
    Buyer buyer = new Buyer(shop);
    while (!ending && orders.get() < MAX_ORDERS) {
      try {
        Order order = buyer.buySomething();
        if (order.getState() != OrderState.ORDER_STATE_CONFIRMED) {
          failures.add(order.toString());
        }
      } catch (RuntimeException e) {
        failures.add(e.toString());
      }
      orders.incrementAndGet();
    }
  }

  /** Until so many more orders have ended, whichever way. */
  void awaitOrders(int more) {
    int until = orders.get() + more;
    within(GO_ON_LIMIT, () -> assertThat(orders.get()).as("orders").isGreaterThanOrEqualTo(until));
  }

  /** What buyers have seen that they should not. */
  Queue<String> failures() {
    return failures;
  }

  int orders() {
    return orders.get();
  }

  @Override
  public void close() {
    ending = true;
    threads.shutdown();
    try {
      if (!threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
        threads.shutdownNow();
        throw new AssertionError("a buyer was never answered");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      shop.close();
    }
  }
}
