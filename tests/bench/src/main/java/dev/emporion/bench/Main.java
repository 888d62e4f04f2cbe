package dev.emporion.bench;

import dev.emporion.testing.Workspace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the running shop; brings it up if it is not there. */
@Command(
    name = "bench",
    description = "Orders and reads per second, their latency, and what they cost.",
    mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {
  private static final int MAX_CLIENTS = 1_000;
  private static final int MAX_SECONDS = 3_600;

  @Option(
      names = "--seconds",
      defaultValue = "${env:BENCH_SECONDS:-15}",
      description = "how long each level is measured (BENCH_SECONDS, 15)")
  int seconds;

  @Option(
      names = "--warm-up-seconds",
      defaultValue = "${env:BENCH_WARM_UP_SECONDS:-300}",
      description =
          "how long to order before the first level at most, in rounds of 15; less when"
              + " orders become no cheaper (BENCH_WARM_UP_SECONDS, 300)")
  int warmUpSeconds;

  @Option(
      names = "--clients",
      split = ",",
      defaultValue = "${env:BENCH_CLIENTS:-1,8,32,64}",
      description = "levels of PlaceOrder (BENCH_CLIENTS, 1,8,32,64)")
  List<Integer> clients;

  @Option(
      names = "--mesh",
      defaultValue = "${env:BENCH_MESH:-both}",
      description = "on, off, or both in this run and compared (BENCH_MESH, both)")
  String mesh;

  @Option(
      names = "--only",
      defaultValue = "${env:BENCH_ONLY:-}",
      description = "run the scenarios with this in their name alone (BENCH_ONLY, all)")
  String only;

  private Main() {}

  public static void main(String[] args) {
    CommandLine command = new CommandLine(new Main());
    command.setExecutionExceptionHandler(Main::complain);
    System.exit(command.execute(args));
  }

  @Override
  public Integer call() throws Exception {
    requireBounds();
    var plan = new Plan(clients, seconds, warmUpSeconds, only);
    var reports = new ArrayList<Report>();
    boolean well = true;
    for (Site.Form form : forms()) {
      Site site = new Site(root(), form);
      site.bringUp();
      try (Target target = Target.at(site.address())) {
        Bench.Outcome outcome = new Bench(site, target, plan).run();
        reports.add(outcome.report());
        well &= outcome.isWell();
      }
    }
    reports.forEach(Report::printLines);
    if (reports.size() > 1) {
      reports.getFirst().printRatiosTo(reports.getLast());
    }
    return well ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private static Path root() {
    return Path.of(System.getProperty("emporion.root", Workspace.root().toString()));
  }

  private List<Site.Form> forms() {
    return switch (mesh) {
      case "both" -> List.of(Site.Form.MESH, Site.Form.ONE_PROCESS);
      case "on" -> List.of(Site.Form.MESH);
      case "off" -> List.of(Site.Form.ONE_PROCESS);
      default -> throw new BenchException("mesh is '" + mesh + "'; give on, off or both");
    };
  }

  private void requireBounds() {
    boolean sound =
        inBounds(seconds, MAX_SECONDS)
            && warmUpSeconds >= 0
            && warmUpSeconds <= MAX_SECONDS
            && clients.stream().allMatch(count -> inBounds(count, MAX_CLIENTS));
    if (!sound) {
      throw new BenchException(
          "seconds are 1 to %d (warm-up 0), clients 1 to %d".formatted(MAX_SECONDS, MAX_CLIENTS));
    }
  }

  private static boolean inBounds(int value, int most) {
    return value >= 1 && value <= most;
  }

  private static int complain(
      Exception failure, CommandLine commandLine, CommandLine.ParseResult arguments) {
    if (failure instanceof BenchException mendable) {
      System.err.println("bench: " + mendable.getMessage());
    } else {
      failure.printStackTrace();
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
