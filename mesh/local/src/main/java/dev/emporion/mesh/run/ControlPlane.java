package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.config.Config;
import dev.emporion.mesh.envoy.EnvoyAdmin;
import dev.emporion.mesh.identity.Credential;
import dev.emporion.mesh.identity.Identity;
import dev.emporion.mesh.identity.Lifetimes;
import dev.emporion.mesh.model.Proxy;
import dev.emporion.mesh.model.Registry;
import dev.emporion.mesh.model.Resources;
import dev.emporion.mesh.process.Layout;
import dev.emporion.mesh.process.Wait;
import dev.emporion.mesh.translate.Translation;
import dev.emporion.mesh.xds.NodeStatus;
import dev.emporion.mesh.xds.ResourceType;
import dev.emporion.mesh.xds.SecretRotation;
import dev.emporion.mesh.xds.XdsServer;
import dev.emporion.mesh.yaml.Problem;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Tells each Envoy what it has to know, as soon as there is something new: another file, another
 * instance, another certificate. One thread does it, so what comes in quick succession is told
 * once.
 */
final class ControlPlane implements Fleet.Callers, AutoCloseable {
  /** How soon an edited file is seen. */
  private static final long LOOK_MILLIS = 120;

  private static final Duration CERTIFICATES_EVERY = Duration.ofSeconds(1);
  private static final Duration HEARD_LIMIT = Duration.ofSeconds(5);
  private static final Duration ROTATION_LIMIT = Duration.ofSeconds(60);

  /** An Envoy that has taken something over hands it to its workers a moment later. */
  private static final long WORKERS_MILLIS = 100;

  private final Layout layout;
  private final Configuration configuration;
  private final Fleet fleet;
  private final Identity identity;
  private final InstantSource clock = InstantSource.system();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final Condition told = lock.newCondition();
  private long wanted = 1;
  private long done;
  private boolean closed;
  private XdsServer server;
  private volatile List<String> problems = List.of();
  private volatile Map<String, Credential> certificates = Map.of();

  ControlPlane(Layout layout, Fleet fleet) {
    this.layout = layout;
    this.fleet = fleet;
    this.configuration = new Configuration(layout);
    this.identity =
        new Identity(
            layout.mesh().resolve("ca"),
            Launcher.NAMESPACE,
            Lifetimes.from(System.getenv()),
            clock);
    fleet.tell(this);
  }

  /** From here on Envoys are answered. */
  void start() {
    configuration.look();
    server = new XdsServer(Launcher.xdsSocket(layout), clock);
    publish();
    Thread.ofPlatform().name("control-plane").daemon().start(this::serve);
  }

  private void serve() {
    long certificatesNanos = System.nanoTime();
    while (awaitNews()) {
      boolean edited = configuration.look();
      if (edited || isBehind()) {
        publish();
      }
      if (System.nanoTime() - certificatesNanos > CERTIFICATES_EVERY.toNanos()) {
        certificatesNanos = System.nanoTime();
        refreshCertificates(fleet.proxies());
      }
    }
  }

