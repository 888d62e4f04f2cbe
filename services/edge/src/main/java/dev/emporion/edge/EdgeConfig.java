package dev.emporion.edge;

import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Settings;

/**
 * @param httpAddress where the documents are served, beside the gRPC of {@code server}
 */
public record EdgeConfig(ServerConfig server, String httpAddress) {

  public static EdgeConfig read(Settings settings) {
    return new EdgeConfig(
        ServerConfig.read(settings, "127.0.0.1:50058"),
        settings.address("HTTP_ADDRESS", "127.0.0.1:50059", "where to serve documents over HTTP"));
  }
}
