package dev.emporion.mesh.manifest;

import dev.emporion.mesh.model.Registry.Protocol;
import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Meta;
import dev.emporion.mesh.yaml.Type;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

final class ServiceReader {
  /** By appProtocol, or by what a port's name begins with. Istio knows more; these are refused. */
  private static final Map<String, Protocol> PROTOCOLS =
      Map.of(
          "grpc", Protocol.GRPC,
          "http", Protocol.HTTP,
          "http2", Protocol.HTTP2,
          "kubernetes.io/h2c", Protocol.HTTP2,
          "https", Protocol.TCP,
          "tcp", Protocol.TCP,
          "tls", Protocol.TCP);

  private static final Type<Protocol> APP_PROTOCOL =
      Type.TEXT
          .and(
              "one of grpc, http, http2, kubernetes.io/h2c, https, tls, tcp",
              PROTOCOLS::containsKey)
          .map(Protocol.TCP, PROTOCOLS::get);

  private ServiceReader() {}

  /** What {@code spec.type} may be: all the same here. */
  private enum ServiceType {
    CLUSTER_IP("ClusterIP"),
    NODE_PORT("NodePort"),
    LOAD_BALANCER("LoadBalancer");

    private final String spelling;

    ServiceType(String spelling) {
      this.spelling = spelling;
    }
  }

  static ServiceManifest read(Fields document) {
    Meta meta = Meta.of(document);
    return document.requiredObject("spec", spec -> spec(meta, spec));
  }

  private static ServiceManifest spec(Meta meta, Fields spec) {
    spec.value("type", Type.oneOf(ServiceType.class, type -> type.spelling));
    spec.passOver(
        "externalTrafficPolicy",
        "internalTrafficPolicy",
        "ipFamilies",
        "ipFamilyPolicy",
        "loadBalancerClass");
    ServiceManifest read =
        new ServiceManifest(
            meta.where(),
            meta.name(),
            spec.textMap("selector"),
            spec.objects("ports", ServiceReader::port));
    spec.atLeastOne("selector");
    spec.atLeastOne("ports");
    checkDistinct(spec, read);
    return read;
  }

  private static void checkDistinct(Fields spec, ServiceManifest service) {
    Set<Integer> numbers = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (ServiceManifest.Port port : service.ports()) {
      if (!numbers.add(port.port()) || !names.add(port.name())) {
        spec.problem("ports", "two have the same number or name: " + port.port());
      }
    }
  }

  private static ServiceManifest.Port port(Fields port) {
    int number = port.required("port", Type.PORT);
    String name = port.text("name").orElse("");
    Optional<Protocol> appProtocol = port.value("appProtocol", APP_PROTOCOL);
    port.value("protocol", Type.TEXT.matching("TCP", "TCP"));
    port.passOver("nodePort");
    Optional<Protocol> protocol =
        appProtocol.or(() -> Optional.ofNullable(PROTOCOLS.get(name.split("-", 2)[0])));
    if (protocol.isEmpty() && !port.has("appProtocol")) {
      port.problem("wants an appProtocol, such as grpc: guessing from the bytes is not translated");
    }
    return new ServiceManifest.Port(
        port.where(),
        name,
        number,
        port.value("targetPort", PortRef.TYPE).orElse(new PortRef(number, "")),
        protocol.orElse(Protocol.TCP));
  }
}
