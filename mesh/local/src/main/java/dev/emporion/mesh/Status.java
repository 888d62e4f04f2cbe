package dev.emporion.mesh;

import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.Ports;
import dev.emporion.mesh.process.Processes;
import dev.emporion.mesh.process.Running;
import dev.emporion.mesh.run.Health;
import dev.emporion.mesh.run.Program;
import dev.emporion.testing.LocalPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What runs, one line each. */
record Status(Layout layout, Ports ports) {
  private static final String ROW = "  %-12s %-10s %8s %10s  %s%n";

  /** Prints it; returns whether all of it is well. */
  boolean print() {
    System.out.printf(ROW, "NAME", "STATE", "PID", "SINCE", "ADDRESS");
    Processes processes = new Processes(layout);
    boolean well = printPostgres();
    for (Program program : Topology.programs(ports, layout.simulator(), _ -> "")) {
      Optional<Running> running = processes.find(program.name());
      boolean serving = running.isPresent() && Health.isServing(program.port());
      row(
          program.name(),
          running.isEmpty() ? "stopped" : serving ? "serving" : "not ready",
          running.flatMap(process -> process.identity().handle()),
          program.port().address());
      well &= serving;
    }
    return well;
  }

  private boolean printPostgres() {
    Optional<ProcessHandle> server = LocalPostgres.processAt(layout.postgres());
    row(
        "postgres",
        server.isPresent() ? "running" : "stopped",
        server,
        ports.postgresPort().address());
    return server.isPresent();
  }

  private static void row(
      String name, String state, Optional<ProcessHandle> process, String address) {
    System.out.printf(
        ROW,
        name,
        state,
        process.map(handle -> Long.toString(handle.pid())).orElse("-"),
        process.flatMap(handle -> handle.info().startInstant()).map(Status::since).orElse("-"),
        address);
  }

  private static String since(Instant start) {
    Duration up = Duration.between(start, Instant.now());
    return up.toHours() > 0
        ? "%d h %02d m".formatted(up.toHours(), up.toMinutesPart())
        : "%d m %02d s".formatted(up.toMinutes(), up.toSecondsPart());
  }
}
