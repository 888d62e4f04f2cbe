package dev.emporion.tests.mesh;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.emporion.testing.cluster.Cluster;
import dev.emporion.testing.cluster.Kubectl;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.concurrent.TimeUnit;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A certificate of a service's identity, as its sidecar gets one: istiod signs it for who has the
 * service account's token.
 */
final class WorkloadCertificate {
  private static final long DEADLINE_SECONDS = 20;
  private static final long LIFE_SECONDS = 3600;
  private static final int CSR = 1;
  private static final int VALIDITY_DURATION = 3;
  private static final int CERT_CHAIN = 1;

  /** Istio's security/v1alpha1/ca.proto, of which two fields are needed. */
  private static final MethodDescriptor<byte[], byte[]> CREATE_CERTIFICATE =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("istio.v1.auth.IstioCertificateService/CreateCertificate")
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();

  private WorkloadCertificate() {}

  /**
   * @param root PEM of whom istiod's own certificate is by
   * @return PEM of the key and of the chain, the leaf first
   */
  static String of(String serviceAccount, Cluster cluster, String root) {
    String token =
        cluster.kubectl().run("create", "token", serviceAccount, "--audience", "istio-ca");
    int port = cluster.forward(new Kubectl(Cluster.ISTIO), "deployment/istiod", 15012);
    try {
      KeyPair keys = keys();
      ManagedChannel istiod =
          NettyChannelBuilder.forAddress("127.0.0.1", port)
              .overrideAuthority("istiod.istio-system.svc")
              .sslContext(GrpcSslContexts.forClient().trustManager(Trust.stream(root)).build())
              .build();
      try {
        return pem(new JcaPKCS8Generator(keys.getPrivate(), null))
            + ask(istiod, token, request(keys));
      } finally {
        istiod.shutdownNow();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /** Says nothing of a name: that is the token's to say. */
  private static String request(KeyPair keys) throws IOException, OperatorCreationException {
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
    var request =
        new JcaPKCS10CertificationRequestBuilder(new X500Principal(""), keys.getPublic())
            .build(signer);
    return pem(request);
  }

  private static String pem(Object object) throws IOException {
    StringWriter pem = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(pem)) {
      writer.writeObject(object);
    }
    return pem.toString();
  }

  private static String ask(ManagedChannel istiod, String token, String csr) throws IOException {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    byte[] request =
        UnknownFieldSet.newBuilder()
            .addField(CSR, field().addLengthDelimited(ByteString.copyFromUtf8(csr)).build())
            .addField(VALIDITY_DURATION, field().addVarint(LIFE_SECONDS).build())
            .build()
            .toByteArray();
    byte[] answer =
        ClientCalls.blockingUnaryCall(
            io.grpc.ClientInterceptors.intercept(
                istiod, MetadataUtils.newAttachHeadersInterceptor(headers)),
            CREATE_CERTIFICATE,
            CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS),
            request);
    StringBuilder chain = new StringBuilder();
    UnknownFieldSet.parseFrom(answer)
        .getField(CERT_CHAIN)
        .getLengthDelimitedList()
        .forEach(certificate -> chain.append(certificate.toStringUtf8()).append('\n'));
    return chain.toString();
  }

  private static UnknownFieldSet.Field.Builder field() {
    return UnknownFieldSet.Field.newBuilder();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
