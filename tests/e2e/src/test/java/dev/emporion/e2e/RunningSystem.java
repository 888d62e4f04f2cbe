package dev.emporion.e2e;

import dev.emporion.testing.LocalPostgres;
import dev.emporion.testing.LocalPostgres.Durability;
import dev.emporion.testing.TestDatabase;
import dev.emporion.testing.Workspace;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The whole system, every service a process of its own, on a durable PostgreSQL: two instances of
 * orders and of inventory, one of the others. One for all tests of a JVM; each test has products of
 * its own.
 */
final class RunningSystem implements AutoCloseable {
  static final List<String> STATEFUL =
      List.of("catalog", "inventory", "carts", "orders", "payments", "shipping");

  private static final class Shared {
    static final RunningSystem SYSTEM = started();

    private static RunningSystem started() {
      var system = new RunningSystem();
      Runtime.getRuntime().addShutdownHook(new Thread(system::close));
      system.start();
      return system;
    }
  }

  private final Path home;
  private final LocalPostgres postgres;
  private final Map<String, String> databaseUrls = new ConcurrentHashMap<>();
  private final AtomicInteger logs = new AtomicInteger();
  private final List<ServiceProcess> processes = new CopyOnWriteArrayList<>();

  ServiceProcess simulator;
  ServiceProcess catalog;
  ServiceProcess shipping;
  ServiceProcess carts;
  ServiceProcess pricing;
  ServiceProcess payments;
  List<ServiceProcess> inventory;
  List<ServiceProcess> orders;

  static RunningSystem shared() {
    return Shared.SYSTEM;
  }

  private RunningSystem() {
    Path run = Workspace.root().resolve(".run");
    home = run.resolve("test-clusters").resolve(ProcessHandle.current().pid() + "");
    try {
      Files.createDirectories(home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    postgres =
        LocalPostgres.start(
            new LocalPostgres.Options(
                home.resolve("postgres"),
                run.resolve("tools"),
                TestDatabase.freePort(),
                Durability.DURABLE));
  }

  private void start() {
    STATEFUL.forEach(this::provide);
    simulator = serve("simulator", Map.of("SIMULATOR_DATA_DIR", home.resolve("simulator") + ""));
    catalog = serve("catalog", database("catalog"));
    shipping = serve("shipping", database("shipping"));
    carts = serve("carts", database("carts"));
    inventory = twice("inventory", database("inventory"));
    payments =
        serve(
            "payments",
            with(database("payments"), "PAYMENT_PROVIDER_ADDRESS", simulator.address()));
    pricing =
        serve(
            "pricing",
            Map.of("CATALOG_ADDRESS", catalog.address(), "SHIPPING_ADDRESS", shipping.address()));
    orders = Stream.of(0, 1).map(this::startOrders).toList();
    processes.forEach(ServiceProcess::port);
  }

  /** Makes the service's database and role, and runs its own {@code migrate}. */
  private void provide(String service) {
    databaseUrls.put(service, postgres.databases().provide(service, "e2e"));
    Path log = home.resolve(service + "-migrate.log");
    if (ServiceProcess.run(service, "migrate", log, database(service)) != 0) {
      throw new IllegalStateException(service + " migrate failed; see " + log);
    }
  }

  /** One more instance of orders, beside the given one of inventory; it is the caller's to kill. */
  ServiceProcess startOrders(int inventoryInstance) {
    Map<String, String> environment = new HashMap<>(database("orders"));
    environment.put("CARTS_ADDRESS", carts.address());
    environment.put("PRICING_ADDRESS", pricing.address());
    environment.put("INVENTORY_ADDRESS", inventory.get(inventoryInstance).address());
    environment.put("PAYMENTS_ADDRESS", payments.address());
    environment.put("SAGA_LEASE_SECONDS", "3");
    return serve("orders", environment);
  }

  private List<ServiceProcess> twice(String service, Map<String, String> environment) {
    return List.of(serve(service, environment), serve(service, environment));
  }

  private ServiceProcess serve(String service, Map<String, String> environment) {
    Path log = home.resolve(service + "-" + logs.incrementAndGet() + ".log");
    ServiceProcess process = ServiceProcess.serve(service, log, environment);
    processes.add(process);
    return process;
  }

  /**
   * To the first instance of whoever answers this service, such as emporion.carts.v1.CartsService.
   */
  ManagedChannel channel(String service) {
    return switch (service.split("\\.")[1]) {
      case "catalog" -> catalog.channel();
      case "inventory" -> inventory.getFirst().channel();
      case "carts" -> carts.channel();
      case "pricing" -> pricing.channel();
      case "orders" -> orders.getFirst().channel();
      case "payments" -> payments.channel();
      case "shipping" -> shipping.channel();
      case "simulator" -> simulator.channel();
      default -> throw new IllegalArgumentException("who answers " + service + "?");
    };
  }

  String databaseUrl(String service) {
    return databaseUrls.get(service);
  }

  private Map<String, String> database(String service) {
    // The timeout is generous: eleven programs start at once, maybe on a busy machine.
    return Map.of(
        "DATABASE_URL", databaseUrls.get(service),
        "DATABASE_POOL_SIZE", "8",
        "DATABASE_TIMEOUT_MILLIS", "30000");
  }

  private static Map<String, String> with(Map<String, String> map, String name, String value) {
    Map<String, String> more = new HashMap<>(map);
    more.put(name.toUpperCase(Locale.ROOT), value);
    return more;
  }

  @Override
  public void close() {
    processes.forEach(ServiceProcess::close);
    postgres.close();
    try (Stream<Path> files = Files.walk(home)) {
      files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
