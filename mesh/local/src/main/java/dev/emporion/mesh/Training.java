package dev.emporion.mesh;

import dev.emporion.mesh.shop.Buyer;
import dev.emporion.mesh.shop.Seed;
import dev.emporion.mesh.shop.Shop;
import dev.emporion.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes the AOT caches that let the processes start in half the time: runs a second set of them, on
 * databases of their own, places orders there, and lets each write its cache when it ends. It
 * happens behind the back of whoever typed {@code make up}, at low priority, when jars have
 * changed.
 */
final class Training {
  private static final String NAME = "training";
  private static final String DATABASE_PREFIX = "training_";

  /** What is not in a cache is loaded the slow way, so each path is taken more than once. */
  private static final int ORDERS = 20;

  /** Writing a cache takes a second JVM ten seconds or so, at low priority more. */
  private static final Duration WRITE_LIMIT = Duration.ofSeconds(120);

  private final Layout layout;

  Training(Layout layout) {
    this.layout = layout;
  }

  /** Starts it if a cache is missing. Somebody else's database is left alone. */
  static void startInBackground(Layout layout, Processes processes) {
    boolean complete =
        Topology.programs(Ports.fromEnvironment(), layout.simulator(), _ -> "").stream()
            .allMatch(program -> Files.exists(Jvm.of(layout, program.module()).cache()));
    boolean wanted = !"off".equals(System.getenv("EMPORION_AOT"));
    if (complete || !wanted || DatabaseServer.isExternal() || processes.find(NAME).isPresent()) {
      return;
    }
    List<String> command = new ArrayList<>(List.of("nice", "-n", "15"));
    command.addAll(Jvm.self("train"));
    processes.start(NAME, "", command, Map.of());
  }

  void run() {
    Ports ports = new Ports(port(), port(), Ports.fromEnvironment().postgresPort());
    Map<String, String> databases = new DatabaseServer(layout, ports).provide(DATABASE_PREFIX);
    new Schemas(layout).migrate(DATABASE_PREFIX, databases);
    Path data = layout.run().resolve("simulator-training");
    List<Program> programs = Topology.programs(ports, data, databases::get);
    List<Process> processes = new ArrayList<>();
    Thread cleanUp = new Thread(() -> processes.forEach(Process::destroyForcibly));
    Runtime.getRuntime().addShutdownHook(cleanUp);
    programs.forEach(program -> processes.add(start(program)));
    programs.forEach(program -> awaitServing(program.port()));
    try (Shop shop = Shop.at(ports.gateway())) {
      System.out.println(new Seed(shop).sow());
      for (int i = 0; i < ORDERS; i++) {
        System.out.println(Buyer.summary(new Buyer(shop).buySomething()));
      }
    }
    for (int i = programs.size() - 1; i >= 0; i--) {
      keepCache(programs.get(i), processes.get(i));
    }
  }

  private static Ports.Port port() {
    return new Ports.Port("", TestDatabase.freePort());
  }

  private Process start(Program program) {
    Jvm jvm = Jvm.of(layout, program.module());
    try {
      Files.createDirectories(layout.aot());
      ProcessBuilder builder = new ProcessBuilder(jvm.train(unfinished(jvm), program.arguments()));
      builder.environment().putAll(program.environment());
      builder.redirectErrorStream(true);
      builder.redirectOutput(layout.log(NAME + "-" + program.name()).toFile());
      return builder.start();
    } catch (IOException e) {
      throw new RunnerException("cannot start " + program.name() + " for training: " + e, e);
    }
  }

  private static void awaitServing(Ports.Port port) {
    Wait.until(
            WRITE_LIMIT,
            () -> Health.isServing(port) ? Optional.of(true) : Optional.empty(),
            () -> true)
        .orElseThrow(() -> new RunnerException("nothing answers on " + port.address()));
  }

  private static Path unfinished(Jvm jvm) {
    return jvm.cache().resolveSibling(jvm.cache().getFileName() + ".new");
  }

  /** Ends the process, which then writes; a cache gets its name when it is whole. */
  private void keepCache(Program program, Process process) {
    process.destroy();
    Jvm jvm = Jvm.of(layout, program.module());
    Wait.until(
            WRITE_LIMIT, () -> process.isAlive() ? Optional.empty() : Optional.of(true), () -> true)
        .orElseThrow(() -> new RunnerException(program.name() + " does not end"));
    try {
      Files.move(unfinished(jvm), jvm.cache(), StandardCopyOption.ATOMIC_MOVE);
      deleteOlder(jvm);
      System.out.println("wrote " + jvm.cache());
    } catch (IOException e) {
      throw new RunnerException("no cache of " + program.name() + ": " + e, e);
    }
  }

  private void deleteOlder(Jvm jvm) throws IOException {
    try (Stream<Path> files = Files.list(layout.aot())) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(jvm.name() + "-") && !file.equals(jvm.cache())) {
          Files.delete(file);
        }
      }
    }
  }
}
