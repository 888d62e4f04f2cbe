package dev.emporion.chaos;

import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Orders under load while faults are injected, on a meshed system of its own. */
@Command(
    name = "chaos",
    description = "Orders under load while faults strike; then everything is compared.",
    mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {
  private static final int MAX_ORDERS = 1_000_000;
  private static final int MAX_FAULTS = 10_000;
  private static final int MAX_CLIENTS = 200;
  private static final int MAX_SEED = 1_000_000;
  private static final int MAX_SHOWN = 20;

  @Option(
      names = "--orders",
      defaultValue = "${env:ORDERS:-10000}",
      description = "that clients wish for (ORDERS, 10000)")
  int orders;

  @Option(
      names = "--faults",
      defaultValue = "${env:FAULTS:-200}",
      description = "that strike meanwhile (FAULTS, 200)")
  int faults;

  @Option(
      names = "--seed",
      defaultValue = "${env:SEED:-}",
      description = "of all that is drawn (SEED, a random one)")
  String seed;

  @Option(
      names = "--clients",
      defaultValue = "${env:CLIENTS:-24}",
      description = "at a time (CLIENTS, 24)")
  int clients;

  @Option(names = "--keep", description = "leave the system up, to be looked at")
  boolean keep;

  private Main() {}

  public static void main(String[] args) {
    CommandLine command = new CommandLine(new Main());
    command.setExecutionExceptionHandler(Main::complain);
    System.exit(command.execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = settings();
    Progress progress = new Progress(Boolean.getBoolean("emporion.terminal"));
    System.out.println("chaos: seed=" + settings.seed());
    Site site = Site.create("chaos");
    try (site) {
      progress.stage("up", "gateway on " + site.gateway());
      List<Fault> drawn = Faults.draw(settings.seed(), faults);
      Result result = new Chaos(settings, drawn, site, progress).run();
      print(result);
      return result.isWell() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    } finally {
      if (!keep) {
        site.down();
      }
    }
  }

  private static void print(Result result) {
    result.violations().stream().limit(MAX_SHOWN).forEach(one -> System.out.println("  " + one));
    if (result.violations().size() > MAX_SHOWN) {
      System.out.println("  and more, in .run/chaos/chaos-violations.txt");
    }
    System.out.println(result.lastLine());
  }

  private Settings settings() {
    if (orders < 1 || orders > MAX_ORDERS || faults < 0 || faults > MAX_FAULTS) {
      throw new ChaosException(
          "orders are 1 to %d, faults 0 to %d".formatted(MAX_ORDERS, MAX_FAULTS));
    }
    if (clients < 1 || clients > MAX_CLIENTS) {
      throw new ChaosException("clients are 1 to " + MAX_CLIENTS);
    }
    return new Settings("chaos", orders, number(), clients);
  }

  private long number() {
    if (seed.isBlank()) {
      return new Random().nextInt(MAX_SEED);
    }
    try {
      return Long.parseLong(seed.strip());
    } catch (NumberFormatException e) {
      throw new ChaosException("the seed is '" + seed + "'; give a number");
    }
  }

  private static int complain(
      Exception failure, CommandLine commandLine, CommandLine.ParseResult arguments) {
    if (failure instanceof ChaosException mendable) {
      System.err.println("chaos: " + mendable.getMessage());
    } else {
      failure.printStackTrace();
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
