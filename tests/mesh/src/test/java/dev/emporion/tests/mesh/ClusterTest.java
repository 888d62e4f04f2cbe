package dev.emporion.tests.mesh;

import static dev.emporion.testing.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.emporion.pricing.v1.Destination;
import dev.emporion.pricing.v1.PricingServiceGrpc;
import dev.emporion.pricing.v1.Quote;
import dev.emporion.pricing.v1.QuoteRequest;
import dev.emporion.pricing.v1.QuoteRequestLine;
import dev.emporion.testing.cluster.Cluster;
import dev.emporion.testing.cluster.Pod;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens to nodes and pods of a cluster, under load. The books are right after each. */
@ExtendWith(RunningMesh.class)
@Timeout(value = 15, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterTest {
  private static final int BUYERS = 4;
  private static final int SOME_ORDERS = 20;
  private static final String OUTSIDER = "outsider";
  private static final int PRICING_PORT = Cluster.port("pricing");
  private static final long DEADLINE_SECONDS = 20;
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** All that an order needs: one instance of each may go while the other answers. */
  private static final List<String> SERVICES =
      List.of("catalog", "shipping", "carts", "pricing", "inventory", "payments", "orders");

  private final Driver mesh;
  private Cluster cluster;

  ClusterTest(Driver mesh) {
    this.mesh = mesh;
  }

  @BeforeAll
  void twoOfEach() {
    assumeTrue(mesh instanceof ClusterDriver, "no cluster");
    cluster = ((ClusterDriver) mesh).cluster();
    cluster.scale(SERVICES, 2);
  }

  @AfterAll
  void oneOfEach() {
    if (cluster != null) {
      mesh.awaitReady();
      cluster.scale(SERVICES, 1);
    }
  }

  @AfterEach
  void theBooksAreRight() {
    assertThat(cluster.audit()).startsWith("audit: ").endsWith("violations=0");
  }

  /**
   * The same program with the same addresses, in a pod that the injector was told to leave alone.
   */
  @Test
  void aPodWithoutASidecarIsAnsweredByNobody() {
    String image = cluster.image("pricing");
    cluster
        .kubectl()
        .run(
            "run",
            OUTSIDER,
            "--image",
            image,
            "--image-pull-policy",
            "IfNotPresent",
            "--labels",
            "sidecar.istio.io/inject=false",
            "--env",
            "LISTEN_ADDRESS=0.0.0.0:" + PRICING_PORT,
            "--env",
            "CATALOG_ADDRESS=catalog:50051",
            "--env",
            "SHIPPING_ADDRESS=shipping:50057",
            "--",
            "serve");
    try {
      within(LIMIT, PAUSE, () -> assertThat(isServing(OUTSIDER)).isTrue());

      assertThat(quote(mesh.instances("pricing").getFirst()).getLinesList()).hasSize(1);
      assertThatThrownBy(() -> quote(OUTSIDER))
          .asInstanceOf(type(StatusRuntimeException.class))
          .extracting(e -> e.getStatus().getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
    } finally {
      cluster.kubectl().run("delete", "pod", OUTSIDER, "--grace-period=0", "--force");
    }
  }

  private boolean isServing(String pod) {
    ManagedChannel channel = channel(pod);
    try {
      return HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus()
          == ServingStatus.SERVING;
    } finally {
      channel.shutdownNow();
    }
  }

  private Quote quote(String pod) {
    ManagedChannel channel = channel(pod);
    try {
      return PricingServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
          .quote(
              QuoteRequest.newBuilder()
                  .setCurrencyCode("EUR")
                  .setDestination(Destination.newBuilder().setRegionCode("DE"))
                  .setDeliveryOption("standard")
                  .addLines(QuoteRequestLine.newBuilder().setSku("MUG-BLUE").setQuantity(1))
                  .build())
          .getQuote();
    } finally {
      channel.shutdownNow();
    }
  }

  private ManagedChannel channel(String pod) {
    int port = cluster.forward("pod/" + pod, PRICING_PORT);
    return ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @Test
  void podsThatAreEvictedOneByOneCostNobodyAnError() {
    try (Load load = Load.of(BUYERS, mesh)) {
      for (String service : SERVICES) {
        cluster.evict(cluster.pods(Cluster.NAMESPACE, service).getFirst());
        load.awaitOrders(SOME_ORDERS);
        mesh.awaitReady();
      }
      assertThat(load.failures()).isEmpty();
    }
  }

  @Test
  void containersThatAreKilledOneByOneCostNobodyAnError() {
    try (Load load = Load.of(BUYERS, mesh)) {
      for (String service : SERVICES) {
        mesh.kill(mesh.instances(service).getFirst());
        load.awaitOrders(SOME_ORDERS);
        mesh.awaitReady();
      }
      assertThat(load.failures()).isEmpty();
    }
  }

  /** Buyers see it; nothing that was promised to them is lost. */
  @Test
  void theDatabaseIsKilledAndEverythingGoesOn() {
    Pod database = cluster.pods(Cluster.NAMESPACE, "postgres").getFirst();
    try (Load load = Load.of(BUYERS, mesh)) {
      cluster.signal(database, "postgres", "KILL");
      load.awaitOrders(SOME_ORDERS);
      mesh.awaitReady();
    }
    within(LIMIT, PAUSE, this::orderIsConfirmed);
    try (Load load = Load.of(BUYERS, mesh)) {
      load.awaitOrders(SOME_ORDERS);
      assertThat(load.failures()).isEmpty();
    }
  }

  private void orderIsConfirmed() {
    try (Load load = Load.of(1, mesh)) {
      assertThat(load.failures()).isEmpty();
    }
  }
}
