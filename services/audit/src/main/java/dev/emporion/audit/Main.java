package dev.emporion.audit;

import dev.emporion.platform.App;
import dev.emporion.platform.Caller;
import dev.emporion.platform.Cli;
import dev.emporion.platform.Telemetry;
import java.io.Console;
import java.io.PrintStream;

/** The audit: a client like any other, that asks everybody as an operator. */
public final class Main {
  private static final int SOUND = 0;
  private static final int VIOLATIONS = 1;
  private static final int NOT_CHECKED = 2;

  private Main() {}

  public static void main(String[] args) {
    System.exit(
        Cli.of("audit", "Checks that everybody's books agree, on a live system.")
            .program("check", "check every invariant", AuditConfig::read, Main::check)
            .run(args));
  }

  private static int check(AuditConfig config) {
    Console console = System.console();
    boolean terminal = console != null && console.isTerminal();
    return check(config, new Report(System.out, terminal), Thread::sleep);
  }

  /** Exit codes: 0 nothing is wrong, 1 something is, 2 it could not be found out. */
  static int check(AuditConfig config, Report report, Pause pause) {
    try (var app = new App("audit", Telemetry.off())) {
      var reads =
          new Reads(
              config.gatewayAddress(),
              config.providerAddress(),
              config.patienceSeconds() * 1_000L,
              pause);
      var parties =
          new Parties(
              app.channel(config.gatewayAddress()),
              app.channel(config.providerAddress()),
              config,
              reads);
      var audit = new Audit(parties, reads, config, report);
      Caller.as(Caller.operator(config.operator()), audit::run);
    } catch (CannotCheck e) {
      System.err.println("audit: " + e.getMessage());
      return NOT_CHECKED;
    }
    report.print();
    return report.violations() == 0 ? SOUND : VIOLATIONS;
  }

  /** The same, for tests and other programs of ours that start no process. */
  public static int check(AuditConfig config, PrintStream out) {
    return check(config, new Report(out, false), Thread::sleep);
  }
}
