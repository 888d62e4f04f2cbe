package dev.emporion.pricing;

import dev.emporion.platform.ServerConfig;
import dev.emporion.platform.Settings;
import java.nio.file.Path;

/**
 * @param rulesFile JSON of emporion.pricing.v1.RuleBook; empty: the built-in example
 */
public record PricingConfig(
    ServerConfig server, String catalogAddress, String shippingAddress, Path rulesFile) {

  public static PricingConfig read(Settings settings) {
    return new PricingConfig(
        ServerConfig.read(settings),
        settings.address("CATALOG_ADDRESS", "127.0.0.1:50051", "where catalog answers"),
        settings.address("SHIPPING_ADDRESS", "127.0.0.1:50057", "where shipping answers"),
        settings.file(
            "PRICING_RULES_FILE", "", "JSON file with tax and promotions; empty: an example"));
  }
}
