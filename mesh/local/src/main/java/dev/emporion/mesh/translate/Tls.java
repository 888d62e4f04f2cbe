package dev.emporion.mesh.translate;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;

/** The parts that TLS contexts of both directions share. Keys come by SDS, never in a listener. */
final class Tls {
  /** Our own certificate and key. */
  static final String CERTIFICATE = "default";

  /** Whom we believe. */
  static final String ROOT = "ROOTCA";

  static final TransportSocket PLAIN =
      socket("envoy.transport_sockets.raw_buffer", RawBuffer.getDefaultInstance());

  private Tls() {}

  static TransportSocket socket(String name, Message config) {
    return TransportSocket.newBuilder().setName(name).setTypedConfig(Protos.any(config)).build();
  }

  static TransportSocket tls(Message context) {
    return socket("envoy.transport_sockets.tls", context);
  }

  static SdsSecretConfig secret(String name) {
    return SdsSecretConfig.newBuilder().setName(name).setSdsConfig(Protos.ads()).build();
  }

  static TlsParameters.Builder modern() {
    return TlsParameters.newBuilder()
        .setTlsMinimumProtocolVersion(TlsProtocol.TLSv1_2)
        .setTlsMaximumProtocolVersion(TlsProtocol.TLSv1_3);
  }

  /**
   * Shows our certificate, and believes who is named by one of {@code names} and signed by ours.
   */
  static CommonTlsContext.Builder mutual(List<StringMatcher> names) {
    CertificateValidationContext.Builder validation = CertificateValidationContext.newBuilder();
    names.forEach(name -> validation.addMatchTypedSubjectAltNames(uri(name)));
    return CommonTlsContext.newBuilder()
        .setTlsParams(modern())
        .addTlsCertificateSdsSecretConfigs(secret(CERTIFICATE))
        .setCombinedValidationContext(
            CombinedCertificateValidationContext.newBuilder()
                .setDefaultValidationContext(validation)
                .setValidationContextSdsSecretConfig(secret(ROOT)));
  }

  private static SubjectAltNameMatcher uri(StringMatcher name) {
    return SubjectAltNameMatcher.newBuilder()
        .setSanType(SubjectAltNameMatcher.SanType.URI)
        .setMatcher(name)
        .build();
  }
}
