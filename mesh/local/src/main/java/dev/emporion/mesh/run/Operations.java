package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.config.Config;
import dev.emporion.mesh.envoy.EnvoyBinary;
import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.Ports;
import dev.emporion.mesh.process.Processes;
import dev.emporion.mesh.process.Running;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** What people may ask of the daemon, and how it is done. */
final class Operations implements ControlServer.Commands {
  private static final int MAX_REPLICAS = 50;

  private final Layout layout;
  private final Ports ports;
  private final Desired desired;
  private final ControlPlane controlPlane;
  private final Fleet fleet;
  private final Runnable ended;
  private final AtomicInteger started = new AtomicInteger(); // and not yet told to anybody
  private volatile Map<String, PodTemplate> workloads = Map.of();

  /**
   * @param ended called when everything is down
   */
  Operations(
      Layout layout,
      Ports ports,
      Desired desired,
      ControlPlane controlPlane,
      Fleet fleet,
      Runnable ended) {
    this.layout = layout;
    this.ports = ports;
    this.desired = desired;
    this.controlPlane = controlPlane;
    this.fleet = fleet;
    this.ended = ended;
  }

  Map<String, PodTemplate> workloads() {
    return workloads;
  }

  void readManifests() {
    Config config = controlPlane.config();
    fleet.use(PodTemplates.services(config));
    workloads = new PodTemplates(new SecretFiles(layout)).of(config);
  }

  @Override
  public void accept(Message command, Progress progress) {
    switch (command.kind()) {
      case "ping" -> {}
      case "up" -> up(progress);
      case "down" -> down(progress);
      case "scale" -> scale(command.field(1), command.field(2), progress);
      case "restart" -> restart(command.field(1), progress);
      case "kill" -> kill(command.field(1), progress);
      case "status" -> new StatusReport(fleet, controlPlane).send(progress);
      case "rotate" ->
          progress.stage(
              "certificates", () -> controlPlane.rotate(command.field(1).equals("root")));
      case "xds" -> progress.send(Message.of("text", controlPlane.xds()));
      case "dump" -> progress.send(Message.of("text", controlPlane.dump(command.field(1))));
      default -> throw new RunnerException("unknown command " + command.kind());
    }
  }

  private void up(Progress progress) {
    progress.stage(
        "envoy", () -> EnvoyBinary.provide(layout.tools()).getParent().getFileName().toString());
    progress.stage(
        "rules",
        () -> {
          controlPlane.reload();
          return controlPlane.summary();
        });
    progress.stage("database", this::provideDatabases);
    readManifests();
    portsMustBeFree();
    progress.stage("schemas", () -> changed(migrate(), "brought up to date"));
    desired.up();
    int[] all = new int[1];
    progress.stage(
        "services",
        () -> {
          bringAll();
          all[0] = started.getAndSet(0);
          return changed(all[0], "started");
        });
    progress.send(Message.of("started", Integer.toString(all[0])));
    new Training(layout, new PodTraining(layout, controlPlane.config()))
        .startInBackground(new Processes(layout), "on");
  }

  /** A killed PostgreSQL comes back, as the kubelet brings back a pod. */
  synchronized void reviveDatabase() {
    DatabaseServer server = new DatabaseServer(layout, ports);
    if (desired.isUp() && server.hasEnded()) {
      Events.say("PostgreSQL has ended; it is started again");
      server.startAgain();
      Events.say("PostgreSQL is back");
    }
  }

  synchronized String provideDatabases() {
    DatabaseServer server = new DatabaseServer(layout, ports);
    Set<String> names = PodTemplates.databases(controlPlane.config());
    SecretFiles secrets = new SecretFiles(layout);
    server.provide("", names).forEach((name, url) -> PodTemplates.noteDatabase(secrets, name, url));
    return server.shown() + ", " + names.size() + " databases";
  }

  /** Of what people reach; all else has addresses of its own. */
  private void portsMustBeFree() {
    if (fleet.deployment("gateway").instances().isEmpty()) {
      ports.gatewayPort().mustBeFree("the gateway");
      ports.tlsPort().mustBeFree("the gateway's TLS");
    }
    if (fleet.deployment("simulator").instances().isEmpty()) {
      ports.simulatorPort().mustBeFree("the payment provider's stand-in");
    }
  }

