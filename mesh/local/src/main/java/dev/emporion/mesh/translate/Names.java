package dev.emporion.mesh.translate;

import java.util.Map;
import java.util.Optional;

/** How istiod names things, so that what is written about Istio can be read off our Envoys too. */
final class Names {
  private static final String SUFFIX = ".svc.cluster.local";

  private Names() {}

  static String outboundCluster(String host, int port, Optional<String> subset) {
    return "outbound|" + port + "|" + subset.orElse("") + "|" + host;
  }

  static String inboundCluster(int port) {
    return "inbound|" + port + "||";
  }

  /** What a client says to the server before TLS, as SNI. */
  static String sni(String host, int port, Optional<String> subset) {
    return "outbound_." + port + "_." + subset.orElse("") + "_." + host;
  }

  /** A name without a dot is a service of the namespace; any other stands for itself. */
  static String fullHost(String host, String namespace) {
    return host.contains(".") || host.startsWith("*") ? host : host + "." + namespace + SUFFIX;
  }

  static String spiffe(String namespace, String serviceAccount) {
    return "spiffe://cluster.local/ns/" + namespace + "/sa/" + serviceAccount;
  }

  /** Whether a pod has all the labels that a selector asks for. */
  static boolean selects(Map<String, String> selector, Map<String, String> labels) {
    return labels.entrySet().containsAll(selector.entrySet());
  }

  /**
   * @param pattern a name, {@code *.example.com} or {@code *}
   */
  static boolean hostMatches(String pattern, String host) {
    return pattern.startsWith("*")
        ? host.endsWith(pattern.substring(1))
        : pattern.equalsIgnoreCase(host);
  }
}
