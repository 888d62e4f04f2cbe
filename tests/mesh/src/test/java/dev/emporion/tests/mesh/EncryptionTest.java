package dev.emporion.tests.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.emporion.catalog.v1.BatchGetVariantsRequest;
import dev.emporion.catalog.v1.CatalogServiceGrpc;
import dev.emporion.mesh.model.Address;
import dev.emporion.payments.v1.GetPaymentRequest;
import dev.emporion.payments.v1.PaymentsServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningMesh.class)
class EncryptionTest {
  private static final long DEADLINE_SECONDS = 10;
  private static final Predicate<String> DENIED = name -> name.endsWith(".rbac.denied");
  private static final Predicate<String> NO_CERTIFICATE =
      name -> name.endsWith(".ssl.fail_verify_no_cert");

  private final Driver mesh;
  private final String payments;

  EncryptionTest(Driver mesh) {
    this.mesh = mesh;
    payments = mesh.instances("payments").getFirst();
  }

  @Test
  void plaintextToASidecarIsRefused() {
    assertThatThrownBy(() -> ask(plain(mesh.inbound(payments))))
        .asInstanceOf(type(StatusRuntimeException.class))
        .extracting(e -> e.getStatus().getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void tlsWithoutACertificateIsRefused() throws Exception {
    long before = mesh.counter(payments, NO_CERTIFICATE);

    assertThatThrownBy(() -> ask(withoutCertificate(mesh.inbound(payments))))
        .asInstanceOf(type(StatusRuntimeException.class))
        .extracting(e -> e.getStatus().getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);

    assertThat(mesh.counter(payments, NO_CERTIFICATE)).isGreaterThan(before);
  }

  @Test
  void aServiceWithACertificateAndNoRuleIsDeniedByTheSidecarItself() {
    long before = mesh.counter(payments, DENIED);

    assertThatThrownBy(() -> ask(mesh.channelAs("carts", payments)))
        .asInstanceOf(type(StatusRuntimeException.class))
        .satisfies(
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
              assertThat(e.getStatus().getDescription()).contains("RBAC: access denied");
            });

    assertThat(mesh.counter(payments, DENIED)).isEqualTo(before + 1);
  }

  @Test
  void aServiceMayMakeTheCallsItReallyMakes() {
    String catalog = mesh.instances("catalog").getFirst();
    ManagedChannel pricing = mesh.channelAs("pricing", catalog);
    try {
      var answer =
          CatalogServiceGrpc.newBlockingStub(pricing)
              .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
              .batchGetVariants(BatchGetVariantsRequest.newBuilder().addSkus("MUG-BLUE").build());
      assertThat(answer.getVariantsList()).hasSize(1);
    } finally {
      pricing.shutdownNow();
    }
  }

  private static void ask(ManagedChannel channel) {
    try {
      PaymentsServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
          .getPayment(
              GetPaymentRequest.newBuilder().setPaymentId(UUID.randomUUID().toString()).build());
    } finally {
      channel.shutdownNow();
    }
  }

  private static ManagedChannel plain(Address address) {
    return NettyChannelBuilder.forAddress(address.host(), address.port()).usePlaintext().build();
  }

  private static ManagedChannel withoutCertificate(Address address) throws Exception {
    return NettyChannelBuilder.forAddress(address.host(), address.port())
        .sslContext(
            GrpcSslContexts.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE).build())
        .build();
  }
}
