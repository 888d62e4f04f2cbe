package dev.emporion.mesh;

import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.Ports;
import dev.emporion.mesh.process.Processes;
import dev.emporion.mesh.process.Running;
import dev.emporion.mesh.run.DatabaseServer;
import dev.emporion.mesh.run.Stages;
import java.util.List;

/** Stops everything: first what asks, then what is asked, the database last. */
record Down(Layout layout, Ports ports) {

  void run() {
    Stages stages = new Stages();
    List<Running> running = new Processes(layout).all();
    // By name, "together" comes after "simulator", and asks it.
    for (Running process : running.reversed()) {
      stages.run(
          process.name(), () -> process.stop() ? "stopped" : "did not end by itself; killed");
    }
    boolean[] stopped = new boolean[1];
    stages.run(
        "database",
        () -> {
          stopped[0] = new DatabaseServer(layout, ports).stop();
          return stopped[0] ? "stopped" : "was not running";
        });
    System.out.printf(
        "down: stopped=%d seconds=%.1f%n", running.size() + (stopped[0] ? 1 : 0), stages.seconds());
  }
}
