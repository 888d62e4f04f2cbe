package dev.emporion.mesh.xds;

import static dev.emporion.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.emporion.mesh.identity.Credential;
import dev.emporion.mesh.identity.Identity;
import dev.emporion.mesh.identity.Lifetimes;
import dev.emporion.mesh.model.Resources;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real Envoys. */
class XdsServerTest {
  /** Renewed every two seconds, and valid long after, so that a busy machine is no failure. */
  private static final Lifetimes SHORT =
      new Lifetimes(Duration.ofSeconds(40), Duration.ofDays(1), 0.05, 0.01);

  private static final int MOVES = 10;

  private static final String FIRST = "outbound|80||stock";
  private static final String SECOND = "outbound|80|v2|stock";

  @TempDir Path folder;
  private Identity identity;
  private XdsServer server;
  private TwoSidecars sidecars;
  private ScheduledExecutorService timer;

  @BeforeEach
  void start() throws Exception {
    identity = new Identity(folder.resolve("ca"), "emporion", SHORT, InstantSource.system());
    sidecars = new TwoSidecars(folder);
    server = new XdsServer(sidecars.socket, InstantSource.system());
    timer = Executors.newSingleThreadScheduledExecutor();
    // Certificates are looked at by this thread alone.
    timer.scheduleWithFixedDelay(
        () -> new SecretRotation(identity, server).refresh(sidecars.proxies()),
        0,
        100,
        TimeUnit.MILLISECONDS);
    publish(sidecars.resources(FIRST));
    eventually(() -> assertThat(sidecars.call().statusCode()).isEqualTo(200));
  }

  @AfterEach
  void stop() throws Exception {
    timer.shutdownNow();
    timer.awaitTermination(5, TimeUnit.SECONDS);
    sidecars.close();
    server.close();
  }

  private void publish(Map<String, Resources> resources) {
    server.publish(resources);
  }

  private NodeStatus shop() {
    return server.status().get("shop-0");
  }

  private void awaitInEffect() {
    eventually(() -> assertThat(server.isInEffect()).as("%s", server.status()).isTrue());
  }

