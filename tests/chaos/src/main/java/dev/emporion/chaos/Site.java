package dev.emporion.chaos;

import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.Ports;
import dev.emporion.mesh.process.Processes;
import dev.emporion.mesh.process.Running;
import dev.emporion.mesh.run.DatabaseServer;
import dev.emporion.mesh.shop.Shop;
import dev.emporion.simulator.v1.SimulatorServiceGrpc;
import dev.emporion.simulator.v1.SimulatorServiceGrpc.SimulatorServiceBlockingStub;
import dev.emporion.testing.Command;
import dev.emporion.testing.LocalPostgres;
import dev.emporion.testing.OwnSystem;
import dev.emporion.testing.Workspace;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** The meshed system that is struck: its processes, its rules and its doors. */
final class Site implements AutoCloseable {
  /** Those that orders depend on most run more than once. */
  private static final Map<String, Integer> REPLICAS =
      Map.of("orders", 2, "inventory", 2, "payments", 2);

  /** Short, so that a pause of a few seconds outlasts it. */
  static final int LEASE_SECONDS = 3;

  private static final Duration UP_LIMIT = Duration.ofMinutes(4);
  private static final long SIGNAL_SECONDS = 10;
  private static final long SIMULATOR_DEADLINE_SECONDS = 10;

  private final OwnSystem system;
  private final Processes processes;
  private final Layout layout;
  private final ManagedChannel simulator;

  private Site(OwnSystem system) {
    this.system = system;
    this.layout = new Layout(system.root(), system.runFolder());
    this.processes = new Processes(layout);
    this.simulator =
        NettyChannelBuilder.forAddress("127.0.0.1", system.port("EMPORION_SIMULATOR_PORT"))
            .usePlaintext()
            .build();
  }

  /** An empty shop, up and waiting. */
  static Site create(String name) {
    return create(name, false);
  }

  /**
   * @param smallDisk whether PostgreSQL's disk is to be one that {@link FullDisk} can fill
   */
  static Site create(String name, boolean smallDisk) {
    try {
      SmallDisk.removeFrom(Workspace.root().resolve(".run").resolve(name).resolve("postgres"));
      Site site = new Site(OwnSystem.create(name));
      if (smallDisk) {
        SmallDisk.mount(site.postgres());
      }
      site.shortenLeases();
      site.up();
      site.scale();
      return site;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void shortenLeases() throws IOException {
    Path manifest = system.files().resolve("services/orders/deploy/deployment.yaml");
    String anchor = "            - name: CARTS_ADDRESS\n";
    String text = Files.readString(manifest);
    if (!text.contains(anchor)) {
      throw new ChaosException("no place for SAGA_LEASE_SECONDS in " + manifest);
    }
    String setting =
        """
                    - name: SAGA_LEASE_SECONDS
                      value: "%d"
        """
            .formatted(LEASE_SECONDS);
    Files.writeString(manifest, text.replace(anchor, setting + anchor));
  }

  /**
   * Starts what is not there, the daemon too; again and again while other faults are in its way.
   */
  void up() {
    var last = new AtomicReference<Command.Output>();
    boolean up =
        Pauses.await(
            UP_LIMIT,
            () -> {
              last.set(system.output(List.of("up", "--mesh", "on")));
              return last.get().code() == 0;
            });
    if (!up) {
      throw new ChaosException("the system does not come up: " + last.get().text());
    }
  }

  /** {@code down} forgets it. */
  void scale() {
    REPLICAS.forEach((service, count) -> system.run("scale", service, count.toString()));
  }

  void down() {
    system.run("down");
  }

  Command.Output audit() {
    return system.output(List.of("audit"));
  }

  String gateway() {
    return "127.0.0.1:" + system.gatewayPort();
  }

  Shop shop() {
    return Shop.at(gateway());
  }

  SimulatorServiceBlockingStub simulator() {
    return SimulatorServiceGrpc.newBlockingStub(simulator)
        .withDeadlineAfter(SIMULATOR_DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  Path runFolder() {
    return system.runFolder();
  }

  /** All that run now, by name: "orders-1", "orders-1.envoy", "gateway-1.envoy", "mesh". */
  List<String> names() {
    return processes.all().stream().map(Running::name).toList();
  }

  boolean isAlive(String name) {
    return processes.find(name).isPresent();
  }

  /** SIGKILL; whether there was something to kill. */
  boolean kill(String name) {
    Optional<Running> running = processes.find(name);
    running.ifPresent(Running::kill);
    return running.isPresent();
  }

  /** SIGSTOP or SIGCONT, as "STOP" and "CONT". */
  Optional<Long> signal(String signal, String name) {
    Optional<Long> pid = processes.find(name).map(running -> running.identity().pid());
    pid.ifPresent(number -> signal(signal, number));
    return pid;
  }

  static void signal(String signal, long pid) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
      kill.waitFor(SIGNAL_SECONDS, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChaosException("interrupted", e);
    }
  }

  Path postgres() {
    return layout.postgres();
  }

  Optional<ProcessHandle> postgresProcess() {
    return LocalPostgres.processAt(layout.postgres());
  }

  /** A connection to a service's database, as that service. */
  Connection database(String service) throws SQLException {
    return new DatabaseServer(layout, ports()).connect(service);
  }

  private Ports ports() {
    return new Ports(
        port("EMPORION_PORT"),
        port("EMPORION_TLS_PORT"),
        port("EMPORION_SIMULATOR_PORT"),
        port("EMPORION_POSTGRES_PORT"));
  }

  private Ports.Port port(String variable) {
    return new Ports.Port(variable, system.port(variable));
  }

  /** A rule as it is in effect here, below {@code mesh/istio}. */
  Path rule(String file) {
    return system.files().resolve("mesh/istio").resolve(file);
  }

  /** The same as the checkout has it. */
  Path original(String file) {
    return system.root().resolve("mesh/istio").resolve(file);
  }

  @Override
  public void close() {
    simulator.shutdownNow();
    SmallDisk.removeFrom(postgres());
  }
}
