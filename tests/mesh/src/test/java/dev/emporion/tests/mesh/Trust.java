package dev.emporion.tests.mesh;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManagerFactory;

/** Whom a client believes. */
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
    var pem = new ByteArrayInputStream(roots.getBytes(StandardCharsets.US_ASCII));
    for (var root : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
      store.setCertificateEntry("root-" + number++, root);
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust;
  }
}
