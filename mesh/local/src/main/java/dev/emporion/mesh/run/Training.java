package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.process.Jvm;
import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.Ports;
import dev.emporion.mesh.process.Processes;
import dev.emporion.mesh.process.Wait;
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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Makes the AOT caches that let the processes start in half the time: runs a second set of them, on
 * databases of their own, places orders there, and lets each write its cache when it ends. It
 * happens behind the back of whoever typed {@code make up}, at low priority, when jars have
 * changed.
 */
public final class Training {
  private static final String NAME = "training";
  private static final String DATABASE_PREFIX = "training_";

  /** What is not in a cache is loaded the slow way, so each path is taken more than once. */
  private static final int ORDERS = 20;

  /** Writing a cache takes a second JVM ten seconds or so, at low priority more. */
  private static final Duration WRITE_LIMIT = Duration.ofSeconds(120);

  private final Layout layout;
  private final Set set;

  /** What is trained together. */
  public interface Set {
    /** What would run on ports of its own, to ask for its caches or to be trained. */
    List<Program> programs(Path simulatorData, Function<String, String> databaseUrl);

    /** The databases that it needs. */
    Collection<String> databases();

    /** Where each service of those programs answers. */
    Map<String, String> addresses(List<Program> programs);
  }

  public Training(Layout layout, Set set) {
    this.layout = layout;
    this.set = set;
  }

  /**
   * Starts it if a cache is missing. Somebody else's database is left alone.
   *
   * @param form the argument that leads {@code train} back to this set
   */
  public void startInBackground(Processes processes, String form) {
    boolean complete =
        set.programs(layout.simulator(), _ -> "").stream()
                .allMatch(program -> Files.exists(program.jvm(layout).cache()))
            && Jvm.isSelfCached(layout);
    boolean wanted = !"off".equals(System.getenv("EMPORION_AOT"));
    if (complete || !wanted || DatabaseServer.isExternal() || processes.find(NAME).isPresent()) {
      return;
    }
    List<String> command = new ArrayList<>(List.of("nice", "-n", "15"));
    command.addAll(Jvm.self(layout, "train", "--mesh", form));
    processes.start(NAME, "", command, Map.of());
  }

  /** The programs as they run, and the process of each. */
  private record Running(List<Program> programs, List<Process> processes) {}

  public void run() {
    Running running = runShop(program -> trainingOf(program.jvm(layout), program.arguments()));
    trainRunner(running);
    for (int i = running.programs.size() - 1; i >= 0; i--) {
      end(running.programs.get(i), running.processes.get(i));
      keepCache(running.programs.get(i));
    }
  }

  /**
   * For the caches of container images, which have a JVM of their own.
   *
   * @param commands a folder with a file for each program to train: the words of its command, one a
   *     line, up to its arguments. The others run as they do here.
   */
  public void runByCommands(Path commands) {
    Running running =
        runShop(
            program -> {
              Path words = commands.resolve(program.name());
              return Files.exists(words)
                  ? Stream.concat(lines(words).stream(), program.arguments().stream()).toList()
                  : program.jvm(layout).run(program.arguments());
            });
    for (int i = running.programs.size() - 1; i >= 0; i--) {
      end(running.programs.get(i), running.processes.get(i));
    }
  }

  private Running runShop(Function<Program, List<String>> command) {
    Ports ports = Ports.fromEnvironment();
    Map<String, String> databases =
        new DatabaseServer(layout, ports).provide(DATABASE_PREFIX, set.databases());
    new Schemas(layout).migrate(DATABASE_PREFIX, databases);
    Path data = layout.run().resolve("simulator-training");
    List<Program> programs = set.programs(data, databases::get);
    List<Process> processes = new ArrayList<>();
    Thread cleanUp = new Thread(() -> processes.forEach(Process::destroyForcibly));
    Runtime.getRuntime().addShutdownHook(cleanUp);
    programs.forEach(program -> processes.add(start(program, command.apply(program))));
    programs.forEach(program -> awaitServing(program.port()));
    try (Shop shop = Shop.of(set.addresses(programs))) {
      System.out.println(new Seed(shop).sow());
      for (int i = 0; i < ORDERS; i++) {
        System.out.println(Buyer.summary(new Buyer(shop).buySomething()));
      }
    }
    return new Running(programs, processes);
  }

  private List<String> trainingOf(Jvm jvm, List<String> arguments) {
    return Files.exists(jvm.cache()) ? jvm.run(arguments) : jvm.train(unfinished(jvm), arguments);
  }

  /** One of the commands that people wait for, in a process that ends as they do. */
  private void trainRunner(Running running) {
    if (Jvm.isSelfCached(layout)) {
      return;
    }
    Path fresh = layout.aot().resolve("emporion.aot.new");
    String[] command =
        Stream.concat(
                Stream.of("exercise"),
                set.addresses(running.programs).entrySet().stream()
                    .map(e -> e.getKey() + "=" + e.getValue()))
            .toArray(String[]::new);
    try {
      ProcessBuilder builder = new ProcessBuilder(Jvm.trainSelf(layout, fresh, command));
      builder.redirectErrorStream(true);
      builder.redirectOutput(layout.log(NAME + "-runner").toFile());
      Process process = builder.start();
      running.processes.addLast(process);
      process.waitFor();
      Files.move(fresh, Jvm.selfCache(layout), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      System.out.println("no cache of the runner: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the runner itself does when something came up. */
  public static void exercise(Map<String, String> addresses) {
    try (Shop shop = Shop.of(addresses)) {
      System.out.println(new Seed(shop).sow());
      System.out.println(Buyer.summary(new Buyer(shop).buySomething()));
    }
  }

  /** Any free port. */
  public static Ports.Port port() {
    return new Ports.Port("", TestDatabase.freePort());
  }

  private Process start(Program program, List<String> command) {
    try {
      Files.createDirectories(layout.aot());
      Path log = layout.log(NAME + "-" + program.name());
      Files.createDirectories(log.getParent());
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(program.environment());
      builder.redirectErrorStream(true);
      builder.redirectOutput(log.toFile());
      return builder.start();
    } catch (IOException e) {
      throw new RunnerException("cannot start " + program.name() + " for training: " + e, e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new RunnerException("cannot read " + file + ": " + e, e);
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

  /** Ends the process, which then writes. */
  private static void end(Program program, Process process) {
    process.destroy();
    Wait.until(
            WRITE_LIMIT, () -> process.isAlive() ? Optional.empty() : Optional.of(true), () -> true)
        .orElseThrow(() -> new RunnerException(program.name() + " does not end"));
  }

  /** A cache gets its name when it is whole. */
  private void keepCache(Program program) {
    Jvm jvm = program.jvm(layout);
    if (Files.exists(jvm.cache())) {
      return;
    }
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
