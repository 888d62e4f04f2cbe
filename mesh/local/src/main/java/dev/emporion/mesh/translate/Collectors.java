package dev.emporion.mesh.translate;

import dev.emporion.mesh.istio.MeshConfig.EnvoyFileAccessLog;
import dev.emporion.mesh.istio.MeshConfig.EnvoyOtelAls;
import dev.emporion.mesh.istio.MeshConfig.OpenTelemetry;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where telemetry is sent to, of what the mesh configuration names and is there. */
final class Collectors {
  private Collectors() {}

  /** As Istio does, an unknown collector is passed over: a laptop may have none. */
  static Optional<Target> target(Mesh mesh, String service, int port) {
    String name = service.substring(service.indexOf('/') + 1);
    return mesh.host(name)
        .filter(host -> host.port(port).isPresent())
        .map(host -> new Target(host, port, Optional.empty()));
  }

  static List<Target> all(Mesh mesh) {
    return mesh.config().meshConfig().extensionProviders().stream()
        .flatMap(
            provider ->
                switch (provider) {
                  case OpenTelemetry traces ->
                      target(mesh, traces.service(), traces.port()).stream();
                  case EnvoyOtelAls logs -> target(mesh, logs.service(), logs.port()).stream();
                  case EnvoyFileAccessLog _ -> Stream.empty();
                })
        .toList();
  }
}
