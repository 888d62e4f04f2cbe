package dev.emporion.mesh.run;

import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.mesh.model.Address;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc.HealthImplBase;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthWatchTest {
  private static final PodTemplate.Probes PROBES =
      new PodTemplate.Probes(
          1,
          "",
          new PodTemplate.Period(Duration.ofMillis(20), Duration.ofMillis(200), 2),
          Duration.ofMillis(800));

  private final AtomicInteger changes = new AtomicInteger();
  private final AtomicInteger hangs = new AtomicInteger();
  private final Program program = new Program();
  private Address address;
  private Server server;
  private HealthWatch watch;

  /** Says how it is, or hangs. */
  private static final class Program extends HealthImplBase {
    private volatile boolean hanging;
    private volatile StreamObserver<HealthCheckResponse> watcher;

    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
      if (!hanging) {
        answer.onNext(status(ServingStatus.SERVING));
        answer.onCompleted();
      }
    }

    @Override
    public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
      answer.onNext(status(ServingStatus.SERVING));
      watcher = answer;
    }

    private static HealthCheckResponse status(ServingStatus status) {
      return HealthCheckResponse.newBuilder().setStatus(status).build();
    }
  }

  @BeforeEach
  void choosePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      address = new Address("127.0.0.1", socket.getLocalPort());
    }
    watch =
        new HealthWatch(
            address,
            PROBES,
            new HealthWatch.Listener() {
              @Override
              public void changed() {
                changes.incrementAndGet();
              }

              @Override
              public void hung() {
                hangs.incrementAndGet();
              }
            });
  }

  @AfterEach
  void close() {
    watch.close();
    if (server != null) {
      server.shutdownNow();
    }
  }

  private void startServer() throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(address.host(), address.port()))
            .addService(program)
            .build()
            .start();
  }

  @Test
  void oneThatIsNotThereIsKnownToBeNotReady() {
    eventually(() -> assertThat(watch.isKnown()).isTrue());
    assertThat(watch.isServing()).isFalse();
  }

  @Test
  void itIsReadyWhenItSaysSoAndNotReadyWhenItTakesThatBack() throws Exception {
    startServer();
    eventually(() -> assertThat(watch.isServing()).isTrue());
    program.watcher.onNext(Program.status(ServingStatus.NOT_SERVING));
    eventually(() -> assertThat(watch.isServing()).isFalse());
    program.watcher.onNext(Program.status(ServingStatus.SERVING));
    eventually(() -> assertThat(watch.isServing()).isTrue());
    assertThat(changes.get()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void oneThatEndsIsNotReadyAndItsSuccessorIs() throws Exception {
    startServer();
    eventually(() -> assertThat(watch.isServing()).isTrue());
    server.shutdownNow().awaitTermination();
    eventually(() -> assertThat(watch.isServing()).isFalse());
    startServer();
    eventually(() -> assertThat(watch.isServing()).isTrue());
  }

  @Test
  void oneWhoseProcessIsHeardOfLateIsStillReady() throws Exception {
    startServer();
    eventually(() -> assertThat(watch.isServing()).isTrue());

    watch.started();

    assertThat(watch.isServing()).isTrue();
    watch.ended();
    assertThat(watch.isServing()).isFalse();
  }

  @Test
  void oneThatHangsIsFirstOutOfBalancingThenReported() throws Exception {
    startServer();
    eventually(() -> assertThat(watch.isServing()).isTrue());
    program.hanging = true;
    eventually(() -> assertThat(watch.isServing()).isFalse());
    eventually(() -> assertThat(hangs.get()).isPositive());
    program.hanging = false;
    eventually(() -> assertThat(watch.isServing()).isTrue());
  }
}
