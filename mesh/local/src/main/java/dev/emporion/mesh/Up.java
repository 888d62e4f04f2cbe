package dev.emporion.mesh;

import dev.emporion.mesh.process.Jvm;
import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.ModuleJars;
import dev.emporion.mesh.process.Ports;
import dev.emporion.mesh.process.Processes;
import dev.emporion.mesh.process.Running;
import dev.emporion.mesh.run.DatabaseServer;
import dev.emporion.mesh.run.Health;
import dev.emporion.mesh.run.Program;
import dev.emporion.mesh.run.Schemas;
import dev.emporion.mesh.run.Stages;
import dev.emporion.mesh.run.Training;
import dev.emporion.orders.v1.Order;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From a built checkout to a running shop with an order in it; what runs already is kept. */
final class Up {
  private final Layout layout;
  private final Ports ports;
  private final Processes processes;
  private final Stages stages = new Stages();

  Up(Layout layout, Ports ports) {
    this.layout = layout;
    this.ports = ports;
    this.processes = new Processes(layout);
  }

  void run() {
    DatabaseServer server = new DatabaseServer(layout, ports);
    Map<String, String> databases = new LinkedHashMap<>();
    List<String> started = new ArrayList<>();
    stages.run(
        "database",
        () -> {
          databases.putAll(server.provide("", Topology.databases()));
          return server.shown() + ", " + databases.size() + " databases";
        });
    stages.run(
        "schemas", () -> changed(new Schemas(layout).migrate("", databases), "brought up to date"));
    stages.run(
        "services",
        () -> {
          started.addAll(start(Topology.programs(ports, layout.simulator(), databases::get)));
          return changed(started.size(), "started") + " " + String.join(" ", started);
        });
    printWhereThingsAre(new FirstOrder(ports.gateway(), stages).place("make logs S=together"));
    new Training(layout, new OneProcessTraining()).startInBackground(processes, "off");
    System.out.printf("up: started=%d seconds=%.1f%n", started.size(), stages.seconds());
  }

  private static String changed(int count, String verb) {
    return count == 0 ? "nothing changed" : count + " " + verb;
  }

  /** Starts what is not running as it should; returns the names. */
  private List<String> start(List<Program> programs) {
    Map<Program, Running> started = new LinkedHashMap<>();
    for (Program program : programs) {
      Jvm jvm = program.jvm(layout);
      String fingerprint = ModuleJars.digest(jvm.digest() + program.environment());
      if (!isRunning(program, fingerprint)) {
        program.port().mustBeFree(program.name());
        started.put(
            program,
            processes.start(
                program.name(), fingerprint, jvm.run(program.arguments()), program.environment()));
      }
    }
    started.forEach((program, process) -> Health.awaitServing(process, program.port()));
    return started.keySet().stream().map(Program::name).toList();
  }

  /** Stops it if it runs from other jars or with other settings. */
  private boolean isRunning(Program program, String fingerprint) {
    return processes
        .find(program.name())
        .filter(
            running -> {
              boolean current = running.fingerprint().equals(fingerprint);
              if (!current) {
                running.stop();
              }
              return current;
            })
        .isPresent();
  }

  private void printWhereThingsAre(Order order) {
    System.out.printf(
        """

          gRPC      %1$s   with reflection: grpcurl -plaintext %1$s list
          order     grpcurl -plaintext -d '{"order_id":"%2$s"}' %1$s emporion.orders.v1.OrdersService/GetOrder
          logs      make logs S=together      all else: make help

        """,
        ports.gateway(), order.getOrderId());
  }
}
