package dev.emporion.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.emporion.carts.v1.CartsServiceGrpc;
import dev.emporion.carts.v1.GetCartRequest;
import dev.emporion.edge.contracts.PublicServices;
import dev.emporion.platform.App;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Telemetry;
import io.grpc.ManagedChannel;
import io.grpc.ServiceDescriptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReflectionTest {
  private static final int LIMIT_SECONDS = 20;

  private static App app;
  private static GrpcServer server;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() {
    app = Main.wire(new EdgeConfig(ServerConfig.local(), "127.0.0.1:0"), Telemetry.off());
    server = GrpcServer.start(ServerConfig.local(), app);
    channel = app.channel("127.0.0.1:" + server.port());
  }

  @AfterAll
  static void stop() {
    server.close();
    app.close();
  }

  @Test
  void noPublicServiceIsForgotten() throws Exception {
    assertThat(Main.SERVICES)
        .extracting(ServiceDescriptor::getName)
        .containsExactlyElementsOf(PublicServices.names());
  }

  @Test
  void theWholeSystemIsListed() throws Exception {
    var answer = reflect(ServerReflectionRequest.newBuilder().setListServices("").build());
    assertThat(answer.getListServicesResponse().getServiceList())
        .extracting(ServiceResponse::getName)
        .containsAll(PublicServices.names())
        .contains("grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "emporion.orders.v1.OrdersService",
        "emporion.orders.v1.OrdersService.PlaceOrder",
        "emporion.pricing.v1.Quote",
        "google.rpc.ErrorInfo",
        "google.type.Money"
      })
  void whatACallerMeetsIsExplained(String symbol) {
    var answer =
        reflect(ServerReflectionRequest.newBuilder().setFileContainingSymbol(symbol).build());
    assertThat(answer.hasFileDescriptorResponse()).isTrue();
  }

  @Test
  void healthSpeaksForTheEdgeAlone() {
    assertThat(health("")).isEqualTo(ServingStatus.SERVING);
    var refusal =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> health("emporion.orders.v1.OrdersService"));
    assertThat(refusal.getStatus().getCode()).isEqualTo(Code.NOT_FOUND);
  }

  @Test
  void aCallThatWasSentHereByMistakeIsUnimplemented() {
    var carts =
        CartsServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS);
    var refusal =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> carts.getCart(GetCartRequest.getDefaultInstance()));
    assertThat(refusal.getStatus().getCode()).isEqualTo(Code.UNIMPLEMENTED);
  }

  private ServingStatus health(String service) {
    return HealthGrpc.newBlockingStub(channel)
        .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  private ServerReflectionResponse reflect(ServerReflectionRequest request) {
    var answer = new CompletableFuture<ServerReflectionResponse>();
    StreamObserver<ServerReflectionRequest> ask =
        ServerReflectionGrpc.newStub(channel)
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
    return answer.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
  }
}
