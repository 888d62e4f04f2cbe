package dev.emporion.mesh.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes certificates: EC P-256, signed with SHA-256, each with a key of its own. */
final class Issuer {
  private static final String CURVE = "secp256r1";
  private static final String SIGNATURE = "SHA256withECDSA";
  private static final int SERIAL_BITS = 127;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final X500Principal NOBODY = new X500Principal("");

  private Issuer() {}

  /**
   * A root that signs itself.
   *
   * @param number makes its name differ from the roots before it: chains are found by name
   */
  static Credential root(int number, String trustDomain, Instant now, Duration life) {
    X500Principal name = new X500Principal("CN=Emporion local root " + number);
    KeyPair keys = keys();
    try {
      JcaX509v3CertificateBuilder builder = builder(name, name, keys.getPublic(), now, life);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
      builder.addExtension(
          Extension.subjectAlternativeName, false, names(List.of(uri("spiffe://" + trustDomain))));
      return signed(builder, keys, keys.getPrivate());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A certificate for both ends of mutual TLS, whose holder is told by a SPIFFE id alone. */
  static Credential workload(Credential root, String spiffeId, Instant now, Duration life) {
    return leaf(
        root,
        NOBODY,
        List.of(uri(spiffeId)),
        List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth),
        now,
        life);
  }

  /** What a browser or curl on this machine looks for. */
  static Credential localServer(Credential root, Instant now, Duration life) {
    return leaf(
        root,
        new X500Principal("CN=localhost"),
        List.of(
            new GeneralName(GeneralName.dNSName, "localhost"),
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
            new GeneralName(GeneralName.iPAddress, "::1")),
        List.of(KeyPurposeId.id_kp_serverAuth),
        now,
        life);
  }

  private static Credential leaf(
      Credential root,
      X500Principal subject,
      List<GeneralName> names,
      List<KeyPurposeId> purposes,
      Instant now,
      Duration life) {
    KeyPair keys = keys();
    X509Certificate issuer = root.certificate();
    try {
      JcaX509v3CertificateBuilder builder =
          builder(issuer.getSubjectX500Principal(), subject, keys.getPublic(), now, life);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(issuer.getPublicKey()));
      // Critical where the subject says nothing (RFC 5280, 4.2.1.6).
      builder.addExtension(Extension.subjectAlternativeName, subject.equals(NOBODY), names(names));
      return signed(builder, keys, root.key());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal subject, PublicKey key, Instant now, Duration life) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, RANDOM),
        Date.from(now.minus(Lifetimes.BACKDATED)),
        Date.from(now.plus(life)),
        subject,
        key);
  }

  private static Credential signed(
      JcaX509v3CertificateBuilder builder, KeyPair keys, PrivateKey signer)
      throws GeneralSecurityException {
    try {
      return new Credential(
          new JcaX509CertificateConverter()
              .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(signer))),
          keys.getPrivate());
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static GeneralName uri(String uri) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
  }

  private static GeneralNames names(List<GeneralName> names) {
    return new GeneralNames(names.toArray(GeneralName[]::new));
  }
}
