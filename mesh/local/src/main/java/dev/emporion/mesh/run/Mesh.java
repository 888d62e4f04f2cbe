package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.process.Jvm;
import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.ModuleJars;
import dev.emporion.mesh.process.Ports;
import dev.emporion.mesh.process.Processes;
import dev.emporion.mesh.process.Running;
import dev.emporion.mesh.process.Wait;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The mesh as the command line sees it: the daemon, which is started when it is needed. */
public final class Mesh {
  static final String PROCESS = "mesh";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final Layout layout;
  private final Ports ports;
  private final Processes processes;
  private final ControlClient client;

  public Mesh(Layout layout, Ports ports) {
    this.layout = layout;
    this.ports = ports;
    this.processes = new Processes(layout);
    this.client = new ControlClient(Daemon.socket(layout));
  }

  /** Whether this run folder's system is a mesh that was brought up, even if its daemon is dead. */
  public boolean isUp() {
    return new Desired(layout).isUp();
  }

  public boolean isRunning() {
    return processes.find(PROCESS).isPresent();
  }

  /** Starts the daemon, or another one if it is not of this build and these settings. */
  public String ensureDaemon() {
    String fingerprint =
        ModuleJars.digest(
            Jvm.selfDigest()
                + ports
                + Compilers.fromEnvironment()
                + System.getenv().getOrDefault("DATABASE_URL", ""));
    Optional<Running> running = processes.find(PROCESS);
    if (running.filter(daemon -> daemon.fingerprint().equals(fingerprint)).isPresent()) {
      awaitAnswer(running.get());
      return "runs";
    }
    running.ifPresent(Running::stop);
    Running started = processes.start(PROCESS, fingerprint, Jvm.self(layout, "daemon"), Map.of());
    awaitAnswer(started);
    return running.isPresent() ? "replaced" : "started";
  }

  private void awaitAnswer(Running daemon) {
    Wait.until(
            START_LIMIT,
            () -> client.isAnswered() ? Optional.of(true) : Optional.empty(),
            daemon::isAlive)
        .orElseThrow(
            () ->
                new RunnerException(
                    "the mesh's daemon %s; the end of its log:%n%s"
                        .formatted(
                            daemon.isAlive() ? "does not answer" : "ended",
                            dev.emporion.mesh.process.Logs.end(daemon.log()))));
  }

  /** Has a command carried out, its stages shown. */
  public List<Message> command(Stages stages, String... words) {
    var others = new java.util.ArrayList<Message>();
    client.send(
        Message.of(words),
        message -> {
          switch (message.kind()) {
            case "begin" -> stages.begin(message.field(1));
            case "end" -> stages.end(message.field(1), message.field(2), message.field(3));
            case "failed" -> stages.failed(message.field(1));
            default -> others.add(message);
          }
        });
    return others;
  }

  /** Ends everything when there is no daemon that could. */
  public int endLeftovers() {
    List<Running> left = processes.all();
    List<Running> apps = left.stream().filter(process -> !isEnvoy(process)).toList();
    apps.parallelStream().forEach(Running::stop);
    left.stream().filter(Mesh::isEnvoy).parallel().forEach(Running::stop);
    new Desired(layout).down();
    return left.size();
  }

  private static boolean isEnvoy(Running process) {
    return process.name().endsWith(Fleet.envoy(""));
  }

  public void awaitDaemonsEnd() {
    processes.find(PROCESS).ifPresent(Running::stop);
  }
}
