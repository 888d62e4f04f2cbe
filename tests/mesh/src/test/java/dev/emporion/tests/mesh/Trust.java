package dev.emporion.tests.mesh;

import dev.emporion.mesh.model.Address;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/** Whom a client of the mesh believes, and by what it is believed. */
final class Trust {
  private Trust() {}

  /**
   * @param roots PEM of one or more
   */
  static TrustManagerFactory of(String roots) throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int number = 0;
    for (var root : CertificateFactory.getInstance("X.509").generateCertificates(stream(roots))) {
      store.setCertificateEntry("root-" + number++, root);
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust;
  }

  /**
   * A client by mutual TLS, which believes whoever shows a certificate of the mesh.
   *
   * @param credential PEM of its key and of its chain
   * @param roots PEM of one or more
   */
  static ManagedChannel channel(Address address, String credential, String roots) {
    String chain = credential.substring(credential.indexOf("-----BEGIN CERTIFICATE-----"));
    try {
      var tls =
          GrpcSslContexts.forClient()
              .trustManager(new SpiffeTrust(of(roots)))
              .keyManager(stream(chain), stream(credential))
              .build();
      return NettyChannelBuilder.forAddress(address.host(), address.port()).sslContext(tls).build();
    } catch (SSLException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static InputStream stream(String pem) {
    return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
  }
}
