package dev.emporion.mesh.translate;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.emporion.mesh.istio.ClientTls;
import dev.emporion.mesh.istio.PeerAuthentication;
import dev.emporion.mesh.istio.ServiceEntry;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.TransportSocketMatch;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;
import java.util.Optional;

/**
 * TLS towards a target. Where nothing is said it is Istio's automatic: mutual to instances that
 * have a sidecar, plain to the others, decided by each endpoint's metadata.
 */
final class UpstreamTls {
  /** What an endpoint's metadata says of itself. */
  static final Struct MUTUAL =
      Struct.newBuilder()
          .putFields("tlsMode", Value.newBuilder().setStringValue("istio").build())
          .build();

  private static final String SYSTEM_ROOTS = "/etc/ssl/certs/ca-certificates.crt";

  private final View view;
  private final Target target;
  private final HttpOptions http;

  UpstreamTls(View view, Target target, HttpOptions http) {
    this.view = view;
    this.target = target;
    this.http = http;
  }

  void apply(Cluster.Builder cluster, Optional<ClientTls> said) {
    if (said.isEmpty()) {
      automatic(cluster);
      return;
    }
    ClientTls tls = said.get();
    switch (tls.mode()) {
      case DISABLE -> {}
      case ISTIO_MUTUAL -> cluster.setTransportSocket(mutual(tls.subjectAltNames(), tls.sni()));
      case SIMPLE, MUTUAL -> {
        cluster.setTransportSocket(Tls.tls(ordinary(tls)));
        http.apply(cluster);
      }
    }
  }

  private void automatic(Cluster.Builder cluster) {
    boolean never =
        target.host().external() || MutualTls.of(view.mesh()) == PeerAuthentication.Mode.DISABLE;
    if (!never) {
      cluster
          .addTransportSocketMatches(
              TransportSocketMatch.newBuilder()
                  .setName("tlsMode-istio")
                  .setMatch(MUTUAL)
                  .setTransportSocket(mutual(List.of(), Optional.empty())))
          .addTransportSocketMatches(
              TransportSocketMatch.newBuilder()
                  .setName("tlsMode-disabled")
                  .setMatch(Struct.getDefaultInstance())
                  .setTransportSocket(Tls.PLAIN));
    }
  }

  /** The server has to be one of the service's own identities, unless others are said. */
  private TransportSocket mutual(List<String> names, Optional<String> sni) {
    List<String> servers = names.isEmpty() ? identities() : names;
    String server =
        sni.orElseGet(() -> Names.sni(target.host().name(), target.port(), target.subset()));
    UpstreamTlsContext context =
        UpstreamTlsContext.newBuilder()
            .setCommonTlsContext(
                Tls.mutual(servers.stream().map(UpstreamTls::exactly).toList())
                    .addAllAlpnProtocols(List.of("istio", http.http2() ? "h2" : "http/1.1")))
            .setSni(server)
            .build();
    return Tls.tls(context);
  }

  private List<String> identities() {
    return target.host().serviceAccounts().stream()
        .map(account -> Names.spiffe(view.mesh().namespace(), account))
        .toList();
  }

  private static StringMatcher exactly(String name) {
    return StringMatcher.newBuilder().setExact(name).build();
  }

  /** TLS as anyone has it, by files of the pod. */
  private UpstreamTlsContext ordinary(ClientTls tls) {
    boolean anyServer = tls.insecureSkipVerify().orElse(false);
    List<String> names = names(tls);
    http.serverNamedByHost(
        tls.sni().isEmpty(), tls.sni().isEmpty() && names.isEmpty() && !anyServer);
    CommonTlsContext.Builder common = CommonTlsContext.newBuilder().setTlsParams(Tls.modern());
    if (tls.mode() == ClientTls.Mode.MUTUAL) {
      common.addTlsCertificates(certificate(tls));
    }
    if (!anyServer) {
      common.setValidationContext(validation(tls, names));
    }
    if (http.http2()) {
      common.addAlpnProtocols("h2");
    }
    return UpstreamTlsContext.newBuilder()
        .setCommonTlsContext(common)
        .setSni(tls.sni().orElse(""))
        .build();
  }

  private List<String> names(ClientTls tls) {
    return tls.subjectAltNames().isEmpty()
        ? target.host().entry().map(ServiceEntry::subjectAltNames).orElse(List.of())
        : tls.subjectAltNames();
  }

  private TlsCertificate certificate(ClientTls tls) {
    if (tls.clientCertificate().isEmpty() || tls.privateKey().isEmpty()) {
      view.problems().add(tls.where(), "MUTUAL needs clientCertificate and privateKey");
    }
    return TlsCertificate.newBuilder()
        .setCertificateChain(file(tls.clientCertificate().orElse("")))
        .setPrivateKey(file(tls.privateKey().orElse("")))
        .build();
  }

  private static CertificateValidationContext validation(ClientTls tls, List<String> names) {
    CertificateValidationContext.Builder context =
        CertificateValidationContext.newBuilder()
            .setTrustedCa(file(tls.caCertificates().orElse(SYSTEM_ROOTS)));
    names.forEach(
        name ->
            context.addMatchTypedSubjectAltNames(
                SubjectAltNameMatcher.newBuilder()
                    .setSanType(
                        name.contains("://")
                            ? SubjectAltNameMatcher.SanType.URI
                            : SubjectAltNameMatcher.SanType.DNS)
                    .setMatcher(exactly(name))));
    return context.build();
  }

  private static DataSource file(String name) {
    return DataSource.newBuilder().setFilename(name).build();
  }
}