  private int migrate() {
    Map<String, String> urls = new TreeMap<>();
    workloads
        .values()
        .forEach(
            workload ->
                workload
                    .program()
                    .filter(PodTemplate.Program::migrates)
                    .ifPresent(
                        program ->
                            urls.put(service(program), program.environment().get("DATABASE_URL"))));
    return new Schemas(layout).migrate("", urls);
  }

  /** Of two versions of a service each has a name of its own, and both have one schema. */
  private static String service(PodTemplate.Program program) {
    return Path.of(program.module()).getFileName().toString();
  }

  private static String changed(int count, String verb) {
    return count == 0 ? "nothing changed" : count + " " + verb;
  }

  /** To what the files say, wherever it is not; a daemon that was just started does so, too. */
  void bringAll() {
    List<Callable<Integer>> work = new ArrayList<>();
    for (PodTemplate workload : workloads.values()) {
      work.add(() -> started.addAndGet(bring(workload, false)));
    }
    for (String gone : fleet.workloadsBeside(workloads.keySet())) {
      work.add(
          () -> {
            fleet.deployment(gone).stop(fleet.deployment(gone).instances());
            return 0;
          });
    }
    atOnce(work);
  }

  private int bring(PodTemplate workload, boolean restart) {
    return fleet.deployment(workload.name()).bring(workload, desired.replicas(workload), restart);
  }

  private static <T> List<T> atOnce(List<Callable<T>> work) {
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> results = new ArrayList<>();
      for (Future<T> result : workers.invokeAll(work)) {
        results.add(result.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RunnerException mendable
          ? mendable
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunnerException("interrupted", e);
    }
  }

  private void scale(String name, String number, Progress progress) {
    PodTemplate workload = workload(name);
    int replicas = replicas(number);
    if (workload.recreate() && replicas > 1) {
      throw new RunnerException(name + " cannot be more than one: its strategy is Recreate");
    }
    desired.scale(name, replicas);
    progress.stage(
        name,
        () -> {
          bring(workload, false);
          return "%d running".formatted(fleet.deployment(name).instances().size());
        });
  }

  private static int replicas(String number) {
    try {
      int replicas = Integer.parseInt(number);
      if (replicas >= 0 && replicas <= MAX_REPLICAS) {
        return replicas;
      }
    } catch (NumberFormatException e) {
      // Told below, with the numbers that are out of range.
    }
    throw new RunnerException("how many? give a number from 0 to " + MAX_REPLICAS);
  }

  private void restart(String name, Progress progress) {
    PodTemplate workload = workload(name);
    progress.stage(name, () -> bring(workload, true) + " started anew");
  }

  private void kill(String name, Progress progress) {
    Instance instance = fleet.named(name);
    Running killed =
        instance.kill().orElseThrow(() -> new RunnerException(instance.id() + " is not running"));
    progress.send(
        Message.of("text", "killed %s (pid %d)".formatted(instance.id(), killed.identity().pid())));
  }

  private PodTemplate workload(String name) {
    PodTemplate workload = workloads.get(name);
    if (workload == null) {
      throw new RunnerException(
          "no service '%s'; there are: %s".formatted(name, String.join(" ", workloads.keySet())));
    }
    return workload;
  }

  /** First what asks, then what is asked. */
  private void down(Progress progress) {
    desired.down();
    int running = fleet.instances().size();
    progress.stage(
        "services",
        () -> {
          stop(true);
          stop(false);
          return running + " stopped";
        });
    progress.send(Message.of("stopped", Integer.toString(running)));
    ended.run();
  }

  private void stop(boolean gateways) {
    List<Callable<Boolean>> work = new ArrayList<>();
    for (PodTemplate workload : workloads.values()) {
      if (workload.isGateway() == gateways) {
        Deployment deployment = fleet.deployment(workload.name());
        work.add(
            () -> {
              deployment.stop(deployment.instances());
              return true;
            });
      }
    }
    atOnce(work);
  }
}
