package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Where;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the gateway's Envoy listens for.
 *
 * @param selector labels of its pods
 */
public record Gateway(Where where, String name, Map<String, String> selector, List<Server> servers)
    implements IstioKind {

  /**
   * @param hosts {@code *}, {@code *.example.com} or a name
   */
  public record Server(
      Where where, Optional<String> name, Port port, List<String> hosts, Optional<ServerTls> tls) {}

  public record Port(Where where, int number, String name, Protocol protocol) {}

  public enum Protocol {
    HTTP,
    HTTP2,
    GRPC,
    HTTPS
  }

  /**
   * @param credentialName of a secret; required unless the server only redirects
   */
  public record ServerTls(
      Where where,
      Optional<Mode> mode,
      Optional<String> credentialName,
      Optional<Boolean> httpsRedirect,
      Optional<TlsVersion> minProtocolVersion,
      Optional<TlsVersion> maxProtocolVersion,
      List<String> cipherSuites) {}

  public enum Mode {
    SIMPLE,
    MUTUAL
  }

  public enum TlsVersion {
    TLS_AUTO,
    TLSV1_0,
    TLSV1_1,
    TLSV1_2,
    TLSV1_3
  }
}
