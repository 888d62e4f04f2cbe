package dev.emporion.shipping;

import dev.emporion.platform.DatabaseConfig;
import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Settings;

/** What shipping is told from outside. */
public record ShippingConfig(ServerConfig server, DatabaseConfig database) {

  public static ShippingConfig read(Settings s) {
    return new ShippingConfig(ServerConfig.read(s), DatabaseConfig.read(s));
  }
}
