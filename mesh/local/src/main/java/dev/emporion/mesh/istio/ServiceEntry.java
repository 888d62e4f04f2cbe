package dev.emporion.mesh.istio;

import dev.emporion.mesh.yaml.Where;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A service that Kubernetes does not know. */
public record ServiceEntry(
    Where where,
    String name,
    List<String> hosts,
    List<Port> ports,
    Location location,
    Resolution resolution,
    List<Endpoint> endpoints,
    List<String> subjectAltNames)
    implements IstioKind {

  public enum Location {
    MESH_EXTERNAL,
    MESH_INTERNAL
  }

  public enum Resolution {
    NONE,
    STATIC,
    DNS,
    DNS_ROUND_ROBIN
  }

  public record Port(
      Where where, int number, String name, Protocol protocol, Optional<Integer> targetPort) {}

  public enum Protocol {
    HTTP,
    HTTPS,
    HTTP2,
    GRPC,
    TCP,
    TLS
  }

  /**
   * @param ports by the name of the entry's port
   * @param locality {@code region/zone/subzone}
   */
  public record Endpoint(
      Where where,
      String address,
      Map<String, Integer> ports,
      Map<String, String> labels,
      Optional<String> locality,
      Optional<Integer> weight) {}
}
