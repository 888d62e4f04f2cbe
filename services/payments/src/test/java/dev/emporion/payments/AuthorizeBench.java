package dev.emporion.payments;

import dev.emporion.payments.v1.PaymentsServiceGrpc;
import dev.emporion.payments.v1.PaymentsServiceGrpc.PaymentsServiceBlockingStub;
import dev.emporion.platform.App;
import dev.emporion.platform.Database;
import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Telemetry;
import dev.emporion.testing.Eventually;
import dev.emporion.testing.LocalPostgres;
import dev.emporion.testing.LocalPostgres.Durability;
import dev.emporion.testing.TestDatabase;
import dev.emporion.testing.Workspace;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many authorizations a second: payments in this process, a durable PostgreSQL, and the
 * stand-in as a process of its own. Run by hand: {@code main [clients] [calls]}.
 */
final class AuthorizeBench {
  private static final int POOL = 16;
  private static final int TIMEOUT_MILLIS = 10_000;

  private AuthorizeBench() {}

  public static void main(String[] args) throws Exception {
    int clients = args.length > 0 ? Integer.parseInt(args[0]) : 32;
    int calls = args.length > 1 ? Integer.parseInt(args[1]) : 20_000;
    Path home = Files.createTempDirectory(Files.createDirectories(run()), "bench");
    int port = TestDatabase.freePort();
    Process simulator = simulator(home, port);
    var options =
        new LocalPostgres.Options(
            home.resolve("postgres"),
            run().resolve("tools"),
            TestDatabase.freePort(),
            Durability.DURABLE);
    try (var postgres = LocalPostgres.start(options)) {
      String url = postgres.databases().provide("payments", "bench");
      measure(new DatabaseConfig(url, POOL, TIMEOUT_MILLIS), "127.0.0.1:" + port, clients, calls);
      printHot(url);
      System.out.printf(
          "cpu of the stand-in: %d ms%n",
          simulator.info().totalCpuDuration().orElse(Duration.ZERO).toMillis());
    } finally {
      simulator.destroy();
      simulator.waitFor();
    }
  }

  /** Updates that stayed within their page and touched no index. */
  private static void printHot(String url) {
    try (Database database = Database.open(new DatabaseConfig(url, 1, TIMEOUT_MILLIS))) {
      String hot =
          database.run(
              handle ->
                  handle
                      .createQuery(
                          "select 'HOT updates: ' || n_tup_hot_upd || ' of ' || n_tup_upd"
                              + " from pg_stat_user_tables where relname = 'payments'")
                      .mapTo(String.class)
                      .one());
      System.out.println(hot);
    }
  }

  private static Path run() {
    return Workspace.root().resolve(".run");
  }

  private static Process simulator(Path home, int port) throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            dev.emporion.simulator.Main.class.getName(),
            "serve");
    builder.environment().put("LISTEN_ADDRESS", "127.0.0.1:" + port);
    builder.environment().put("SIMULATOR_DATA_DIR", home.resolve("simulator").toString());
    builder.environment().put("DRAIN_SECONDS", "0");
    builder.redirectErrorStream(true).redirectOutput(new File(home.toFile(), "simulator.log"));
    Process process = builder.start();
    Eventually.eventually(
        () -> {
          try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port));
          }
        });
    return process;
  }

  private static void measure(DatabaseConfig database, String provider, int clients, int calls)
      throws Exception {
    Database.migrate(database, Main.MIGRATIONS);
    var config =
        new PaymentsConfig(
            ServerConfig.local(), database, SimulatorProvider.NAME, provider, 5000, 24, 3600);
    try (App app = Main.wire(config, Telemetry.off());
        GrpcServer server = GrpcServer.inProcess("bench", app);
        App client = new App("client", Telemetry.off())) {
      var stub = PaymentsServiceGrpc.newBlockingStub(client.channel("inprocess:bench"));
      round(stub, clients, calls / 2);
      for (int i = 0; i < 3; i++) {
        System.out.println(round(stub, clients, calls));
      }
      System.out.println("one client: " + round(stub, 1, calls / 10));
      server.drain();
    }
  }

  private static String round(PaymentsServiceBlockingStub stub, int clients, int calls)
      throws InterruptedException {
    var next = new AtomicInteger();
    long[] micros = new long[calls];
    long start = System.nanoTime();
    long cpu = cpuMillis();
    try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      for (int i = 0; i < clients; i++) {
        threads.submit(
            () -> {
              for (int call = next.getAndIncrement(); call < calls; call = next.getAndIncrement()) {
                long begin = System.nanoTime();
                stub.authorize(Payments.authorization(1000));
                micros[call] = (System.nanoTime() - begin) / 1000;
              }
            });
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Arrays.sort(micros);
    return "%d clients: %.0f/s, p50 %d us, p99 %d us, cpu here %d ms per 1000"
        .formatted(
            clients,
            calls / seconds,
            micros[calls / 2],
            micros[calls * 99 / 100],
            (cpuMillis() - cpu) * 1000 / calls);
  }

  private static long cpuMillis() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
  }
}
