package dev.emporion.mesh.xds;

import dev.emporion.mesh.identity.Identity;
import dev.emporion.mesh.model.Proxy;
import java.util.Collection;

/**
 * Keeps everyone's certificates young. To be called about once a second, and whenever an Envoy
 * joins; what has not changed is not sent.
 */
public record SecretRotation(Identity identity, XdsServer server) {

  /**
   * In this order: a step of a change of root is taken only when the last one was accepted by all.
   */
  public void refresh(Collection<Proxy> proxies) {
    identity.advance(server.hasReachedAll(ResourceType.SECRET));
    server.publishSecrets(identity.secrets(proxies));
  }
}
