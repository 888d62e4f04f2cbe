package dev.emporion.pricing;

import dev.emporion.catalog.v1.CatalogServiceGrpc;
import dev.emporion.platform.App;
import dev.emporion.platform.Cli;
import dev.emporion.platform.Downstream;
import dev.emporion.platform.GrpcServer;
import dev.emporion.platform.Telemetry;
import dev.emporion.shipping.v1.ShippingServiceGrpc;
import java.time.Duration;
import java.time.InstantSource;

/** Wires the pricing service. */
public final class Main {
  /**
   * For each call; long, because the first one of a service that just started may take a second.
   */
  private static final Duration DEADLINE = Duration.ofSeconds(3);

  private Main() {}

  public static void main(String[] args) {
    System.exit(
        Cli.of("pricing", "What a basket costs: prices, discounts, delivery and tax.")
            .command("serve", "answer RPCs", PricingConfig::read, Main::serve)
            .run(args));
  }

  /** Everything but the server, which may be one of its own or shared with other services. */
  public static App wire(PricingConfig config, Telemetry telemetry) {
    return wire(config, telemetry, InstantSource.system());
  }

  static App wire(PricingConfig config, Telemetry telemetry, InstantSource clock) {
    var rules = RulesFile.read(config.rulesFile());
    var app = new App("pricing", telemetry);
    var catalog = CatalogServiceGrpc.newBlockingStub(app.channel(config.catalogAddress()));
    var shipping = ShippingServiceGrpc.newBlockingStub(app.channel(config.shippingAddress()));
    return app.serve(
        new PricingService(
            rules,
            Downstream.of("catalog", catalog, DEADLINE),
            Downstream.of("shipping", shipping, DEADLINE),
            clock));
  }

  private static void serve(PricingConfig config) throws InterruptedException {
    GrpcServer.run(config.server(), wire(config, Telemetry.start("pricing")));
  }
}
