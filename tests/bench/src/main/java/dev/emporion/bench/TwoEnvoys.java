package dev.emporion.bench;

import dev.emporion.mesh.envoy.Bootstrap;
import dev.emporion.mesh.envoy.EnvoyBinary;
import dev.emporion.mesh.identity.Credential;
import dev.emporion.mesh.identity.Identity;
import dev.emporion.mesh.identity.Lifetimes;
import dev.emporion.mesh.process.Layout;
import dev.emporion.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Two Envoys in a row, with mutual TLS between them and nothing else: no access rule, no retry, no
 * log, no control plane. They are started as the sidecars are.
 */
final class TwoEnvoys implements AutoCloseable {
  private static final String TLS =
      """
      transport_socket:
              name: envoy.transport_sockets.tls
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.%s
                %s
                common_tls_context:
                  tls_certificates:
                  - certificate_chain: {filename: "%3$s/certificate.pem"}
                    private_key: {filename: "%3$s/key.pem"}
                  validation_context: {trusted_ca: {filename: "%3$s/root-certificates.pem"}}
      """
          .stripTrailing();

  private static final String ENVOY =
      """
      static_resources:
        listeners:
        - name: in
          address: {socket_address: {address: 127.0.0.1, port_value: %d}}
          filter_chains:
          - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: in
                codec_type: HTTP2
                route_config:
                  virtual_hosts:
                  - name: any
                    domains: ["*"]
                    routes: [{match: {prefix: /}, route: {cluster: next}}]
                http_filters:
                - name: envoy.filters.http.router
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
            %s
        clusters:
        - name: next
          type: STATIC
          load_assignment:
            cluster_name: next
            endpoints:
            - lb_endpoints:
              - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
          typed_extension_protocol_options:
            envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
              "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
              explicit_http_config: {http2_protocol_options: {}}
          %s
      """;

  private final List<Process> processes = new ArrayList<>();
  private final int port = TestDatabase.freePort();
  private final Layout layout;
  private final Path folder;

  /**
   * @param folder for certificates and logs
   * @param server port of what is called
   */
  TwoEnvoys(Layout layout, Path folder, int server) throws IOException {
    this.layout = layout;
    this.folder = folder;
    writeCertificate();
    int between = TestDatabase.freePort();
    start("near", ENVOY.formatted(port, "", between, tls("UpstreamTlsContext", "sni: echo")));
    String demand = "require_client_certificate: true";
    start("far", ENVOY.formatted(between, tls("DownstreamTlsContext", demand), server, ""));
  }

  private void writeCertificate() throws IOException {
    var identity =
        new Identity(folder.resolve("ca"), "bench", Lifetimes.DEFAULT, InstantSource.system());
    Credential credential = identity.issue("echo");
    Files.writeString(folder.resolve("certificate.pem"), credential.certificatePem());
    Files.writeString(folder.resolve("key.pem"), credential.keyPem());
  }

  private String tls(String context, String more) {
    return TLS.formatted(context, more, folder);
  }

  private void start(String name, String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve(name + ".yaml"), yaml);
    processes.add(
        new ProcessBuilder(Bootstrap.command(EnvoyBinary.provide(layout.tools()), file))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start());
  }

  /** Where calls go in. */
  String address() {
    return "127.0.0.1:" + port;
  }

  List<Long> pids() {
    return processes.stream().map(Process::pid).toList();
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
  }
}
