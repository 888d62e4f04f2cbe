package dev.emporion.mesh;

import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.Lock;
import dev.emporion.mesh.process.Logs;
import dev.emporion.mesh.process.Ports;
import dev.emporion.mesh.process.Processes;
import dev.emporion.mesh.run.Daemon;
import dev.emporion.mesh.run.DatabaseServer;
import dev.emporion.mesh.run.PodTraining;
import dev.emporion.mesh.run.Stages;
import dev.emporion.mesh.run.Training;
import dev.emporion.mesh.shop.Demo;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs Emporion on this machine. */
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
            .addSubcommand(new ScaleCommand())
            .addSubcommand(new RestartCommand())
            .addSubcommand(new MeshCommand())
            .addSubcommand(new DaemonCommand())
            .addSubcommand("completion", new AutoComplete.GenerateCompletion())
            .addSubcommand(new SqlCommand())
            .addSubcommand(new DemoCommand())
            .addSubcommand(new OrderCommand())
            .addSubcommand(new TrainCommand())
            .addSubcommand(new ExerciseCommand())
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
        defaultValue = "${env:MESH:-on}",
        description = "on: each service beside an Envoy; off: all in one process (MESH)")
    String mesh;

    private static void oneProcess() {
      if (MeshCommands.here().isMesh()) {
        MeshCommands.here().down();
      }
      new Up(Layout.here(), Ports.fromEnvironment()).run();
    }

    @Override
    public Integer call() {
      try (Lock _ = Lock.take(Layout.here())) {
        switch (mesh) {
          case "on" -> MeshCommands.here().up();
          case "off" -> oneProcess();
          default -> throw new RunnerException("MESH is '" + mesh + "'; give on or off");
        }
      }
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(name = "scale", description = "Run so many instances of a service.")
  static final class ScaleCommand implements Callable<Integer> {
    @Parameters(index = "0", description = "service")
    String service;

    @Parameters(index = "1", description = "how many")
    int replicas;

    @Override
    public Integer call() {
      MeshCommands.here().command("scale", service, Integer.toString(replicas));
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(
      name = "restart",
      description = "Start a service's instances anew, one after the other, without a gap.")
  static final class RestartCommand implements Callable<Integer> {
    @Parameters(index = "0", description = "service")
    String service;

    @Override
    public Integer call() {
      MeshCommands.here().command("restart", service);
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(
      name = "mesh",
      description = "A look into the mesh.",
      subcommands = {DumpCommand.class, XdsCommand.class, RotateCommand.class})
  static final class MeshCommand {}

  @Command(name = "dump", description = "All that a service's sidecar was told, as JSON.")
  static final class DumpCommand implements Callable<Integer> {
    @Parameters(index = "0", description = "service or instance")
    String service;

    @Override
    public Integer call() {
      MeshCommands.here().command("dump", service);
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(name = "xds", description = "How far each Envoy is with what it was told.")
  static final class XdsCommand implements Callable<Integer> {
    @Override
    public Integer call() {
      MeshCommands.here().command("xds");
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(name = "rotate", description = "New certificates for everyone, without a lost call.")
  static final class RotateCommand implements Callable<Integer> {
    @Option(names = "--root", description = "by a new root, too")
    boolean root;

    @Override
    public Integer call() {
      MeshCommands.here().command("rotate", root ? "root" : "leaves");
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(name = "daemon", hidden = true, description = "Be the mesh's daemon.")
  static final class DaemonCommand implements Callable<Integer> {
    @Override
    public Integer call() {
      Daemon.run(Layout.here(), Ports.fromEnvironment());
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(name = "down", description = "Stop everything; data and logs stay.")
  static final class DownCommand implements Callable<Integer> {
    @Override
    public Integer call() {
      try (Lock _ = Lock.take(Layout.here())) {
        if (MeshCommands.here().isMesh()) {
          MeshCommands.here().down();
          return CommandLine.ExitCode.OK;
        }
        new Down(Layout.here(), Ports.fromEnvironment()).run();
      }
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(name = "status", description = "What runs, and how well.")
  static final class StatusCommand implements Callable<Integer> {
    @Override
    public Integer call() {
      MeshCommands mesh = MeshCommands.here();
      boolean well = mesh.isMesh() ? mesh.status() : oneProcess();
      return well ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static boolean oneProcess() {
      return new Status(Layout.here(), Ports.fromEnvironment()).print();
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

  @Command(name = "kill", description = "Kill an instance at once (SIGKILL); it is started again.")
  static final class KillCommand implements Callable<Integer> {
    @Parameters(index = "0", description = "process")
    String service;

    @Override
    public Integer call() {
      if (MeshCommands.here().isMesh()) {
        MeshCommands.here().command("kill", service);
        return CommandLine.ExitCode.OK;
      }
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

  @Command(name = "order", description = "Fill a shop that is empty, and buy something there.")
  static final class OrderCommand implements Callable<Integer> {
    @Option(names = "--gateway", required = true, description = "host:port of any gateway")
    String gateway;

    @Override
    public Integer call() {
      Stages stages = new Stages();
      new FirstOrder(gateway, stages).place("the logs of orders there");
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(name = "train", hidden = true, description = "Make the JDK's AOT caches.")
  static final class TrainCommand implements Callable<Integer> {
    @Option(names = "--mesh", defaultValue = "off", description = "whose: on or off")
    String mesh;

    @Option(names = "--commands", description = "a folder: how each of an image is started")
    Path commands;

    @Override
    public Integer call() {
      Layout layout = Layout.here();
      Training.Set set = mesh.equals("on") ? PodTraining.of(layout) : new OneProcessTraining();
      Training training = new Training(layout, set);
      if (commands == null) {
        training.run();
      } else {
        training.runByCommands(commands);
      }
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(name = "exercise", hidden = true, description = "Buy something, for a cache.")
  static final class ExerciseCommand implements Callable<Integer> {
    @Parameters(description = "service=address")
    Map<String, String> addresses;

    @Override
    public Integer call() {
      Training.exercise(addresses);
      return CommandLine.ExitCode.OK;
    }
  }
}
