package dev.emporion.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.testing.Eventually;
import dev.emporion.testing.Workspace;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A packaged service in a process of its own, with no environment but the one it is given. */
final class ServiceProcess implements Instance {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Pattern SERVING =
      Pattern.compile("\"message\":\"serving\".*\"port\":(\\d+)");
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xmx256m",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final String name;
  private final Process process;
  private final Path log;
  private int port;
  private ManagedChannel channel;

  private ServiceProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /** Starts {@code serve} on a free port and returns at once; {@link #port} waits for it. */
  static ServiceProcess serve(String module, Path log, Map<String, String> environment) {
    Process process = launch(module, "serve", log, environment, "LISTEN_ADDRESS", "127.0.0.1:0");
    return new ServiceProcess(module, process, log);
  }

  /** Runs a command of the module to its end. */
  static int run(String module, String command, Path log, Map<String, String> environment) {
    try {
      return launch(module, command, log, environment).waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Process launch(
      String module, String command, Path log, Map<String, String> environment, String... more) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(FLAGS);
    line.addAll(List.of("-cp", classPath(module), "dev.emporion." + module + ".Main", command));
    var builder = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    for (int i = 0; i < more.length; i += 2) {
      builder.environment().put(more[i], more[i + 1]);
    }
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String classPath(String module) {
    Path target = Workspace.root().resolve("services").resolve(module).resolve("target");
    try {
      String own = target.resolve("emporion-" + module + "-0.1.0-SNAPSHOT.jar").toString();
      return own + ":" + Files.readString(target.resolve("classpath")).strip();
    } catch (IOException e) {
      throw new IllegalStateException(module + " is not packaged; run `make test`", e);
    }
  }

  /** Waits until it serves. */
  synchronized int port() {
    if (port == 0) {
      Eventually.within(
          START_LIMIT, () -> assertThat(!process.isAlive() || serving().isPresent()).isTrue());
      port =
          serving().orElseThrow(() -> new IllegalStateException(name + " did not start: " + log()));
    }
    return port;
  }

  private Optional<Integer> serving() {
    var line = SERVING.matcher(log());
    return line.find() ? Optional.of(Integer.valueOf(line.group(1))) : Optional.empty();
  }

  String address() {
    return "127.0.0.1:" + port();
  }

  @Override
  public synchronized ManagedChannel channel() {
    if (channel == null) {
      channel = ManagedChannelBuilder.forAddress("127.0.0.1", port()).usePlaintext().build();
    }
    return channel;
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  @Override
  public void close() {
    if (channel != null) {
      channel.shutdownNow();
    }
    process.destroyForcibly();
    awaitEnd();
  }

  private void awaitEnd() {
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
