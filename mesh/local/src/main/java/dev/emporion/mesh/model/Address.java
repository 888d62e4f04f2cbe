package dev.emporion.mesh.model;

/** An address on this machine. */
public record Address(String host, int port) {
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
