package dev.emporion.tests.mesh;

import static dev.emporion.testing.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.mesh.envoy.EnvoyAdmin;
import dev.emporion.mesh.model.Address;
import dev.emporion.testing.OwnSystem;
import dev.emporion.testing.SystemStatus;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManagerFactory;

/** The mesh on this machine, by its command line. */
final class LocalDriver implements Driver {
  private static final Duration APPLY_LIMIT = Duration.ofSeconds(10);
  private static final Duration READY_LIMIT = Duration.ofSeconds(90);

  /** Of a sidecar's first inbound listener, in Envoy's own words. */
  private static final Pattern INBOUND =
      Pattern.compile(
          "\"name\": \"inbound\\|[0-9]+\",\\s+\"address\": \\{\\s+\"socket_address\": \\{\\s+"
              + "\"address\": \"([0-9.]+)\",\\s+\"port_value\": ([0-9]+)");

  private final OwnSystem system;

  /** Addresses stay with their instances. */
  private final Map<String, EnvoyAdmin> admins = new ConcurrentHashMap<>();

  LocalDriver(OwnSystem system) {
    this.system = system;
  }

  @Override
  public Address gateway() {
    return new Address("127.0.0.1", system.gatewayPort());
  }

  @Override
  public Address gatewayTls() {
    return new Address("127.0.0.1", system.tlsPort());
  }

  @Override
  public Path istio() {
    return system.files().resolve("mesh/istio");
  }

  @Override
  public TrustManagerFactory trust() throws GeneralSecurityException {
    return Trust.of(roots());
  }

  private String roots() {
    return read(system.runFolder().resolve("mesh/root-certificates.pem"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> sidecars() {
    return system.status().rows().stream()
        .filter(row -> !row.admin().equals("-"))
        .map(SystemStatus.Row::instance)
        .toList();
  }

  /** It watches the folder. */
  @Override
  public void apply() {}

  @Override
  public List<String> problems() {
    return system.status().problems();
  }

  @Override
  public String place(String file, int line) {
    return file + ":" + line + ":";
  }

  @Override
  public List<String> instances(String service) {
    return system.status().rows().stream()
        .map(SystemStatus.Row::instance)
        .filter(instance -> instance.matches(service + "-[0-9]+"))
        .toList();
  }

  @Override
  public void scale(String service, int replicas) {
    system.run("scale", service, Integer.toString(replicas));
    awaitReady();
  }

  @Override
  public void restart(String service) {
    system.run("restart", service);
  }

  @Override
  public void kill(String instance) {
    system.run("kill", instance);
  }

  @Override
  public void pause(String instance) {
    signal("-STOP", row(instance).pid());
  }

  @Override
  public void resume(String instance) {
    signal("-CONT", row(instance).pid());
  }

  @Override
  public void killControlPlane() {
    signal("-KILL", system.daemonPid());
  }

  @Override
  public void awaitReady() {
    within(
        READY_LIMIT,
        () -> {
          SystemStatus status = system.status();
          assertThat(status.rows()).isNotEmpty().allMatch(row -> row.health().equals("serving"));
        });
  }

  @Override
  public void startControlPlane() {
    up();
  }

  @Override
  public List<String> processes() {
    return system.status().rows().stream().map(row -> row.instance() + " " + row.pid()).toList();
  }

  /** Brings the daemon back, if it is not there, and whatever else is missing. */
  void up() {
    system.run("up", "--mesh", "on");
  }

  @Override
  public void rotateCertificates() {
    system.run("mesh", "rotate");
  }

  @Override
  public void rotateRoot() {
    system.run("mesh", "rotate", "--root");
  }

  @Override
  public long counter(String instance, Predicate<String> names) {
    return admin(instance).statistics(".*").sum(names);
  }

  private EnvoyAdmin admin(String instance) {
    return admins.computeIfAbsent(
        instance,
        name -> {
          String[] address = row(name).admin().split(":");
          return new EnvoyAdmin(new Address(address[0], Integer.parseInt(address[1])));
        });
  }

  @Override
  public Address inbound(String instance) {
    Matcher listener = INBOUND.matcher(admin(instance).configDump());
    assertThat(listener.find()).as("an inbound listener of " + instance).isTrue();
    return new Address(listener.group(1), Integer.parseInt(listener.group(2)));
  }

  @Override
  public ManagedChannel channelAs(String service, String instance) {
    Path credential =
        system.runFolder().resolve("mesh/ca/workload-" + instances(service).getFirst() + ".pem");
    return Trust.channel(inbound(instance), read(credential), roots());
  }

  private SystemStatus.Row row(String instance) {
    return system.status().rows().stream()
        .filter(row -> row.instance().equals(instance))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no instance " + instance));
  }

  private static void signal(String signal, long pid) {
    try {
      new ProcessBuilder("kill", signal, Long.toString(pid)).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
