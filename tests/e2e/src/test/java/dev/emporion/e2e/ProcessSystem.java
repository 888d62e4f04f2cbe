package dev.emporion.e2e;

import dev.emporion.testing.LocalPostgres;
import dev.emporion.testing.LocalPostgres.Durability;
import dev.emporion.testing.TestDatabase;
import dev.emporion.testing.Workspace;
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

/** Every service a process of its own, on a durable PostgreSQL. */
final class ProcessSystem implements RunningSystem {
  private final Path home;
  private final LocalPostgres postgres;
  private final Map<String, String> databaseUrls = new ConcurrentHashMap<>();
  private final AtomicInteger logs = new AtomicInteger();
  private final List<ServiceProcess> processes = new CopyOnWriteArrayList<>();

  private final Map<String, List<ServiceProcess>> instances = new ConcurrentHashMap<>();

  ProcessSystem() {
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

  @Override
  public void start() {
    STATEFUL.forEach(this::provide);
    once("simulator", Map.of("SIMULATOR_DATA_DIR", home.resolve("simulator") + ""));
    once("catalog", database("catalog"));
    once("shipping", database("shipping"));
    once("carts", database("carts"));
    twice("inventory", database("inventory"));
    once(
        "payments",
        with(database("payments"), "PAYMENT_PROVIDER_ADDRESS", address("simulator", 0)));
    once(
        "pricing",
        Map.of(
            "CATALOG_ADDRESS", address("catalog", 0), "SHIPPING_ADDRESS", address("shipping", 0)));
    instances.put("orders", Stream.of(0, 1).map(this::startOrders).toList());
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

  @Override
  public ServiceProcess startOrders(int inventoryInstance) {
    Map<String, String> environment = new HashMap<>(database("orders"));
    environment.put("CARTS_ADDRESS", address("carts", 0));
    environment.put("PRICING_ADDRESS", address("pricing", 0));
    environment.put("INVENTORY_ADDRESS", address("inventory", inventoryInstance));
    environment.put("PAYMENTS_ADDRESS", address("payments", 0));
    environment.put("SAGA_LEASE_SECONDS", "3");
    return serve("orders", environment);
  }

  private void once(String service, Map<String, String> environment) {
    instances.put(service, List.of(serve(service, environment)));
  }

  private void twice(String service, Map<String, String> environment) {
    instances.put(service, List.of(serve(service, environment), serve(service, environment)));
  }

  private String address(String service, int number) {
    return instances.get(service).get(number).address();
  }

  private ServiceProcess serve(String service, Map<String, String> environment) {
    Path log = home.resolve(service + "-" + logs.incrementAndGet() + ".log");
    ServiceProcess process = ServiceProcess.serve(service, log, environment);
    processes.add(process);
    return process;
  }

  @Override
  public List<ServiceProcess> instances(String service) {
    return instances.get(service);
  }

  @Override
  public String databaseUrl(String service) {
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
