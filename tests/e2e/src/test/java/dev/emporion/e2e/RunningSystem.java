package dev.emporion.e2e;

import dev.emporion.testing.cluster.Cluster;
import io.grpc.ManagedChannel;
import java.util.List;

/**
 * The whole system: two instances of orders and of inventory, one of the others at least. One for
 * all tests of a JVM; each test has products of its own.
 */
interface RunningSystem extends AutoCloseable {
  List<String> STATEFUL =
      List.of("catalog", "inventory", "carts", "orders", "payments", "shipping");

  /** The one and only, started when it is first asked for. */
  final class Shared {
    private static final RunningSystem SYSTEM = start();

    private Shared() {}

    private static RunningSystem start() {
      RunningSystem system = Cluster.isWanted() ? new ClusterSystem() : new ProcessSystem();
      Runtime.getRuntime().addShutdownHook(new Thread(system::close));
      system.start();
      return system;
    }
  }

  static RunningSystem shared() {
    return Shared.SYSTEM;
  }

  void start();

  List<? extends Instance> instances(String service);

  /** One more instance of orders, beside the given one of inventory; it is the caller's to kill. */
  Instance startOrders(int inventoryInstance);

  /** By which a service reaches its database, as its own role. */
  String databaseUrl(String service);

  /** To the first instance of a service, such as {@code carts}. */
  default ManagedChannel channel(String service) {
    return instances(service).getFirst().channel();
  }

  @Override
  void close();
}
