package dev.emporion.platform;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * A service's command line: subcommands whose options are the settings that their configuration
 * reads. Every setting is an environment variable, and an option that goes before it.
 *
 * <pre>{@code
 * public static void main(String[] args) {
 *   System.exit(
 *       Cli.of("orders", "Orders, their life cycle, and the checkout saga.")
 *           .command("serve", "answer RPCs", OrdersConfig::read, Main::serve)
 *           .command("migrate", "bring the schema up to date", DatabaseConfig::read, Main::migrate)
 *           .run(args));
 * }
 * }</pre>
 *
 * Exit codes: 0 done; 1 it failed, with one line on standard error for a {@link Failure} and the
 * stack trace in the log for anything unexpected; 2 the command line or the settings are wrong, one
 * line each.
 */
public final class Cli {
  /** What a subcommand does with its configuration. */
  @FunctionalInterface
  public interface Action<C> {
    void run(C config) throws Exception;
  }

  /** A subcommand that has an exit code to choose. */
  @FunctionalInterface
  public interface Program<C> {
    int run(C config) throws Exception;
  }

  private static final String FOOTER =
      "Also read from the environment: LOG_LEVEL (DEBUG, INFO, WARN, ERROR, OFF; default INFO), and"
          + " OTEL_EXPORTER_OTLP_ENDPOINT with the rest of OpenTelemetry's standard variables.";

  private record Command<C>(
      String name, String help, Function<Settings, C> reader, Program<C> program) {
    int run(Function<String, String> values) throws Exception {
      return program.run(Settings.read(values, reader));
    }

    CommandSpec spec() {
      CommandSpec spec = CommandSpec.create().name(name);
      spec.usageMessage().description(help).sortOptions(false);
      Settings.declaredBy(reader).forEach(setting -> spec.addOption(option(setting)));
      return withHelp(spec);
    }
  }

  private final String name;
  private final String help;
  private final Function<String, String> environment;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Map<String, Command<?>> commands = new LinkedHashMap<>();

  private Cli(
      String name,
      String help,
      Function<String, String> environment,
      PrintWriter out,
      PrintWriter err) {
    this.name = name;
    this.help = help;
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  public static Cli of(String name, String help) {
    return of(
        name,
        help,
        System::getenv,
        new PrintWriter(System.out, true),
        new PrintWriter(System.err, true));
  }

  static Cli of(
      String name,
      String help,
      Function<String, String> environment,
      PrintWriter out,
      PrintWriter err) {
    return new Cli(name, help, environment, out, err);
  }

  /** Adds a subcommand whose options are the settings that this reader asks for. */
  public <C> Cli command(String name, String help, Function<Settings, C> reader, Action<C> action) {
    return program(
        name,
        help,
        reader,
        config -> {
          action.run(config);
          return CommandLine.ExitCode.OK;
        });
  }

  /** Adds a subcommand that says by its exit code how it went. */
  public <C> Cli program(
      String name, String help, Function<Settings, C> reader, Program<C> program) {
    commands.put(name, new Command<>(name, help, reader, program));
    return this;
  }

  /** Runs what the arguments say and returns the exit code. */
  public int run(String... args) {
    // A command without options is how services are started, and there is nothing to parse in it:
    // picocli, whose classes no AOT cache takes, would cost a tenth of a second of cpu.
    if (args.length == 1 && commands.containsKey(args[0])) {
      return run(commands.get(args[0]), environment);
    }
    var commandLine = new CommandLine(spec()).setOut(out).setErr(err);
    ParseResult parsed;
    try {
      parsed = commandLine.parseArgs(args);
    } catch (CommandLine.ParameterException e) {
      return complain(CommandLine.ExitCode.USAGE, List.of(e.getMessage()));
    }
    Integer helped = CommandLine.executeHelpRequest(parsed);
    if (helped != null) {
      return helped;
    }
    if (!parsed.hasSubcommand()) {
      commandLine.usage(err, Ansi.AUTO);
      return CommandLine.ExitCode.USAGE;
    }
    ParseResult given = parsed.subcommand();
    return run(commands.get(given.commandSpec().name()), setting -> value(given, setting));
  }

  private int run(Command<?> command, Function<String, String> values) {
    try {
      return command.run(values);
    } catch (ConfigException e) {
      return complain(CommandLine.ExitCode.USAGE, e.problems());
    } catch (Failure e) {
      return complain(CommandLine.ExitCode.SOFTWARE, List.of(e.getMessage()));
    } catch (Exception e) {
      LoggerFactory.getLogger(Cli.class).error("failed", e);
      return complain(CommandLine.ExitCode.SOFTWARE, List.of(String.valueOf(e.getMessage())));
    } finally {
      JsonLines.flush();
    }
  }

  private String value(ParseResult given, String setting) {
    String option = given.matchedOptionValue(Settings.option(setting), null);
    return option == null ? environment.apply(setting) : option;
  }

  private int complain(int exitCode, List<String> problems) {
    problems.forEach(problem -> err.println(name + ": " + problem));
    return exitCode;
  }

  private CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name);
    spec.usageMessage().description(help).footer(FOOTER);
    commands.values().forEach(command -> spec.addSubcommand(command.name, command.spec()));
    return withHelp(spec);
  }

  private static CommandSpec withHelp(CommandSpec spec) {
    return spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("show this help").build());
  }

  private static OptionSpec option(Settings.Declared setting) {
    String unset = setting.isRequired() ? "required" : "default " + setting.defaultValue();
    String help = setting.help() + " (" + setting.name() + "; " + unset + ")";
    return OptionSpec.builder(Settings.option(setting.name()))
        .paramLabel(setting.shape())
        .type(String.class)
        .description(help.replace("%", "%%")) // a format string to picocli
        .build();
  }
}
