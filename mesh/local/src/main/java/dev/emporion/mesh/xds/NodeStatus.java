package dev.emporion.mesh.xds;

import java.time.Instant;
import java.util.Map;

/**
 * How far an Envoy is with what was published for it.
 *
 * @param accepted the version of each kind that it accepted last
 * @param rejections of each kind whose last content it refused
 * @param inEffectSince when it had accepted everything; null while it has not
 * @param responses that were sent on its present stream
 */
public record NodeStatus(
    String node,
    boolean connected,
    Map<ResourceType, String> accepted,
    Map<ResourceType, Rejection> rejections,
    Instant inEffectSince,
    long responses) {

  static NodeStatus absent(String node) {
    return new NodeStatus(node, false, Map.of(), Map.of(), null, 0);
  }

  public boolean isInEffect() {
    return connected && inEffectSince != null;
  }
}
