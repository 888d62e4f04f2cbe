package dev.emporion.mesh.identity;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;

/** A certificate and its key. */
public record Credential(X509Certificate certificate, PrivateKey key) {
  private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----\n";
  private static final String KEY_END = "-----END PRIVATE KEY-----\n";
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  public String certificatePem() {
    return pem(certificate);
  }

  public String keyPem() {
    return KEY_BEGIN + LINES.encodeToString(key.getEncoded()) + "\n" + KEY_END;
  }

  public Instant issued() {
    return certificate.getNotBefore().toInstant().plus(Lifetimes.BACKDATED);
  }

  public Instant expires() {
    return certificate.getNotAfter().toInstant();
  }

  boolean isSignedBy(Credential root) {
    try {
      certificate.verify(root.certificate.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** The key says nothing of itself, not even in a log. */
  @Override
  public String toString() {
    return "certificate " + certificate.getSerialNumber().toString(16) + " until " + expires();
  }

  static String pem(X509Certificate certificate) {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + LINES.encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Both parts in one text: so that a file never holds a key beside another's certificate. */
  String pem() {
    return keyPem() + certificatePem();
  }

  static Credential parse(String pem) throws GeneralSecurityException {
    int begin = pem.indexOf(KEY_BEGIN);
    int end = pem.indexOf(KEY_END);
    if (begin < 0 || end < begin) {
      throw new GeneralSecurityException("no private key in it");
    }
    byte[] key = Base64.getMimeDecoder().decode(pem.substring(begin + KEY_BEGIN.length(), end));
    byte[] certificate = pem.substring(end + KEY_END.length()).getBytes(StandardCharsets.US_ASCII);
    return new Credential(
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certificate)),
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)));
  }
}
