package dev.emporion.simulator;

import static dev.emporion.testing.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.platform.App;
import dev.emporion.platform.Money;
import dev.emporion.platform.Telemetry;
import dev.emporion.simulator.v1.Authorization;
import dev.emporion.simulator.v1.CreateAuthorizationRequest;
import dev.emporion.simulator.v1.ListAuthorizationsRequest;
import dev.emporion.simulator.v1.SimulatorServiceGrpc;
import dev.emporion.simulator.v1.SimulatorServiceGrpc.SimulatorServiceBlockingStub;
import dev.emporion.testing.TestDatabase;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stand-in as the process that it is, and what is left of it when it is killed. */
class SimulatorProcessTest {
  private static final int CLIENTS = 8;
  private static final int ENOUGH = 200;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path directory;
  private final int port = TestDatabase.freePort();
  private final App client = new App("client", Telemetry.off());
  private final SimulatorServiceBlockingStub provider =
      SimulatorServiceGrpc.newBlockingStub(client.channel("127.0.0.1:" + port)).withWaitForReady();
  private Process process;

  @AfterEach
  void stop() {
    client.close();
    process.destroyForcibly();
  }

  @Test
  void whatItAnsweredIsThereAfterItWasKilled() throws Exception {
    process = start();
    Map<String, Authorization> answered = createUntilKilled();
    process = start();
    assertThat(answered).hasSizeGreaterThanOrEqualTo(ENOUGH);
    answered.forEach((key, first) -> assertThat(create(key)).isEqualTo(first));
    var record =
        provider.listAuthorizations(
            ListAuthorizationsRequest.newBuilder().setPageSize(1000).build());
    assertThat(record.getAuthorizationsList()).containsAll(answered.values());
  }

  /** Kills it while clients wait for answers. */
  private Map<String, Authorization> createUntilKilled() throws InterruptedException {
    var answered = new ConcurrentHashMap<String, Authorization>();
    var next = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS; i++) {
        threads.submit(() -> createUntilItFails(answered, next));
      }
      within(LIMIT, () -> assertThat(answered).hasSizeGreaterThanOrEqualTo(ENOUGH));
      process.destroyForcibly().waitFor(); // kill -9
    }
    return answered;
  }

  private void createUntilItFails(Map<String, Authorization> answered, AtomicInteger next) {
    try {
      while (next.get() < ENOUGH + ENOUGH) {
        String key = "k" + next.getAndIncrement();
        answered.put(key, create(key));
      }
    } catch (StatusRuntimeException e) {
      assertThat(process.isAlive()).isFalse();
    }
  }

  private Authorization create(String key) {
    return provider
        .createAuthorization(
            CreateAuthorizationRequest.newBuilder()
                .setIdempotencyKey(key)
                .setMerchantReference("order-" + key)
                .setAmount(new Money("EUR", 100).toProto())
                .setPaymentToken("tok_ok")
                .build())
        .getAuthorization();
  }

  private Process start() throws IOException {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "serve");
    builder.environment().put("LISTEN_ADDRESS", "127.0.0.1:" + port);
    builder.environment().put("SIMULATOR_DATA_DIR", directory.toString());
    builder.redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile());
    return builder.start();
  }
}
