package dev.emporion.mesh;

import dev.emporion.mesh.shop.Demo;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs Emporion on this machine. In this step only processes; the mesh joins later. */
@Command(
    name = "emporion",
    description = "Runs Emporion on this machine.",
    mixinStandardHelpOptions = true)
public final class Main {
  private static final int MAX_LINES = 100_000;

  private Main() {}

  public static void main(String[] args) {
    CommandLine commands =
        new CommandLine(new Main())
            .addSubcommand(new UpCommand())
            .addSubcommand(new DownCommand())
            .addSubcommand(new StatusCommand())
            .addSubcommand(new LogsCommand())
            .addSubcommand(new KillCommand())
            .addSubcommand(new SqlCommand())
            .addSubcommand(new DemoCommand())
            .addSubcommand(new TrainCommand())
            .addSubcommand(new CommandLine.HelpCommand());
    commands.setExecutionExceptionHandler(Main::complain);
    System.exit(commands.execute(args.length == 0 ? new String[] {"help"} : args));
  }

  /** What a person can mend is one line; anything else is a fault of ours, with its trace. */
  private static int complain(
      Exception failure, CommandLine commandLine, CommandLine.ParseResult arguments) {
    switch (failure) {
      case RunnerException mendable -> System.err.println("emporion: " + mendable.getMessage());
      case StatusRuntimeException refused ->
          System.err.println("emporion: the shop answered " + refused.getMessage());
      default -> failure.printStackTrace();
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  @Command(name = "up", description = "Start what is not running or has changed; place one order.")
  static final class UpCommand implements Callable<Integer> {
    @Option(
        names = "--mesh",
        defaultValue = "${env:MESH:-off}",
        description = "off: plain processes, one port (the only choice so far; MESH)")
    String mesh;

    @Override
    public Integer call() {
      if (!mesh.equals("off")) {
        throw new RunnerException("MESH=" + mesh + " is not there yet; MESH=off is");
      }
      try (Lock _ = Lock.take(Layout.here())) {
        new Up(Layout.here(), Ports.fromEnvironment()).run();
      }
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(name = "down", description = "Stop everything; data and logs stay.")
  static final class DownCommand implements Callable<Integer> {
    @Override
    public Integer call() {
      try (Lock _ = Lock.take(Layout.here())) {
        new Down(Layout.here(), Ports.fromEnvironment()).run();
      }
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(name = "status", description = "What runs, since when, and whether it answers.")
  static final class StatusCommand implements Callable<Integer> {
    @Override
    public Integer call() {
      return new Status(Layout.here(), Ports.fromEnvironment()).print()
          ? CommandLine.ExitCode.OK
          : CommandLine.ExitCode.SOFTWARE;
    }
  }

  @Command(name = "logs", description = "Follow the log of a process.")
  static final class LogsCommand implements Callable<Integer> {
    @Parameters(index = "0", arity = "0..1", description = "process; none lists them")
    String service;

    @Option(
        names = {"-n", "--lines"},
        defaultValue = "50",
        description = "how many earlier lines to show (50)")
    int lines;

    @Option(names = "--no-follow", description = "end after them")
    boolean stay;

    @Override
    public Integer call() {
      new Logs(Layout.here()).show(service, Math.clamp(lines, 0, MAX_LINES), !stay);
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(name = "kill", description = "Kill a process at once (SIGKILL); up starts it again.")
  static final class KillCommand implements Callable<Integer> {
    @Parameters(index = "0", description = "process")
    String service;

    @Override
    public Integer call() {
      Processes processes = new Processes(Layout.here());
      processes.named(service).kill();
      System.out.println("killed " + service + "; make up starts it again");
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(name = "sql", description = "Ask a service's database, as that service.")
  static final class SqlCommand implements Callable<Integer> {
    @Parameters(index = "0", description = "service")
    String service;

    @Parameters(index = "1", description = "one statement")
    String statement;

    @Override
    public Integer call() {
      new Sql(new DatabaseServer(Layout.here(), Ports.fromEnvironment())).run(service, statement);
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(name = "demo", description = "A shopper's and a merchant's story, step by step.")
  static final class DemoCommand implements Callable<Integer> {
    @Override
    public Integer call() {
      Demo.tell(Ports.fromEnvironment().gateway());
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(name = "train", hidden = true, description = "Make the JDK's AOT caches.")
  static final class TrainCommand implements Callable<Integer> {
    @Override
    public Integer call() {
      new Training(Layout.here()).run();
      return CommandLine.ExitCode.OK;
    }
  }
}
