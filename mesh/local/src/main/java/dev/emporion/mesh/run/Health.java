package dev.emporion.mesh.run;

import dev.emporion.mesh.RunnerException;
import dev.emporion.mesh.process.Logs;
import dev.emporion.mesh.process.Ports;
import dev.emporion.mesh.process.Running;
import dev.emporion.mesh.process.Wait;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks a process whether it answers, by the health service that each has. */
public final class Health {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final long ASK_MILLIS = 5_000;

  private Health() {}

  public static boolean isServing(Ports.Port port) {
    return port.isTaken() && ask(port);
  }

  /** Waits until the process answers; complains with the end of its log if it does not. */
  public static void awaitServing(Running process, Ports.Port port) {
    Wait.until(
            START_LIMIT,
            () -> isServing(port) ? Optional.of(true) : Optional.empty(),
            process::isAlive)
        .orElseThrow(
            () ->
                new RunnerException(
                    "%s %s; the end of its log:%n%s"
                        .formatted(
                            process.name(),
                            process.isAlive() ? "does not answer" : "ended",
                            Logs.end(process.log()))));
  }

  private static boolean ask(Ports.Port port) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget("dns:///" + port.address()).usePlaintext().build();
    try {
      return HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(ASK_MILLIS, TimeUnit.MILLISECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus()
          == ServingStatus.SERVING;
    } catch (StatusRuntimeException e) {
      return false;
    } finally {
      channel.shutdownNow();
    }
  }
}
