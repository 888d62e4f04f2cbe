package dev.emporion.mesh.istio;

import dev.emporion.mesh.istio.Gateway.Port;
import dev.emporion.mesh.istio.Gateway.Protocol;
import dev.emporion.mesh.istio.Gateway.Server;
import dev.emporion.mesh.istio.Gateway.ServerTls;
import dev.emporion.mesh.istio.Gateway.TlsVersion;
import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Meta;
import dev.emporion.mesh.yaml.Type;

final class GatewayReader {
  private GatewayReader() {}

  static Gateway read(Fields document) {
    Meta meta = Meta.of(document);
    return document.requiredObject("spec", spec -> spec(meta, spec));
  }

  private static Gateway spec(Meta meta, Fields spec) {
    Gateway read =
        new Gateway(
            meta.where(),
            meta.name(),
            spec.textMap("selector"),
            spec.objects("servers", GatewayReader::server));
    spec.atLeastOne("selector");
    spec.atLeastOne("servers");
    return read;
  }

  private static Server server(Fields server) {
    Server read =
        new Server(
            server.where(),
            server.text("name"),
            server.requiredObject("port", GatewayReader::port),
            server.texts("hosts"),
            server.object("tls", GatewayReader::tls));
    server.atLeastOne("hosts");
    boolean terminates = read.port().protocol() == Protocol.HTTPS;
    if (terminates && read.tls().isEmpty()) {
      server.problem("port", "HTTPS wants tls");
    } else if (!terminates && read.tls().isPresent() && !isRedirect(read.tls().get())) {
      server.problem("tls", "is for the protocol HTTPS; others may only redirect");
    }
    return read;
  }

  private static Port port(Fields port) {
    return new Port(
        port.where(),
        port.required("number", Type.PORT),
        port.requiredText("name"),
        port.required("protocol", Type.oneOf(Protocol.class)));
  }

  private static ServerTls tls(Fields tls) {
    Type<TlsVersion> version = Type.oneOf(TlsVersion.class);
    ServerTls read =
        new ServerTls(
            tls.where(),
            tls.value("mode", Type.oneOf(Gateway.Mode.class)),
            tls.text("credentialName"),
            tls.flag("httpsRedirect"),
            tls.value("minProtocolVersion", version),
            tls.value("maxProtocolVersion", version),
            tls.texts("cipherSuites"));
    if (!isRedirect(read)) {
      tls.atLeastOne("mode");
      tls.atLeastOne("credentialName");
    }
    return read;
  }

  private static boolean isRedirect(ServerTls tls) {
    return tls.httpsRedirect().orElse(false);
  }
}
