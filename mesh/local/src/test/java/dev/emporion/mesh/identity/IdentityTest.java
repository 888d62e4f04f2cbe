package dev.emporion.mesh.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.emporion.mesh.model.Proxy;
import dev.emporion.testing.TestClock;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityTest {
  private static final Proxy ORDERS = proxy("orders-0", "orders", Proxy.Kind.SIDECAR);
  private static final Proxy GATEWAY = proxy("gateway-0", "gateway", Proxy.Kind.GATEWAY);

  @TempDir Path folder;
  private final TestClock clock = TestClock.at("2026-01-01T00:00:00Z");
  private Identity identity;

  @BeforeEach
  void open() {
    identity = reopened();
  }

  private Identity reopened() {
    return new Identity(folder.resolve("ca"), "emporion", Lifetimes.DEFAULT, clock);
  }

  private static Proxy proxy(String id, String account, Proxy.Kind kind) {
    return new Proxy(id, kind, account, account, Map.of(), "local", Map.of(), Map.of(), Map.of());
  }

  private Credential orders() {
    identity.secrets(List.of(ORDERS));
    return identity.certificate("orders-0").orElseThrow();
  }

  @Test
  void aCertificateSaysWhoseItIsAndLastsAnHour() throws Exception {
    X509Certificate certificate = orders().certificate();
    assertThat(names(certificate)).containsExactly("spiffe://cluster.local/ns/emporion/sa/orders");
    assertThat(certificate.getNotAfter().toInstant())
        .isEqualTo(clock.instant().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS));
    assertThat(certificate.getExtendedKeyUsage()).hasSize(2);
  }

  private static List<String> names(X509Certificate certificate) throws Exception {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names.stream().map(name -> (String) name.get(1)).toList();
  }

  @Test
  void theGatewayAlsoGetsACertificateThatClientsOfThisMachineKnow() throws Exception {
    List<Secret> secrets = identity.secrets(List.of(GATEWAY)).get("gateway-0");
    assertThat(secrets)
        .extracting(Secret::getName)
        .containsExactly("default", "ROOTCA", "gateway-certificate");
    var chain = secrets.getLast().getTlsCertificate();
    String pem =
        chain.getPrivateKey().getInlineBytes().toStringUtf8()
            + chain.getCertificateChain().getInlineBytes().toStringUtf8();
    assertThat(names(Credential.parse(pem).certificate()))
        .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
  }

  @Test
  void aRestartFindsTheSameAuthorityAndTheSameCertificates() {
    Credential before = orders();
    identity = reopened();
    assertThat(orders()).isEqualTo(before);
  }

  @Test
  void twoThirdsOfItsLifeLaterItIsRenewedAtTheLatest() {
    Credential first = orders();
    clock.advance(Duration.ofMinutes(33));
    assertThat(orders()).isEqualTo(first);
    clock.advance(Duration.ofMinutes(8));
    assertThat(orders()).isNotEqualTo(first);
  }

  @Test
  void theEnvironmentCanMakeCertificatesShort() {
    assertThat(Lifetimes.from(Map.of())).isEqualTo(Lifetimes.DEFAULT);
    assertThat(Lifetimes.from(Map.of("EMPORION_CERTIFICATE_SECONDS", "30")).leaf()).hasSeconds(30);
    assertThatThrownBy(() -> Lifetimes.from(Map.of("EMPORION_CERTIFICATE_SECONDS", "1")))
        .hasMessage("EMPORION_CERTIFICATE_SECONDS is '1'; give seconds, at least 10");
  }

  @Test
  void renewalsAreSpread() {
    Set<Object> times = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      times.add(Lifetimes.DEFAULT.renewal(identity.issue("orders").certificate()));
    }
    assertThat(times).hasSizeGreaterThan(5);
  }

  @Test
  void aChangeOfRootTakesAStepOnlyWhenTheLastOneReachedAll() throws Exception {
    Credential old = orders();
    identity.changeAuthority();
    identity.advance(true);
    assertThat(roots()).as("what reached all was the old root alone").isEqualTo(2);
    assertThat(orders()).isEqualTo(old);

    identity.advance(false);
    assertThat(orders()).isEqualTo(old);
    identity.advance(true);
    Credential fresh = orders();
    assertThat(fresh).isNotEqualTo(old);
    assertThat(roots()).isEqualTo(2);

    identity = reopened();
    assertThat(orders()).isEqualTo(fresh);
    assertThat(identity.isChanging()).isTrue();

    identity.advance(true);
    assertThat(identity.isChanging()).isFalse();
    assertThat(roots()).isEqualTo(1);
    assertThat(orders()).isEqualTo(fresh);
    assertThat(folder.resolve("ca/root-1.pem")).doesNotExist();
  }

  private long roots() throws IOException {
    return Files.readAllLines(identity.bundle()).stream()
        .filter(line -> line.startsWith("-----BEGIN"))
        .count();
  }

  @Test
  void keysAreTheOwnersAlone() throws IOException {
    identity.secrets(List.of(ORDERS, GATEWAY));
    assertThat(rights(folder.resolve("ca"))).isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(folder.resolve("ca"))) {
      assertThat(files.toList())
          .hasSize(5)
          .allSatisfy(file -> assertThat(rights(file)).isEqualTo("rw-------"));
    }
    assertThat(identity.bundle()).content().doesNotContain("PRIVATE");
  }

  private static String rights(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void whoIsGoneIsForgotten() {
    orders();
    identity.secrets(List.of(GATEWAY));
    assertThat(identity.certificate("orders-0")).isEmpty();
    assertThat(folder.resolve("ca/workload-orders-0.pem")).doesNotExist();
  }
}
