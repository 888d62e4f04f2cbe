package dev.emporion.bench;

import dev.emporion.bench.ClosedLoop.Measured;
import dev.emporion.mesh.process.Layout;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.health.v1.HealthGrpc.HealthStub;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The yardstick: what the smallest unary gRPC call costs on this machine in this minute, direct and
 * through two Envoys with mutual TLS.
 */
record BareHop(Call directOne, Call meshedOne, Call directMany, Call meshedMany) {
  static final int MANY = 32;

  private static final double P50 = 0.5;
  private static final double MILLIS = 1_000;
  private static final long READY_SECONDS = 20;
  private static final Duration WARM_UP = Duration.ofSeconds(4);
  private static final Duration RAMP = Duration.ofMillis(500);
  private static final Duration LENGTH = Duration.ofSeconds(4);

  /**
   * One kind of call.
   *
   * @param cpuMillis of client, server and Envoys together
   */
  record Call(double medianMillis, double cpuMillis, double perSecond) {}

  /** What two Envoys add to the median, with one client. */
  double addedMillis() {
    return meshedOne.medianMillis - directOne.medianMillis;
  }

  /** What two Envoys add to the cpu time of a call, with one client. */
  double addedCpuMillisOne() {
    return meshedOne.cpuMillis - directOne.cpuMillis;
  }

  /** The same with 32 clients. */
  double addedCpuMillisMany() {
    return meshedMany.cpuMillis - directMany.cpuMillis;
  }

  static BareHop measure(Path root) throws IOException {
    Path folder = Files.createTempDirectory("emporion-bare-hop");
    Process server = echoServer();
    try (BufferedReader said = server.inputReader(StandardCharsets.UTF_8)) {
      int port = Integer.parseInt(said.readLine());
      try (var envoys = new TwoEnvoys(new Layout(root), folder, port);
          var direct = Target.at("127.0.0.1:" + port);
          var meshed = Target.at(envoys.address())) {
        return measure(direct, meshed, pids(server, envoys));
      }
    } finally {
      server.destroyForcibly();
      delete(folder);
    }
  }

  private static Process echoServer() throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String classPath = System.getProperty("java.class.path");
    return new ProcessBuilder(
            java.toString(),
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            classPath,
            EchoServer.class.getName())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static Map<String, Long> pids(Process server, TwoEnvoys envoys) {
    var pids = new TreeMap<String, Long>();
    pids.put("client", ProcessHandle.current().pid());
    pids.put("server", server.pid());
    envoys.pids().forEach(pid -> pids.put("envoy-" + pid, pid));
    return pids;
  }

  private static BareHop measure(Target direct, Target meshed, Map<String, Long> pids) {
    awaitReady(meshed);
    load(direct, MANY, WARM_UP, pids);
    load(meshed, MANY, WARM_UP, pids);
    return new BareHop(
        load(direct, 1, LENGTH, pids),
        load(meshed, 1, LENGTH, pids),
        load(direct, MANY, LENGTH, pids),
        load(meshed, MANY, LENGTH, pids));
  }

  private static void awaitReady(Target target) {
    target
        .channels()
        .forEach(
            channel ->
                HealthGrpc.newBlockingStub(channel)
                    .withWaitForReady()
                    .withDeadlineAfter(READY_SECONDS, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.getDefaultInstance()));
  }

  private static Call load(Target target, int clients, Duration length, Map<String, Long> pids) {
    var loop = new ClosedLoop();
    for (int i = 0; i < clients; i++) {
      loop.add(new Asking(HealthGrpc.newStub(target.channel(i))));
    }
    Measured<Double> measured = loop.run(RAMP, length, () -> seconds(pids));
    if (loop.errors() > 0) {
      throw new BenchException("the bare call failed: " + loop.causes());
    }
    double count = measured.whole().count();
    return new Call(
        measured.whole().millis(P50),
        (measured.after() - measured.before()) * MILLIS / count,
        count / measured.seconds());
  }

  private static double seconds(Map<String, Long> pids) {
    return Cpu.read(pids).processes().values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(all::add);
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }

  /** Asks for the server's health, again and again. */
  private static final class Asking extends ClosedLoop.Client {
    private final HealthStub health;

    Asking(HealthStub health) {
      this.health = health;
    }

    @Override
    void begin() {
      health.check(
          HealthCheckRequest.getDefaultInstance(), new Answer<>(_ -> done(), this::failed));
    }
  }
}