  @Test
  void aCallGoesByMutualTlsAndPlaintextIsRefused() throws Exception {
    awaitInEffect();
    assertThat(sidecars.stockAdmin.isLive()).isTrue();
    assertThat(handshakes()).isPositive();
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), sidecars.inbound)) {
      OutputStream out = plain.getOutputStream();
      out.write("GET / HTTP/1.1\r\nHost: stock\r\n\r\n".getBytes());
      assertThat(plain.getInputStream().read()).isEqualTo(-1);
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  private long handshakes() {
    return sidecars.stockAdmin.statistics("ssl.handshake").sum(name -> name.contains("listener"));
  }

  @Test
  void trafficIsCountedSinceTheLastLook() throws Exception {
    sidecars.stockAdmin.traffic();
    for (int i = 0; i < 20; i++) {
      sidecars.call();
    }
    var traffic = sidecars.stockAdmin.traffic().orElseThrow();
    assertThat(traffic.requests()).isEqualTo(20);
    assertThat(traffic.errors()).isZero();
    assertThat(traffic.p99()).isPresent();
  }

  @Test
  void aSidecarThatDrainsStillAnswers() throws Exception {
    awaitInEffect();
    try (Load load = new Load(sidecars)) {
      sidecars.stockAdmin.drain();
      assertThat(sidecars.stockAdmin.state()).contains("DRAINING");
      long calls = load.calls();
      eventually(() -> assertThat(load.calls()).isGreaterThan(calls + 50));
      assertThat(load.failures()).isEmpty();
    }
    eventually(() -> assertThat(sidecars.stockAdmin.activeRequests()).isZero());
  }

  @Test
  void certificatesAndThenTheRootAreReplacedUnderLoad() throws Exception {
    Path bundle = identity.bundle();
    String oldRoot = Files.readString(bundle);
    try (Load load = new Load(sidecars)) {
      Credential first = identity.certificate("stock-0").orElseThrow();
      Credential second = awaitAnother(first);
      awaitAnother(second);

      timer.submit(identity::changeAuthority).get();
      eventually(() -> assertThat(timer.submit(identity::isChanging).get()).isFalse());
      awaitAnother(identity.certificate("stock-0").orElseThrow());
      long calls = load.calls();
      eventually(() -> assertThat(load.calls()).isGreaterThan(calls + 50));

      assertThat(load.failures()).isEmpty();
      assertThat(handshakes()).isGreaterThan(load.calls() / 5);
    }
    assertThat(bundle).content().doesNotContain(oldRoot.strip());
    assertThat(sidecars.shopAdmin.statistics("sds").sum(name -> name.endsWith("update_rejected")))
        .isZero();
  }

  private Credential awaitAnother(Credential old) {
    eventually(
        () -> {
          Credential now = timer.submit(() -> identity.certificate("stock-0").orElseThrow()).get();
          assertThat(now).isNotEqualTo(old);
          assertThat(server.hasReachedAll(ResourceType.SECRET)).isTrue();
        });
    return identity.certificate("stock-0").orElseThrow();
  }

  @Test
  void whatEnvoyRefusesChangesNothingAndIsSentOnce() throws Exception {
    awaitInEffect();
    Map<String, Resources> broken = new HashMap<>(sidecars.resources(SECOND));
    broken.computeIfPresent("shop-0", (node, good) -> HandMade.broken(good, sidecars.outbound));
    publish(broken);
    eventually(() -> assertThat(shop().rejections()).containsKey(ResourceType.LISTENER));

    assertThat(shop().rejections().get(ResourceType.LISTENER).message())
        .matches("Error adding/updating listener.* bad[|]stock:80: .*StatPrefix.*");
    assertThat(shop().isInEffect()).isFalse();
    long responses = shop().responses();
    for (int i = 0; i < 50; i++) {
      assertThat(sidecars.call().headers().firstValue("by")).contains(FIRST);
    }
    assertThat(shop().responses() - responses).as("but for certificates").isLessThan(5);

    publish(sidecars.resources(SECOND));
    awaitInEffect();
    assertThat(shop().rejections()).isEmpty();
    assertThat(sidecars.call().headers().firstValue("by")).contains(SECOND);
  }

  @Test
  void aRouteMovesToAnotherClusterAndTheOldOneGoesWithoutAFailedRequest() throws Exception {
    awaitInEffect();
    try (Load load = new Load(sidecars)) {
      for (int i = 0; i < MOVES; i++) {
        String cluster = i % 2 == 0 ? SECOND : FIRST;
        publish(sidecars.resources(cluster));
        awaitInEffect();
        assertThat(sidecars.call().headers().firstValue("by")).contains(cluster);
      }
      assertThat(load.failures()).isEmpty();
    }
    assertThat(sidecars.shopAdmin.configDump()).doesNotContain(SECOND);
  }

  @Test
  void aRestartedControlPlaneDisturbsNobody() throws Exception {
    awaitInEffect();
    try (Load load = new Load(sidecars)) {
      server.close();
      eventually(() -> assertThat(connected()).isZero());
      server = new XdsServer(sidecars.socket, InstantSource.system());
      eventually(() -> assertThat(connected()).isEqualTo(1));
      long updates = updates();

      publish(sidecars.resources(FIRST));
      awaitInEffect();
      assertThat(updates()).as("what is known is not sent again").isEqualTo(updates);

      publish(sidecars.resources(SECOND));
      awaitInEffect();
      assertThat(sidecars.call().headers().firstValue("by")).contains(SECOND);
      assertThat(load.failures()).isEmpty();
    }
  }

  private long connected() {
    return sidecars.shopAdmin.statistics("connected_state").number("control_plane.connected_state");
  }

  private long updates() {
    var statistics = sidecars.shopAdmin.statistics("update_success");
    return statistics.number("cluster_manager.cds.update_success")
        + statistics.number("listener_manager.lds.update_success");
  }

  @Test
  void whoIsNoLongerPublishedIsForgottenAndKeepsWhatItHas() throws Exception {
    awaitInEffect();
    publish(Map.of("stock-0", sidecars.resources(FIRST).get("stock-0")));
    assertThat(server.status()).containsOnlyKeys("stock-0");
    assertThat(sidecars.call().statusCode()).isEqualTo(200);
  }
}
