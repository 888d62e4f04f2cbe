package dev.emporion.mesh.translate;

import java.util.Optional;

/**
 * Where the requests come in that routes are made for.
 *
 * @param gateway {@code mesh}, or a Gateway's name
 * @param port of the Service or the Gateway's server
 * @param authority that every request has from here on, or none: callers choose it
 * @param tls whether they come by TLS
 */
record Entrance(String gateway, int port, Optional<String> authority, boolean tls) {
  static final String MESH = "mesh";

  static Entrance sidecar(String authority, int port) {
    return new Entrance(MESH, port, Optional.of(authority), false);
  }
}
