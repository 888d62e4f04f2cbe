package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Where;
import java.util.List;
import java.util.Optional;

/** TLS towards a service. Paths are files of the pod. */
public record ClientTls(
    Where where,
    Mode mode,
    Optional<String> clientCertificate,
    Optional<String> privateKey,
    Optional<String> caCertificates,
    Optional<String> credentialName,
    List<String> subjectAltNames,
    Optional<String> sni,
    Optional<Boolean> insecureSkipVerify) {

  public enum Mode {
    DISABLE,
    SIMPLE,
    MUTUAL,
    ISTIO_MUTUAL
  }
}
