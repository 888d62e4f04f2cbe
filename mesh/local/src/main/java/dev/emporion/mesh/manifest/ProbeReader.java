package dev.emporion.mesh.manifest;

import dev.emporion.mesh.manifest.Probe.Check;
import dev.emporion.mesh.yaml.Fields;
import dev.emporion.mesh.yaml.Type;
import java.util.List;
import java.util.Optional;

/**
 * @param ports of the container, one of which may be named
 */
record ProbeReader(List<Container.Port> ports) {
  private static final int DEFAULT_PERIOD_SECONDS = 10;
  private static final int DEFAULT_FAILURE_THRESHOLD = 3;
  private static final Type<Integer> POSITIVE = Type.integer(1, Integer.MAX_VALUE);

  Probe read(Fields probe) {
    Optional<Check> grpc =
        probe.object(
            "grpc",
            check ->
                new Probe.Grpc(
                    check.required("port", Type.PORT), check.text("service").orElse("")));
    Optional<Check> httpGet =
        probe.object(
            "httpGet", check -> new Probe.HttpGet(port(check), check.text("path").orElse("/")));
    Optional<Check> tcpSocket =
        probe.object("tcpSocket", check -> new Probe.TcpSocket(port(check)));
    probe.exactlyOne("grpc", "httpGet", "tcpSocket");
    return new Probe(
        probe.where(),
        grpc.or(() -> httpGet).or(() -> tcpSocket).orElse(new Probe.TcpSocket(1)),
        probe.value("initialDelaySeconds", Type.count()).orElse(0),
        probe.value("periodSeconds", POSITIVE).orElse(DEFAULT_PERIOD_SECONDS),
        probe.value("timeoutSeconds", POSITIVE).orElse(1),
        probe.value("successThreshold", POSITIVE).orElse(1),
        probe.value("failureThreshold", POSITIVE).orElse(DEFAULT_FAILURE_THRESHOLD));
  }

  private int port(Fields check) {
    PortRef port = check.required("port", PortRef.TYPE);
    Optional<Integer> number = port.among(ports);
    if (number.isEmpty()) {
      check.problem("port", "no port of the container is called " + port.name());
    }
    return number.orElse(1);
  }
}