  /** Waits for a change, but no longer than until files are to be looked at again. */
  private boolean awaitNews() {
    lock.lock();
    try {
      if (wanted == done && !closed) {
        news.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
      return !closed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private boolean isBehind() {
    lock.lock();
    try {
      return wanted != done;
    } finally {
      lock.unlock();
    }
  }

  private void publish() {
    long number = number();
    try {
      List<Proxy> proxies = fleet.proxies();
      refreshCertificates(proxies);
      server.publish(translated(proxies, fleet.registry()));
    } catch (RuntimeException e) {
      // The Envoys go on with what they have.
      Events.say("cannot tell the Envoys: " + e);
      e.printStackTrace(System.out);
    }
    done(number);
  }

  private long number() {
    lock.lock();
    try {
      return wanted;
    } finally {
      lock.unlock();
    }
  }

  private void done(long number) {
    lock.lock();
    try {
      done = number;
      told.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Map<String, Resources> translated(List<Proxy> proxies, Registry registry) {
    Translation translation = Translation.of(configuration.config().istio(), registry);
    Map<String, Resources> resources = new HashMap<>();
    proxies.forEach(proxy -> resources.put(proxy.id(), translation.resources(proxy)));
    problems = translation.problems().stream().map(Problem::toString).toList();
    return resources;
  }

  private void refreshCertificates(List<Proxy> proxies) {
    new SecretRotation(identity, server).refresh(proxies);
    Map<String, Credential> now = new HashMap<>();
    proxies.forEach(
        proxy -> identity.certificate(proxy.id()).ifPresent(c -> now.put(proxy.id(), c)));
    certificates = now;
  }

  @Override
  public void changed() {
    lock.lock();
    try {
      wanted++;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Tells them, and waits until all that are connected have taken it over. */
  @Override
  public void tell() {
    changed();
    awaitTold();
    Wait.until(HEARD_LIMIT, () -> isHeard() ? Optional.of(true) : Optional.empty(), () -> true);
    try {
      TimeUnit.MILLISECONDS.sleep(WORKERS_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitTold() {
    lock.lock();
    try {
      long number = wanted;
      while (done < number && !closed) {
        told.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private boolean isHeard() {
    return server.status().values().stream()
        .filter(NodeStatus::connected)
        .allMatch(NodeStatus::isInEffect);
  }

  /** Reads all files; who brings something up wants to hear of what is wrong in them. */
  void reload() {
    configuration.look();
    if (!configuration.problems().isEmpty()) {
      throw new RunnerException(String.join(System.lineSeparator(), configuration.problems()));
    }
    changed();
  }

  /** Before the start: there may be something in effect already. */
  void look() {
    configuration.look();
  }

  /** What is in effect. */
  Config config() {
    return configuration.config();
  }

  String summary() {
    return configuration.summary();
  }

  /** What is wrong with the files, what Envoys refused, and who does not listen. */
  List<String> problems() {
    List<String> all = new ArrayList<>(configuration.problems());
    all.addAll(problems);
    for (NodeStatus status : server.status().values()) {
      status
          .rejections()
          .forEach(
              (type, rejection) ->
                  all.add(status.node() + " refused " + type + ": " + rejection.message()));
      if (!status.isInEffect() && status.rejections().isEmpty()) {
        all.add(status.node() + " has not taken its newest configuration yet");
      }
    }
    return all.stream().distinct().toList();
  }

  /** New certificates for everyone; returns when all Envoys use them. */
  String rotate(boolean root) {
    if (root) {
      identity.changeAuthority();
    } else {
      identity.renewLeaves();
    }
    tell();
    Wait.until(ROTATION_LIMIT, () -> isRotated() ? Optional.of(true) : Optional.empty(), () -> true)
        .orElseThrow(
            () ->
                new RunnerException(
                    "not every Envoy has taken its new certificate: see ./emporion mesh xds"));
    return certificates.size() + " certificates" + (root ? " by a new root" : "");
  }

  private boolean isRotated() {
    return !identity.isChanging() && server.hasReachedAll(ResourceType.SECRET);
  }

  /** How far each Envoy is, for who looks into the control plane. */
  String xds() {
    return server.status().values().stream()
        .map(ControlPlane::line)
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static String line(NodeStatus status) {
    String state =
        !status.connected()
            ? "not connected"
            : status.isInEffect()
                ? "in effect since " + status.inEffectSince().truncatedTo(ChronoUnit.SECONDS)
                : "has not taken the newest";
    String refused =
        status.rejections().entrySet().stream()
            .map(one -> "; refused " + one.getKey() + ": " + one.getValue().message())
            .collect(Collectors.joining());
    return "  %-16s %-38s %d responses%s"
        .formatted(status.node(), state, status.responses(), refused);
  }

  Optional<Credential> certificate(String node) {
    return Optional.ofNullable(certificates.get(node));
  }

  String dump(String name) {
    Sidecar sidecar =
        fleet
            .named(name)
            .sidecar()
            .orElseThrow(() -> new RunnerException(name + " has no sidecar"));
    return new EnvoyAdmin(sidecar.admin()).configDump();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      news.signalAll();
      told.signalAll();
    } finally {
      lock.unlock();
    }
    if (server != null) {
      server.close();
    }
  }
}
