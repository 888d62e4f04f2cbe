package dev.emporion.platform;

import static dev.emporion.platform.ErrorInterceptorTest.reasonOf;
import static dev.emporion.platform.ErrorInterceptorTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.platformtest.v1.SayRequest;
import io.grpc.Status.Code;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcServerTest {
  private final Served served = Served.over(Served.Over.NETTY);

  @AfterEach
  void stop() {
    served.close();
  }

  @Test
  void healthKnowsTheWholeAndEachService() {
    assertThat(health("")).isEqualTo(ServingStatus.SERVING);
    assertThat(health("emporion.platformtest.v1.EchoService")).isEqualTo(ServingStatus.SERVING);
    assertThat(refused(() -> health("nobody")).getStatus().getCode()).isEqualTo(Code.NOT_FOUND);
  }

  @Test
  void reflectionListsTheServices() {
    var answer = reflect(ServerReflectionRequest.newBuilder().setListServices("").build());
    assertThat(answer.getListServicesResponse().getServiceList())
        .extracting(ServiceResponse::getName)
        .contains(
            "emporion.platformtest.v1.EchoService",
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection");
  }

  @Test
  void reflectionKnowsWhatErrorDetailsLookLike() {
    for (String symbol : List.of("google.rpc.ErrorInfo", "grpc.health.v1.Health")) {
      var answer =
          reflect(ServerReflectionRequest.newBuilder().setFileContainingSymbol(symbol).build());
      assertThat(answer.hasFileDescriptorResponse()).as(symbol).isTrue();
    }
  }

  private ServerReflectionResponse reflect(ServerReflectionRequest request) {
    var answer = new CompletableFuture<ServerReflectionResponse>();
    StreamObserver<ServerReflectionRequest> ask =
        ServerReflectionGrpc.newStub(served.channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse first) {
                    answer.complete(first);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    ask.onNext(request);
    return answer.orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Test
  void aSlowCallFinishesWhileNewOnesAreRefusedAndHealthSaysSoFirst() throws Exception {
    var entered = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    served.echo.answer =
        request -> {
          entered.countDown();
          await(mayEnd);
          return "done";
        };
    var watched = new ArrayList<ServingStatus>();
    var notServing = new CountDownLatch(1);
    HealthGrpc.newStub(served.channel)
        .watch(
            HealthCheckRequest.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(HealthCheckResponse answer) {
                watched.add(answer.getStatus());
                if (answer.getStatus() == ServingStatus.NOT_SERVING) {
                  notServing.countDown();
                }
              }

              @Override
              public void onError(Throwable end) {}

              @Override
              public void onCompleted() {}
            });
    Eventually.holds("watching", () -> !watched.isEmpty());
    var slow =
        CompletableFuture.supplyAsync(
            () -> served.stub().say(Echo.text("slow")).getText(), Thread::startVirtualThread);
    await(entered);

    var drained = CompletableFuture.runAsync(served.server::drain, Thread::startVirtualThread);
    await(notServing);
    Eventually.holds("refusing", this::refusesNewConnections);
    assertThat(slow).isNotDone();
    mayEnd.countDown();
    assertThat(slow.get(20, TimeUnit.SECONDS)).isEqualTo("done");
    drained.get(20, TimeUnit.SECONDS);
  }

  private boolean refusesNewConnections() {
    try (var app = new App("another", Telemetry.off())) {
      var stub =
          dev.emporion.platformtest.v1.EchoServiceGrpc.newBlockingStub(app.channel(served.address))
              .withDeadlineAfter(1, TimeUnit.SECONDS);
      // A bad request: answered at once if it is answered at all.
      var answer = refused(() -> stub.say(SayRequest.getDefaultInstance()));
      return answer.getStatus().getCode() == Code.UNAVAILABLE;
    }
  }

  @Test
  void aCallThatOutlivesTheGraceIsCancelled() throws Exception {
    var config = new ServerConfig("127.0.0.1:0", 0, 0, 64);
    var app = new App("impatient", Telemetry.off()).serve(served.echo);
    var entered = new CountDownLatch(1);
    served.echo.answer =
        request -> {
          entered.countDown();
          Eventually.holds("left", () -> io.grpc.Context.current().isCancelled());
          return "";
        };
    try (var server = GrpcServer.start(config, app)) {
      var stub =
          dev.emporion.platformtest.v1.EchoServiceGrpc.newBlockingStub(
              app.channel("127.0.0.1:" + server.port()));
      var call =
          CompletableFuture.supplyAsync(
              () -> refused(() -> stub.say(Echo.text("x"))), Thread::startVirtualThread);
      await(entered);
      server.drain();
      assertThat(call.get(20, TimeUnit.SECONDS).getStatus().getCode())
          .isIn(Code.UNAVAILABLE, Code.CANCELLED);
    } finally {
      app.close();
    }
  }

  @Test
  void aTakenAddressIsOneLineThatNamesTheMend() {
    var config = new ServerConfig(served.address, 0, 0, 64);
    assertThatThrownBy(() -> GrpcServer.start(config, new App("second", Telemetry.off())))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "LISTEN_ADDRESS %s is taken; stop the other program or set LISTEN_ADDRESS",
            served.address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"inprocess:x", "no.such.host.invalid:1"})
  void anAddressThatIsNoneOfOursIsOneLineThatNamesTheMend(String address) {
    var config = new ServerConfig(address, 0, 0, 64);
    assertThatThrownBy(() -> GrpcServer.start(config, new App("nowhere", Telemetry.off())))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("LISTEN_ADDRESS is '%s'; give HOST:PORT", address);
  }

  @Test
  void aMessageAboveTheLimitIsResourceExhausted() {
    var config = new ServerConfig("127.0.0.1:0", 0, 0, 1);
    var app = new App("small", Telemetry.off()).serve(served.echo);
    try (var server = GrpcServer.start(config, app)) {
      var stub =
          dev.emporion.platformtest.v1.EchoServiceGrpc.newBlockingStub(
              app.channel("127.0.0.1:" + server.port()));
      var large = SayRequest.newBuilder().setText("x").setBallast("x".repeat(2000)).build();
      var answer = refused(() -> stub.say(large));
      assertThat(answer.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
      assertThat(reasonOf(answer)).isEqualTo("MESSAGE_TOO_LARGE");
      var compressed = stub.withCompression("gzip");
      var bomb = SayRequest.newBuilder().setText("x").setBallast("x".repeat(9000)).build();
      assertThat(reasonOf(refused(() -> compressed.say(bomb)))).isEqualTo("MESSAGE_TOO_LARGE");
      assertThat(stub.say(Echo.text("small")).getText()).isEqualTo("small");
    } finally {
      app.close();
    }
  }

  private ServingStatus health(String service) {
    return HealthGrpc.newBlockingStub(served.channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
