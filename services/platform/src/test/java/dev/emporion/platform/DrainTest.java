package dev.emporion.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.platformtest.v1.EchoServiceGrpc;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A process of its own, told to end by SIGTERM while a call runs. */
class DrainTest {
  private static final Pattern PORT = Pattern.compile("\"port\":(\\d+)");
  private static final int SIGTERM_EXIT = 143;

  /** What the process runs: a call that ends when it has been told to, and says so. */
  public static final class Main {
    public static void main(String[] args) throws Exception {
      var echo = new Echo();
      var mayEnd = new CountDownLatch(1);
      echo.answer =
          request -> {
            if (request.getText().equals("end")) {
              mayEnd.countDown();
              return "ok";
            }
            System.out.println("waiting");
            try {
              return String.valueOf(mayEnd.await(10, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          };
      var app = new App("echo", Telemetry.off());
      app.own(() -> System.out.println("closed first"));
      app.background("work", () -> {}, () -> System.out.println("closed last"));
      GrpcServer.run(new ServerConfig("127.0.0.1:0", 1, 5, 64), app.serve(echo));
    }
  }

  @Test
  void callsAreAnsweredUntilTheEndAndThenEverythingIsClosedLastInFirstOut() throws Exception {
    Process process = start();
    var lines = new LinkedBlockingQueue<String>();
    Thread.startVirtualThread(() -> read(process.inputReader(), lines));
    try (var app = new App("client", Telemetry.off())) {
      var channel = app.channel("127.0.0.1:" + port(next(lines, "serving")));
      var stub = EchoServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
      var slow =
          CompletableFuture.supplyAsync(
              () -> stub.say(Echo.text("slow")).getText(), Thread::startVirtualThread);
      next(lines, "waiting");

      process.toHandle().destroy(); // Process.destroy would close its output too
      next(lines, "draining");
      var health = HealthGrpc.newBlockingStub(channel);
      assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
          .isEqualTo(ServingStatus.NOT_SERVING);
      assertThat(stub.say(Echo.text("end")).getText()).isEqualTo("ok");
      assertThat(slow.get(10, TimeUnit.SECONDS)).isEqualTo("true");

      next(lines, "closed last");
      next(lines, "closed first");
      next(lines, "stopped");
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(SIGTERM_EXIT);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void read(BufferedReader output, LinkedBlockingQueue<String> lines) {
    output.lines().forEach(lines::add);
  }

  /** The next line with this in it; those before it are passed over. */
  private static String next(LinkedBlockingQueue<String> lines, String part)
      throws InterruptedException {
    List<String> passed = new ArrayList<>();
    while (true) {
      String line = lines.poll(20, TimeUnit.SECONDS);
      assertThat(line).as("no line with '%s' after %s", part, passed).isNotNull();
      if (line.contains(part)) {
        return line;
      }
      passed.add(line);
    }
  }

  private static int port(String line) {
    Matcher matcher = PORT.matcher(line);
    assertThat(matcher.find()).isTrue();
    return Integer.parseInt(matcher.group(1));
  }
}
