package dev.emporion.mesh.manifest;

import dev.emporion.mesh.yaml.Where;

/** How one asks a container whether it is well. */
public record Probe(
    Where where,
    Check check,
    int initialDelaySeconds,
    int periodSeconds,
    int timeoutSeconds,
    int successThreshold,
    int failureThreshold) {

  /** What is asked, of a port of the pod. */
  public sealed interface Check {
    int port();
  }

  /**
   * @param service of {@code grpc.health.v1}; empty for the server as a whole
   */
  public record Grpc(int port, String service) implements Check {}

  public record HttpGet(int port, String path) implements Check {}

  public record TcpSocket(int port) implements Check {}
}
