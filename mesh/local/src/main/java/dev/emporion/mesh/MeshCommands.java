package dev.emporion.mesh;

import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.Ports;
import dev.emporion.mesh.process.Processes;
import dev.emporion.mesh.process.Running;
import dev.emporion.mesh.run.DatabaseServer;
import dev.emporion.mesh.run.Mesh;
import dev.emporion.mesh.run.Message;
import dev.emporion.mesh.run.Stages;
import dev.emporion.orders.v1.Order;
import java.util.List;

/** The commands on a mesh; the work is the daemon's. */
record MeshCommands(Layout layout, Ports ports, Stages stages) {
  private static final List<String> ONE_PROCESS = List.of("together", "simulator");

  static MeshCommands here() {
    return new MeshCommands(Layout.here(), Ports.fromEnvironment(), new Stages());
  }

  private Mesh mesh() {
    return new Mesh(layout, ports);
  }

  boolean isMesh() {
    return mesh().isUp() || mesh().isRunning();
  }

  void up() {
    endOneProcessForm();
    stages.run("daemon", mesh()::ensureDaemon);
    String started =
        mesh().command(stages, "up").stream()
            .filter(message -> message.kind().equals("started"))
            .map(message -> message.field(1))
            .findFirst()
            .orElse("0");
    Order order = new FirstOrder(ports.gateway(), stages).place("make logs S=orders");
    printWhereThingsAre(order);
    System.out.printf("up: started=%s seconds=%.1f%n", started, stages.seconds());
  }

  /** What MESH=off has started has the gateway's port. */
  private void endOneProcessForm() {
    Processes processes = new Processes(layout);
    for (String name : ONE_PROCESS) {
      processes
          .find(name)
          .ifPresent(
              running ->
                  stages.run(name, () -> running.stop() ? "stopped" : "killed, it did not end"));
    }
  }

  private void printWhereThingsAre(Order order) {
    System.out.printf(
        """

          gRPC      %1$s   with reflection: grpcurl -plaintext %1$s list
          REST      http://%1$s/v1/products   docs http://%1$s/docs   the same by TLS on %3$s
          order     grpcurl -plaintext -d '{"order_id":"%2$s"}' %1$s emporion.orders.v1.OrdersService/GetOrder
          status    make status      logs  make logs S=orders      all else: make help

        """,
        ports.gateway(), order.getOrderId(), ports.tlsPort().address());
  }

  void down() {
    int stopped = 0;
    if (mesh().isRunning()) {
      stopped = stopped(mesh().command(stages, "down"));
      mesh().awaitDaemonsEnd();
    }
    List<Running> left = new Processes(layout).all();
    if (!left.isEmpty()) {
      stages.run("leftovers", () -> mesh().endLeftovers() + " stopped");
      stopped += left.size();
    }
    boolean[] database = new boolean[1];
    stages.run(
        "database",
        () -> {
          database[0] = new DatabaseServer(layout, ports).stop();
          return database[0] ? "stopped" : "was not running";
        });
    System.out.printf(
        "down: stopped=%d seconds=%.1f%n", stopped + (database[0] ? 1 : 0), stages.seconds());
  }

  private static int stopped(List<Message> answers) {
    return answers.stream()
        .filter(message -> message.kind().equals("stopped"))
        .mapToInt(message -> Integer.parseInt(message.field(1)))
        .sum();
  }

  /** Carries a command out by the daemon, and prints what it says. */
  void command(String... words) {
    for (Message message : mesh().command(stages, words)) {
      if (message.kind().equals("text")) {
        System.out.println(message.field(1));
      }
    }
  }

  boolean status() {
    return new MeshStatus(mesh(), stages).print();
  }
}
